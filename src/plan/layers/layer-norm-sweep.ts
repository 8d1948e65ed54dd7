/** The reverse sweep of a layer-normalised recurrent layer, up to its gate gradients. */
import { CELLS } from '../../../shaders/common/cell.ts';
import { turnsOf } from '../../../shaders/common/reverse-tile.ts';
import { gruBeforeCandidateBackward } from '../../../shaders/gru-before-candidate-backward.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { layerNormSequenceBackward } from '../../../shaders/layer-norm-sequence-backward.ts';
import { layerNormStepBackward } from '../../../shaders/layer-norm-step-backward.ts';
import { stepBackward } from '../../../shaders/step-backward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { Tensor } from '../tensor.ts';
import { boundsOf } from '../time-step-clip.ts';
import type { LayerNorm } from './layer-norm.ts';
import { planProduct } from './product.ts';
import type { RecurrentLayer } from './recurrent.ts';
import { noiseOptions, noiseTensors, noiseValues } from './recurrent-noise.ts';
import { dispatchTurns, type ReverseSweep } from './recurrent-sweep.ts';
import { isOneDispatch, untilTurn } from './recurrent-turns.ts';

/** The half of a step kernel's turn that ends with the product, as where a norm must be known first. */
const HALF = { value: false, norm: true };

/** The turns `first` to `end`, the last one first. */
export function planNormedSweep(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  { units, norms, gainHidden, cell: ofCell }: LayerNorm,
  sweep: ReverseSweep,
  first: number,
  end: number,
): void {
  const { parameters, outputGradient, carry, initial = false, finalCell, clip, keepsCells = false } = sweep;
  const { name, cell, batch, timeSteps, hiddenSize, choice, gates, states, cells, lengths, noise, weightHidden } = layer;
  const bound = {
    parameters,
    gates,
    states,
    outputGradient,
    norms,
    ...(cells ? { cells } : {}),
    ...(carry ? { carry } : {}),
    ...(lengths ? { lengths } : {}),
    ...(clip ? { clipped: clip.clipped } : {}),
    ...noiseTensors(noise),
  };
  const plain = {
    cell,
    batch,
    timeSteps,
    hiddenSize,
    tile: choice.backward,
    keepsCells,
    lengths: lengths !== undefined,
    initial,
    finalCell: finalCell !== undefined,
    ...noiseOptions(noise),
  };
  const options = { ...plain, clip: clip?.kinds, layerNorm: { units, timeSteps } };
  const values = {
    weightHidden: weightHidden.offset,
    gainHidden: gainHidden.offset,
    gainCell: ofCell?.gain.offset ?? 0,
    biasCell: ofCell?.bias.offset ?? 0,
  };
  if (isOneDispatch(layer, first, end, turnsOf(options))) {
    const kernel = layerNormSequenceBackward(options);
    dispatchTurns(builder, sweep, `backward_${name}`, untilTurn(kernel, end), bound, {
      ...values,
      ...boundsOf(kernel, clip),
      ...noiseValues(noise, kernel),
    });
    return;
  }
  const { workgroupSize } = choice;
  const isBefore = cell === 'gru-before';
  const product = (isBefore ? gruBeforeCandidateBackward : stepBackward)({ ...plain, clip: HALF, workgroupSize });
  const [candidate, rest] = (['candidate', 'gates'] as const).map((half) => layerNormStepBackward({ ...options, half, workgroupSize }));
  for (let turn = end - 1; turn >= first; turn--) {
    const t = turn - (initial ? 1 : 0);
    const label = t < 0 ? `backward_${name} initial` : `backward_${name} t=${t}`;
    const range = { begin: turn, end: turn + 1 };
    const half = { weightHidden: weightHidden.offset, ...noiseValues(noise, product), ...range };
    builder.dispatch('backward', label, product, { ...bound, gates: norms }, half);
    // the initial state has no gates: half a turn is enough
    if (t < 0) continue;
    const step = (kernel: Kernel) => ({ ...values, ...boundsOf(kernel, clip), ...noiseValues(noise, kernel), ...range });
    if (isBefore) {
      builder.dispatch('backward', label, candidate, bound, step(candidate));
      planResetProduct(builder, layer, norms, parameters, carry, t);
    }
    dispatchTurns(builder, sweep, label, rest, bound, step(rest));
  }
}

/** dL/d(r∘h) of a time step, into the second half of carry. */
function planResetProduct(
  builder: PlanBuilder,
  { name, cell, batch, hiddenSize, weightHidden }: RecurrentLayer,
  norms: Tensor,
  parameters: Tensor,
  carry: Tensor | undefined,
  t: number,
): void {
  if (!carry) throw new Error(`layer ${name} must have a carry, got none`);
  const { planes } = CELLS[cell];
  planProduct(builder, {
    phase: 'backward',
    label: `product_${name} t=${t}`,
    rows: batch,
    columns: hiddenSize,
    inner: hiddenSize,
    left: norms,
    leftOffset: (t * batch * planes + 2) * hiddenSize,
    leftStride: planes * hiddenSize,
    right: parameters,
    rightOffset: weightHidden.offset + 2 * hiddenSize * hiddenSize,
    out: carry,
    outOffset: batch * hiddenSize,
    outStride: hiddenSize,
  });
}
