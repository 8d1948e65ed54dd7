/** One matrix product in one shape. */
import { rowsTogether, vectorsTogether } from '../../shaders/common/shared-tile.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { type MatmulOptions, matmul } from '../../shaders/matmul.ts';
import { matmul as matmulTwin } from '../reference/matmul.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { columnsFor, rowsFor } from './tiles.ts';
import { sums } from './tolerance.ts';

/** Values of the operands; `tiny` are denormal, `huge` have products of 1e30. */
export const scales = { ordinary: 1, tiny: 1e-40, huge: 1e15 } as const;

export interface MatmulCase {
  readonly shape: Partial<MatmulOptions> & Pick<MatmulOptions, 'tile' | 'workgroupSize'>;
  readonly scale?: keyof typeof scales;
  readonly pieces?: number;
}

/** One row block too few, one column block that is cut (where the tile may be), an inner size that no part length divides. */
export function matmulCase({ shape, scale = 'ordinary', pieces }: MatmulCase): KernelCase {
  const { tile, left = 'rows' } = shape;
  const rows = rowsFor(tile) + (left === 'columns' ? 3 : 0);
  const columns = columnsFor(tile);
  // a tile that takes several k a turn does so only where they divide K
  const { inner = tile.turn ? 24 : 23 } = shape;
  const options: MatmulOptions = {
    rows,
    columns,
    inner,
    left,
    leftStride: left === 'rows' ? inner + 2 : rows + 4,
    right: 'rows',
    rightStride: shape.right === 'columns' ? inner + 3 : columns + 8,
    outStride: columns + 4,
    bias: true,
    parts: 1,
    ...shape,
  };
  const { right, parts, bias, leftStride, rightStride, outStride } = options;
  const kernel = matmul(options);
  return {
    kernel,
    label: [
      `[${rows}, ${inner}] x [${inner}, ${columns}]`,
      bias ? 'bias' : 'no bias',
      `${parts} parts`,
      scale,
      `${tile.turn ?? 1} k a turn, ${pieces ?? 1} pieces`,
    ].join(', '),
    tolerance: sums,
    make() {
      const numbers = caseNumbers(7);
      const matrix = (height: number, width: number, stride: number): Float32Array => {
        const values = unwritten(height * stride);
        for (let row = 0; row < height; row++) values.set(numbers.signed(width, scales[scale]), row * stride);
        return values;
      };
      const operand = arena({ left: left === 'rows' ? matrix(rows, inner, leftStride) : matrix(inner, rows, leftStride) });
      const other = arena({
        right: right === 'rows' ? matrix(inner, columns, rightStride) : matrix(columns, inner, rightStride),
        bias: bias ? numbers.signed(columns, scales[scale]) : undefined,
      });
      const out = 8;
      const buffers = {
        left: operand.values,
        right: other.values,
        out: options.accumulate ? numbers.signed(out + rows * outStride + 4) : unwritten(out + parts * rows * outStride + 4),
      };
      const call = { left: operand.at('left'), right: other.at('right'), bias: other.at('bias'), out };
      return {
        buffers,
        calls: [call],
        pieces,
        expected(twin) {
          matmulTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

/** Multiply-adds of a corner beyond which the twin takes longer than a small pipeline takes to compile. */
const MOST_PRODUCTS = 4e6;

/** A case of a plan's kernel: the first workgroup of its very WGSL, or a small product of the same tile where the twin would take long. */
export function matmulCaseOf(kernel: Kernel): KernelCase {
  const options = kernel.options as MatmulOptions;
  const { rows, columns, inner, left, right, leftStride, rightStride, outStride, bias, accumulate = false, parts, tile } = options;
  const { workgroupSize } = options;
  const columnBlocks = Math.ceil(columns / 4 / tile.vectors);
  // what the first workgroup writes, of which the corner is looked at
  const touched = Math.min(rows, tile.shared ? rowsTogether(tile) : Math.ceil(workgroupSize / columnBlocks) * tile.rows);
  const width = tile.shared ? vectorsTogether(tile) : tile.vectors * workgroupSize;
  const corner = { rows: Math.min(rows, rowsTogether(tile)), columns: Math.min(columns, 4 * width) };
  if (left === 'columns' || right === 'columns' || parts > 1 || corner.rows * corner.columns * inner + inner * rightStride > MOST_PRODUCTS)
    return matmulCase({ shape: { left, right, bias, accumulate, tile, workgroupSize } });
  const out = 8;
  const cornerOf = (values: ArrayLike<number>): number[] =>
    Array.from({ length: corner.rows * corner.columns }, (_, index) => {
      const row = Math.floor(index / corner.columns);
      return values[out + row * outStride + (index % corner.columns)];
    });
  return {
    kernel: { ...kernel, workgroups: [1, 1, 1], range: undefined },
    label: `a corner [${corner.rows}, ${corner.columns}] of [${rows}, ${inner}] x [${inner}, ${columns}]`,
    tolerance: sums,
    make() {
      const numbers = caseNumbers(7);
      const operand = arena({ left: numbers.signed(touched * leftStride) });
      const other = arena({ right: numbers.signed(inner * rightStride), bias: bias ? numbers.signed(columns) : undefined });
      const size = out + touched * outStride;
      const call = { left: operand.at('left'), right: other.at('right'), bias: other.at('bias'), out };
      return {
        buffers: { left: operand.values, right: other.values, out: accumulate ? numbers.signed(size) : unwritten(size) },
        calls: [call],
        expected(twin) {
          matmulTwin({ ...options, ...corner }, call, twin);
          return { out: cornerOf(twin.out) };
        },
        actual: ({ out: left }) => ({ out: cornerOf(left) }),
      };
    },
  };
}
