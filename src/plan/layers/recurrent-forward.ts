/** The forward sweep of one recurrent layer. */
import type { Tile } from '../../../shaders/common/product.ts';
import { gruBeforeCandidateForward } from '../../../shaders/gru-before-candidate-forward.ts';
import { gruBeforeGatesForward } from '../../../shaders/gru-before-gates-forward.ts';
import { gruBeforeSequenceForward } from '../../../shaders/gru-before-sequence-forward.ts';
import { sequenceForward } from '../../../shaders/sequence-forward.ts';
import { stepForward } from '../../../shaders/step-forward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { Tensor } from '../tensor.ts';
import { planNormedForward } from './layer-norm-forward.ts';
import type { RecurrentLayer } from './recurrent.ts';
import { noiseOptions, noiseTensors, noiseValues, planMask } from './recurrent-noise.ts';
import { isOneDispatch, untilTurn } from './recurrent-turns.ts';

/** h_t for all t: one dispatch, or one (GRU reset before: two) per time step. */
export function planRecurrentForward(builder: PlanBuilder, layer: RecurrentLayer, weights: Tensor, first = 0, end = layer.timeSteps): void {
  if (layer.norm) {
    planNormedForward(builder, layer, layer.norm, weights, first, end);
    return;
  }
  const { name, cell, batch, timeSteps, hiddenSize, input, choice, gates, states, cells, lengths, noise, operand } = layer;
  const options = {
    cell,
    batch,
    hiddenSize,
    input: input.kind === 'tokens' ? ('tokens' as const) : ('projected' as const),
    recurrentBias: layer.biasHidden !== undefined,
    inputBias: layer.biasInput !== undefined,
    lengths: lengths !== undefined,
    ...noiseOptions(noise),
    tile: choice.forward,
  };
  const bound = {
    weights,
    gates,
    states,
    ...(cells ? { cells } : {}),
    ...(lengths ? { lengths } : {}),
    ...(input.kind === 'tokens' ? { tokens: input.tokens } : {}),
    ...noiseTensors(noise),
    ...(operand ? { operand } : {}),
  };
  const values = {
    weightHidden: layer.weightHidden.weights,
    biasHidden: layer.biasHidden?.weights ?? 0,
    weightInput: layer.weightInput.weights,
    biasInput: layer.biasInput?.weights ?? 0,
  };
  const isBefore = cell === 'gru-before';
  if (isOneDispatch(layer, first, end, timeSteps)) {
    const tile: Tile = { ...options.tile, alone: choice.alone };
    const kernel = (isBefore ? gruBeforeSequenceForward : sequenceForward)({ ...options, timeSteps, tile });
    builder.dispatch('forward', `forward_${name}`, untilTurn(kernel, end), bound, { ...values, ...noiseValues(noise, kernel) });
    return;
  }
  const step = { ...options, workgroupSize: choice.workgroupSize };
  const kernels = isBefore ? [gruBeforeGatesForward(step), gruBeforeCandidateForward(step)] : [stepForward(step)];
  if (first === 0) planMask(builder, layer);
  for (let t = first; t < end; t++) {
    for (const kernel of kernels) {
      const step = { ...values, ...noiseValues(noise, kernel), begin: t, end: t + 1 };
      builder.dispatch('forward', `forward_${name} t=${t}`, kernel, bound, step);
    }
  }
}
