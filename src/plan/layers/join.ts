/** What a layer hands upwards, forward and backward side by side: two directions as one output, dropout, or both. */
import type { JoinDirectionsOptions } from '../../../shaders/join-directions.ts';
import { joinDirections } from '../../../shaders/join-directions.ts';
import { joinDirectionsBackward } from '../../../shaders/join-directions-backward.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import type { PlanBuilder } from '../builder.ts';
import { f32Bits } from '../f32-bits.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import type { StackLayer, StackOptions } from './stack.ts';

function joinOptions(builder: PlanBuilder, options: StackOptions, { directions }: StackLayer): JoinDirectionsOptions {
  const { bidirectional, merge, dropout, batch, timeSteps, hiddenSize, lengths } = options;
  const [{ layer, hiddenSize: width }] = directions;
  const isTop = layer === hiddenSize.length - 1;
  return {
    mode: bidirectional ? merge : 'single',
    batch,
    timeSteps,
    hiddenSize: width,
    lengths: lengths !== undefined,
    dropout: dropout > 0 && !isTop ? 'noise' : 'none',
    workgroupSize: elementwiseWorkgroup(builder.profile),
  };
}

/** The uniforms and bindings that both sides of a join share. */
function joinShared(
  { lengths, control, controlOffset = 0, noise = 0, dropout }: StackOptions,
  { dropout: kind }: JoinDirectionsOptions,
  layer: number,
): { readonly tensors: Record<string, Tensor>; readonly values: Record<string, number> } {
  if (kind === 'noise' && !control) throw new Error('a stack with dropout must have control, got none');
  return {
    tensors: { ...(lengths ? { lengths } : {}), ...(kind === 'noise' && control ? { control } : {}) },
    values: kind === 'noise' ? { control: controlOffset, layer: noise + layer, probability: f32Bits(dropout) } : {},
  };
}

/** What the layer above reads of `steps` time steps from `first` on; default: all. */
export function planJoin(builder: PlanBuilder, options: StackOptions, layer: StackLayer, first = 0, steps = options.timeSteps): void {
  const [forward, reverse] = layer.directions;
  const shape = joinOptions(builder, options, layer);
  const { tensors, values } = joinShared(options, shape, forward.layer);
  const offset = forward.batch * forward.hiddenSize;
  const threads = (forward.batch * layer.output.columns) / 4;
  const isPart = steps < options.timeSteps;
  const workgroupSize = isPart ? largestDivisor(threads, shape.workgroupSize) : shape.workgroupSize;
  const whole = joinDirections({ ...shape, workgroupSize });
  const part = isPart ? workgroupsOf(whole, threads, first, steps) : { kernel: whole, begin: {} };
  builder.dispatch(
    'forward',
    `output_${forward.name}${isPart ? ` t=${first}` : ''}`,
    part.kernel,
    { ...tensors, forward: forward.states, ...(reverse ? { reverse: reverse.states } : {}), out: layer.output.rows },
    { ...values, ...part.begin, forward: offset, ...(reverse ? { reverse: offset } : {}) },
  );
}

/** Those workgroups of a kernel with a thread for each vector [T, threads per step] in which some time steps lie. */
function workgroupsOf({ range: _, ...kernel }: Kernel, threads: number, first: number, steps: number) {
  const [size] = kernel.workgroupSize;
  const begin = Math.floor((first * threads) / size);
  const count = Math.ceil(((first + steps) * threads) / size) - begin;
  const flop = (kernel.flop * count) / kernel.workgroups[0];
  return { kernel: { ...kernel, workgroups: [count, 1, 1] as const, flop }, begin: { begin } };
}

/**
 * ∂L/∂h of each direction, [T + 1, B, H], from ∂L/∂output, whose rows lie as in [T + 1, B, D·H]; default: of all time steps, else (in one direction) of
 * `steps` from `first` on and of no others, since the sweep has turned later ones into ∂L/∂h of all that follows.
 */
export function planJoinBackward(
  builder: PlanBuilder,
  options: StackOptions,
  layer: StackLayer,
  outputGradient: Tensor,
  made = directionGradients(layer),
  first = 0,
  steps = options.timeSteps,
): readonly Tensor[] {
  const [forward, reverse] = layer.directions;
  const shape = joinOptions(builder, options, layer);
  const { tensors, values } = joinShared(options, shape, forward.layer);
  const offset = forward.batch * forward.hiddenSize;
  const threads = offset / 4;
  const isPart = steps < options.timeSteps;
  const workgroupSize = isPart ? largestDivisor(threads, shape.workgroupSize) : shape.workgroupSize;
  const whole = joinDirectionsBackward({ ...shape, workgroupSize });
  const part = isPart ? workgroupsOf(whole, threads, first, steps) : { kernel: whole, begin: {} };
  builder.dispatch(
    'backward',
    `outputGradient_${forward.name}${isPart ? ` t=${first}` : ''}`,
    part.kernel,
    { ...tensors, outGradient: outputGradient, forwardGradient: made[0], ...(reverse ? { reverseGradient: made[1] } : {}) },
    {
      ...values,
      ...part.begin,
      outGradient: forward.batch * layer.output.columns,
      forwardGradient: offset,
      ...(reverse ? { reverseGradient: offset } : {}),
    },
  );
  return made;
}

/** Tensors for ∂L/∂h of each direction of a layer, rows as those of the states. */
export const directionGradients = ({ directions }: StackLayer): readonly Tensor[] =>
  directions.map(({ name, timeSteps, batch, hiddenSize }) =>
    tensor(`outputGradient_${name}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize]),
  );

/** The largest number up to `most` that divides `count`. */
function largestDivisor(count: number, most: number): number {
  let divisor = Math.min(count, most);
  while (count % divisor > 0) divisor--;
  return divisor;
}
