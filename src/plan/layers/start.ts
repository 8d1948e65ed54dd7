/** A learned initial state of a layer, forward and backward side by side: one vector [H] (for the LSTM two) that every row starts from which starts anew. */
import { type StartRowsOptions, startRows } from '../../../shaders/start-rows.ts';
import { startRowsBackward } from '../../../shaders/start-rows-backward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import type { Tensor } from '../tensor.ts';
import type { RecurrentLayer } from './recurrent.ts';

export interface LearnedStart {
  readonly h: PackedParameter;
  readonly c?: PackedParameter;
}

/** Where it stands which rows start anew: a block of control, from this element on. Absent: all do. */
export interface Anew {
  readonly control: Tensor;
  readonly offset: number;
}

const optionsOf = ({ profile }: PlanBuilder, { batch, hiddenSize }: RecurrentLayer, anew: Anew | undefined): StartRowsOptions => ({
  batch,
  hiddenSize,
  chosen: anew !== undefined,
  workgroupSize: elementwiseWorkgroup(profile),
});

/** Fills row 0 of the states; nothing where the initial state is not learned. */
export function planStart(builder: PlanBuilder, layer: RecurrentLayer, weights: Tensor, anew?: Anew): void {
  const { start, states, cells, name } = layer;
  if (!start) return;
  const kernel = startRows(optionsOf(builder, layer, anew));
  const fill = (kind: string, parameter: PackedParameter, target: Tensor): void => {
    const bound = { weights, states: target, ...(anew ? { control: anew.control } : {}) };
    builder.dispatch('forward', `start ${kind}_${name}`, kernel, bound, { weights: parameter.weights, control: anew?.offset ?? 0 });
  };
  fill('h', start.h, states);
  if (start.c && cells) fill('c', start.c, cells);
}

/** From ∂L/∂(first states), [B, H] each: h as row 0 of what the reverse sweep leaves. */
export function planStartBackward(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  gradients: Tensor,
  { h, c }: { readonly h: Tensor; readonly c?: Tensor },
  anew?: Anew,
): void {
  const { start, name } = layer;
  if (!start) return;
  const kernel = startRowsBackward(optionsOf(builder, layer, anew));
  const sum = (kind: string, parameter: PackedParameter, gradient: Tensor): void => {
    const bound = { gradient, gradients, ...(anew ? { control: anew.control } : {}) };
    const values = { gradients: parameter.offset, control: anew?.offset ?? 0 };
    builder.dispatch('backward', `gradient_${name} start ${kind}`, kernel, bound, values);
  };
  sum('h', start.h, h);
  if (start.c && c) sum('c', start.c, c);
}
