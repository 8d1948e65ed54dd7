/** One vector per row of a batch from a stack of layers: the mean or the maximum of its outputs, or the ends of both directions; forward and backward side by side. */
import { joinDirections } from '../../../shaders/join-directions.ts';
import { joinDirectionsBackward } from '../../../shaders/join-directions-backward.ts';
import { poolRows } from '../../../shaders/pool-rows.ts';
import { poolRowsBackward } from '../../../shaders/pool-rows-backward.ts';
import type { PlanBuilder } from '../builder.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { directionGradients } from './join.ts';
import type { Rows } from './recurrent.ts';
import { type Stack, topOf } from './stack.ts';

export interface Pool {
  /** `ends`: the last states of both directions, each at the end of its own reading. */
  readonly mode: 'mean' | 'max' | 'ends';
  /** [B, D·H]. */
  readonly pooled: Rows;
}

export function createPool(mode: Pool['mode'], stack: Stack): Pool {
  const { columns } = topOf(stack).output;
  const { batch } = stack.options;
  return { mode, pooled: { kind: 'rows', rows: tensor('pooled', ['B', 'D·H'], [batch, columns]), offset: 0, columns } };
}

export function planPool(builder: PlanBuilder, { mode, pooled }: Pool, stack: Stack): void {
  if (mode === 'ends') {
    const { kernel, states, offset } = endsOf(builder, stack);
    builder.dispatch(
      'forward',
      'ends',
      joinDirections(kernel),
      { forward: states[0], reverse: states[1], out: pooled.rows },
      { forward: offset, reverse: offset },
    );
    return;
  }
  const { rows, offset } = topOf(stack).output;
  const { lengths } = stack.options;
  const kernel = poolRows(poolOptions(builder, mode, stack));
  builder.dispatch('forward', 'pool', kernel, { rows, pooled: pooled.rows, ...(lengths ? { lengths } : {}) }, { rows: offset });
}

/** What `planStackBackward` takes from above: planned ahead of the first dispatch, because a clear in between would end the pass. */
export function poolGradientPlace(builder: PlanBuilder, { mode }: Pool, stack: Stack): Tensor | readonly Tensor[] {
  const { batch, timeSteps } = stack.options;
  if (mode !== 'ends') {
    return tensor('outputGradient', ['T+1', 'B', 'D·H'], [timeSteps + 1, batch, topOf(stack).output.columns]);
  }
  const gradients = directionGradients(topOf(stack));
  for (const gradient of gradients) builder.clear(gradient.name, gradient);
  return gradients;
}

/** From ∂L/∂pooled [B, D·H] into the place. */
export function planPoolBackward(
  builder: PlanBuilder,
  { mode, pooled }: Pool,
  stack: Stack,
  pooledGradient: Tensor,
  place: Tensor | readonly Tensor[],
): void {
  if (mode === 'ends') {
    const { kernel, offset } = endsOf(builder, stack);
    const [forwardGradient, reverseGradient] = place as readonly Tensor[];
    builder.dispatch(
      'backward',
      'gradient of ends',
      joinDirectionsBackward(kernel),
      { outGradient: pooledGradient, forwardGradient, reverseGradient },
      { forwardGradient: offset, reverseGradient: offset },
    );
    return;
  }
  const { rows, offset } = topOf(stack).output;
  const { lengths, batch } = stack.options;
  builder.dispatch(
    'backward',
    'gradient of pool',
    poolRowsBackward(poolOptions(builder, mode, stack)),
    { ...(mode === 'max' ? { rows } : {}), pooledGradient, rowsGradient: place as Tensor, ...(lengths ? { lengths } : {}) },
    { rows: offset, rowsGradient: batch * pooled.columns },
  );
}

function poolOptions(builder: PlanBuilder, mode: 'mean' | 'max', stack: Stack) {
  const { batch, timeSteps, lengths } = stack.options;
  const hiddenSize = topOf(stack).output.columns;
  return { mode, batch, timeSteps, hiddenSize, lengths: lengths !== undefined, workgroupSize: elementwiseWorkgroup(builder.profile) };
}

/** The last row of states of both directions, joined as one time step. */
function endsOf(builder: PlanBuilder, stack: Stack) {
  const { merge, timeSteps, batch } = stack.options;
  const { directions } = topOf(stack);
  const [{ hiddenSize }] = directions;
  const kernel = {
    mode: merge,
    batch,
    timeSteps: 1,
    hiddenSize,
    lengths: false,
    dropout: 'none',
    workgroupSize: elementwiseWorkgroup(builder.profile),
  } as const;
  return { kernel, states: directions.map(({ states }) => states), offset: timeSteps * batch * hiddenSize };
}
