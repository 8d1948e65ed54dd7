/** The reverse sweep (BPTT) of one recurrent layer, up to its gate gradients. */
import { CELLS } from '../../../shaders/common/cell.ts';
import type { Tile } from '../../../shaders/common/product.ts';
import { turnsOf } from '../../../shaders/common/reverse-tile.ts';
import { gruBeforeCandidateBackward } from '../../../shaders/gru-before-candidate-backward.ts';
import { gruBeforeGatesBackward } from '../../../shaders/gru-before-gates-backward.ts';
import { gruBeforeSequenceBackward } from '../../../shaders/gru-before-sequence-backward.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { sequenceBackward } from '../../../shaders/sequence-backward.ts';
import { stepBackward } from '../../../shaders/step-backward.ts';
import { stepClipBackward } from '../../../shaders/step-clip-backward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { When } from '../step.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { boundsOf, type TimeStepClipPlan } from '../time-step-clip.ts';
import type { Watch } from '../watch.ts';
import { addRows, type Place } from './add-rows.ts';
import { planNormedSweep } from './layer-norm-sweep.ts';
import type { RecurrentLayer } from './recurrent.ts';
import { noiseOptions, noiseTensors, noiseValues } from './recurrent-noise.ts';
import { isOneDispatch, untilTurn } from './recurrent-turns.ts';

/** What the sweep of a layer changes beside its gates. */
export interface ReverseSweep {
  readonly parameters: Tensor;
  /** [T + 1, B, H], rows as those of the states; becomes ∂L/∂h. */
  readonly outputGradient: Tensor;
  /** [B, H], see reverseCarry; with keepsCells as everyCell. */
  readonly carry?: Tensor;
  readonly initial?: boolean;
  readonly finalCell?: Tensor;
  readonly clip?: TimeStepClipPlan;
  /** LSTM: the carry is of everyCell. */
  readonly keepsCells?: boolean;
}

/** The carry of an LSTM that is watched, [T + 1, B, H]: in measured steps the gradient of every cell, else only row 0 is used. A final cell lies in row T then, else in row 0. */
export const everyCell = ({ name, cell, batch, timeSteps, hiddenSize }: RecurrentLayer, watch: Watch | undefined): Tensor | undefined =>
  CELLS[cell].hasCell && watch?.wantsCells
    ? tensor(`cellGradient_${name}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize])
    : undefined;

/** What a cell hands from step to step besides ∂L/∂h, if anything. */
export const reverseCarry = ({ name, cell, batch, hiddenSize, norm }: RecurrentLayer): Tensor | undefined => {
  // layer-normalised, the GRU with reset before keeps a product there too
  if (norm && cell === 'gru-before') return tensor(`carry_${name}`, ['2', 'B', 'H'], [2, batch, hiddenSize]);
  return CELLS[cell].hasCarry ? tensor(`carry_${name}`, ['B', 'H'], [batch, hiddenSize]) : undefined;
};

/** ∂L/∂h_T [B, H] that others made, added to what came from above. */
export function planFinal(
  builder: PlanBuilder,
  { name, batch, timeSteps, hiddenSize }: RecurrentLayer,
  final: Place | undefined,
  outputGradient: Tensor,
): void {
  const last = { tensor: outputGradient, offset: timeSteps * batch * hiddenSize };
  if (final) addRows(builder, `final_${name}`, { columns: hiddenSize, rows: batch }, final, last);
}

/** Dispatches turns of a sweep: where every cell is kept, in measured steps so, in the others with a carry of one row. */
export function dispatchTurns(
  builder: PlanBuilder,
  { keepsCells }: ReverseSweep,
  label: string,
  kernel: Kernel,
  tensors: Readonly<Record<string, Tensor>>,
  values: Readonly<Record<string, number>>,
): void {
  const dispatch = (given: Readonly<Record<string, number>>, when?: When): void =>
    builder.dispatch('backward', label, kernel, tensors, { ...values, ...given }, when);
  if (!keepsCells || !kernel.uniforms.includes('keptCells')) {
    dispatch({});
    return;
  }
  dispatch({ keptCells: 1 }, 'measured');
  dispatch({ keptCells: 0 }, 'unmeasured');
}

/** The turns `first` to `end` of the reverse sweep, the last one first; turn t is time step t, with `initial` t - 1. Default: all. */
export function planRecurrentSweep(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  sweep: ReverseSweep,
  first = 0,
  end = layer.timeSteps + (sweep.initial ? 1 : 0),
): void {
  if (layer.norm) {
    planNormedSweep(builder, layer, layer.norm, sweep, first, end);
    return;
  }
  const { parameters, outputGradient, carry, initial = false, finalCell, clip, keepsCells = false } = sweep;
  const { name, cell, batch, timeSteps, hiddenSize, choice, gates, states, cells, lengths, noise } = layer;
  const bound = {
    parameters,
    gates,
    states,
    outputGradient,
    ...(cells ? { cells } : {}),
    ...(carry ? { carry } : {}),
    ...(lengths ? { lengths } : {}),
    ...(clip ? { clipped: clip.clipped } : {}),
    ...noiseTensors(noise),
  };
  const values = { weightHidden: layer.weightHidden.offset };
  const ends = { lengths: lengths !== undefined, initial, finalCell: finalCell !== undefined };
  const options = {
    cell,
    batch,
    timeSteps,
    hiddenSize,
    tile: choice.backward,
    clip: clip?.kinds,
    keepsCells,
    ...ends,
    ...noiseOptions(noise),
  };
  const isBefore = cell === 'gru-before';
  if (isOneDispatch(layer, first, end, turnsOf(options))) {
    // a norm is the sum of a whole row, which threads of a workgroup add up together
    const tile: Tile = { ...options.tile, alone: clip?.kinds.norm ? undefined : choice.alone };
    const kernel = (isBefore ? gruBeforeSequenceBackward : sequenceBackward)({ ...options, tile });
    dispatchTurns(builder, sweep, `backward_${name}`, untilTurn(kernel, end), bound, {
      ...values,
      ...boundsOf(kernel, clip),
      ...noiseValues(noise, kernel),
    });
  } else {
    const step = { ...options, workgroupSize: choice.workgroupSize };
    const halves = clip?.kinds.norm ? [stepClipBackward(step)] : [];
    const kernels = isBefore
      ? [gruBeforeCandidateBackward(step), ...halves, gruBeforeGatesBackward(step)]
      : [stepBackward(step), ...halves];
    for (let turn = end - 1; turn >= first; turn--) {
      // the initial state has no gates: half a turn is enough
      const isInitial = initial && turn === 0;
      const label = isInitial ? `backward_${name} initial` : `backward_${name} t=${turn - (initial ? 1 : 0)}`;
      for (const kernel of isInitial ? kernels.slice(0, 1) : kernels)
        dispatchTurns(builder, sweep, label, kernel, bound, {
          ...values,
          ...boundsOf(kernel, clip),
          ...noiseValues(noise, kernel),
          begin: turn,
          end: turn + 1,
        });
    }
  }
}
