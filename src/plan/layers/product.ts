/** Plans a matrix product over all time steps at once: tile by size, bias from the forward copies. */
import { matmul } from '../../../shaders/matmul.ts';
import type { PlanBuilder } from '../builder.ts';
import type { Phase } from '../step.ts';
import { chooseProduct } from '../strategy.ts';
import type { Tensor } from '../tensor.ts';

export interface ProductPlan {
  readonly phase: Phase;
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
  readonly left: Tensor;
  readonly leftOffset?: number;
  readonly leftStride: number;
  readonly right: Tensor;
  readonly rightOffset: number;
  /** Default `columns`. */
  readonly rightStride?: number;
  readonly out: Tensor;
  readonly outOffset?: number;
  readonly outStride: number;
  /** Element offset of the bias in `right`; absent: none. */
  readonly bias?: number;
  /** Adds to what `out` holds instead of overwriting it. */
  readonly accumulate?: boolean;
}

/** out [rows, columns] = left [rows, inner] · right [inner, columns] (+ bias) (+ out). */
export function planProduct(builder: PlanBuilder, plan: ProductPlan): void {
  const {
    phase,
    label,
    rows,
    columns,
    inner,
    left,
    leftOffset = 0,
    leftStride,
    right,
    rightOffset,
    rightStride = columns,
    out,
    outOffset = 0,
    outStride,
    bias,
    accumulate = false,
  } = plan;
  const kernel = matmul({
    rows,
    columns,
    inner,
    left: 'rows',
    leftStride,
    right: 'rows',
    rightStride,
    outStride,
    bias: bias !== undefined,
    parts: 1,
    accumulate,
    ...chooseProduct(builder.profile, rows, [columns], false, 2 * rows * columns * inner),
  });
  builder.dispatch(phase, label, kernel, { left, right, out }, { left: leftOffset, right: rightOffset, bias: bias ?? 0, out: outOffset });
}
