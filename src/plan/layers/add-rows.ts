/** Adds or copies rows between tensors inside the pass, where a copy command would end it. */
import { accumulate } from '../../../shaders/accumulate.ts';
import type { PlanBuilder } from '../builder.ts';
import type { Phase } from '../step.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import type { Tensor } from '../tensor.ts';

export interface Place {
  readonly tensor: Tensor;
  /** First element. */
  readonly offset: number;
}

interface RowShape {
  readonly rows: number;
  /** A multiple of 4. */
  readonly columns: number;
}

/** to += from. */
export const addRows = (builder: PlanBuilder, label: string, shape: RowShape, from: Place, to: Place): void =>
  planRows(builder, 'backward', label, shape, from, to, 0);

/** to = from. */
export const copyRows = (builder: PlanBuilder, phase: Phase, label: string, shape: RowShape, from: Place, to: Place): void =>
  planRows(builder, phase, label, shape, from, to, 1);

function planRows(
  builder: PlanBuilder,
  phase: Phase,
  label: string,
  { rows, columns }: RowShape,
  from: Place,
  to: Place,
  first: 0 | 1,
): void {
  const kernel = accumulate({ elements: rows * columns, workgroupSize: elementwiseWorkgroup(builder.profile) });
  const values = { first, source: from.offset, accumulated: to.offset };
  builder.dispatch(phase, label, kernel, { source: from.tensor, accumulated: to.tensor }, values);
}
