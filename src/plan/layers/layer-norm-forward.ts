/** The forward sweep of a layer-normalised recurrent layer. */
import { CELLS } from '../../../shaders/common/cell.ts';
import { NORM_GROUPS, normsPlaces } from '../../../shaders/common/layer-norm.ts';
import { layerNormSequenceForward } from '../../../shaders/layer-norm-sequence-forward.ts';
import { layerNormStepForward } from '../../../shaders/layer-norm-step-forward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { Tensor } from '../tensor.ts';
import type { LayerNorm } from './layer-norm.ts';
import { planProduct } from './product.ts';
import type { RecurrentLayer } from './recurrent.ts';
import { noiseOptions, noiseTensors, noiseValues, planMask } from './recurrent-noise.ts';
import { isOneDispatch, untilTurn } from './recurrent-turns.ts';

/**
 * h_t for all t in [first, end): one dispatch, or two for each time step (GRU reset before: four), a product with as many workgroups as it may have and
 * behind it one that owns whole rows.
 */
export function planNormedForward(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  norm: LayerNorm,
  weights: Tensor,
  first: number,
  end: number,
): void {
  const { name, cell, batch, timeSteps, hiddenSize, choice, gates, states, cells, lengths, noise, operand } = layer;
  const options = {
    cell,
    batch,
    hiddenSize,
    input: 'projected' as const,
    recurrentBias: layer.biasHidden !== undefined,
    inputBias: layer.biasInput !== undefined,
    lengths: lengths !== undefined,
    layerNorm: { units: norm.units, timeSteps },
    ...noiseOptions(noise),
    tile: choice.forward,
  };
  const bound = {
    weights,
    gates,
    states,
    norms: norm.norms,
    ...(cells ? { cells } : {}),
    ...(lengths ? { lengths } : {}),
    ...noiseTensors(noise),
    ...(operand ? { operand } : {}),
  };
  const values = {
    weightHidden: layer.weightHidden.weights,
    biasHidden: layer.biasHidden?.weights ?? 0,
    gainHidden: norm.gainHidden.weights,
    gainCell: norm.cell?.gain.weights ?? 0,
    biasCell: norm.cell?.bias.weights ?? 0,
  };
  if (isOneDispatch(layer, first, end, timeSteps)) {
    const kernel = layerNormSequenceForward(options);
    builder.dispatch('forward', `forward_${name}`, untilTurn(kernel, end), bound, { ...values, ...noiseValues(noise, kernel) });
    return;
  }
  if (first === 0) planMask(builder, layer);
  const halves = cell === 'gru-before' ? (['gates', 'candidate'] as const) : (['gates'] as const);
  const kernels = halves.map((half) => layerNormStepForward({ ...options, half, workgroupSize: choice.workgroupSize }));
  for (let t = first; t < end; t++) {
    kernels.forEach((kernel, group) => {
      planHiddenProduct(builder, layer, norm, weights, t, group);
      const step = { ...values, ...noiseValues(noise, kernel), begin: t, end: t + 1 };
      builder.dispatch('forward', `forward_${name} t=${t}`, kernel, bound, step);
    });
  }
}

/** U h_{t-1} of a group of gates, into norms; of the second group U_n (r∘h). */
function planHiddenProduct(
  builder: PlanBuilder,
  { name, cell, batch, timeSteps, hiddenSize, gates, states, operand, weightHidden }: RecurrentLayer,
  { norms }: LayerNorm,
  weights: Tensor,
  t: number,
  group: number,
): void {
  const { gates: count, planes } = CELLS[cell];
  const together = NORM_GROUPS[cell][group];
  const column = together[0] * hiddenSize;
  const isReset = group > 0;
  const { normed } = normsPlaces(cell, timeSteps * batch, hiddenSize);
  planProduct(builder, {
    phase: 'forward',
    label: `product_${name} t=${t}`,
    rows: batch,
    columns: together.length * hiddenSize,
    inner: hiddenSize,
    left: isReset ? gates : (operand ?? states),
    leftOffset: isReset ? (t * batch * planes + 3) * hiddenSize : t * batch * hiddenSize,
    leftStride: isReset ? planes * hiddenSize : hiddenSize,
    right: weights,
    rightOffset: weightHidden.weights + column,
    rightStride: count * hiddenSize,
    out: norms,
    outOffset: normed + t * batch * count * hiddenSize + column,
    outStride: count * hiddenSize,
  });
}
