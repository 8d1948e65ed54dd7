/** One recurrent layer, forward and backward side by side. */
import { CELLS, type CellKind } from '../../../shaders/common/cell.ts';
import { turnsOf } from '../../../shaders/common/reverse-tile.ts';
import { CLIP_UNIFORMS } from '../../../shaders/common/time-step-clip.ts';
import { gruBeforeCandidateBackward } from '../../../shaders/gru-before-candidate-backward.ts';
import { gruBeforeCandidateForward } from '../../../shaders/gru-before-candidate-forward.ts';
import { gruBeforeGatesBackward } from '../../../shaders/gru-before-gates-backward.ts';
import { gruBeforeGatesForward } from '../../../shaders/gru-before-gates-forward.ts';
import { gruBeforeSequenceBackward } from '../../../shaders/gru-before-sequence-backward.ts';
import { gruBeforeSequenceForward } from '../../../shaders/gru-before-sequence-forward.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { maskStates } from '../../../shaders/mask-states.ts';
import { reverseRows } from '../../../shaders/reverse-rows.ts';
import { segmentSum } from '../../../shaders/segment-sum.ts';
import { sequenceBackward } from '../../../shaders/sequence-backward.ts';
import { sequenceForward } from '../../../shaders/sequence-forward.ts';
import { stepBackward } from '../../../shaders/step-backward.ts';
import { stepClipBackward } from '../../../shaders/step-clip-backward.ts';
import { stepForward } from '../../../shaders/step-forward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import { chooseRecurrent, elementwiseWorkgroup, type RecurrentChoice } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import type { TimeStepClipPlan } from '../time-step-clip.ts';
import type { Watch } from '../watch.ts';
import { copyRows } from './add-rows.ts';
import { planProduct } from './product.ts';
import { type LayerNoise, noiseOptions, noiseTensors, noiseValues } from './recurrent-noise.ts';
import type { LearnedStart } from './start.ts';
import { planReduction, planWeightGradient, type Reduction, type WeightGradientPlan } from './weight-gradient.ts';

/** What a layer reads: token ids [T, B] (one-hot), or rows [T, B, I]. */
export type LayerInput =
  | {
      readonly kind: 'tokens';
      readonly tokens: Tensor;
      readonly offset: number;
      readonly order?: Tensor;
      readonly segments?: Tensor;
      readonly vocabulary: number;
    }
  | Rows;

/** Rows [T, B, columns] that begin `offset` elements into a tensor. */
export interface Rows {
  readonly kind: 'rows';
  readonly rows: Tensor;
  readonly offset: number;
  readonly columns: number;
}

export interface RecurrentLayer {
  readonly layer: number;
  /** What its tensors and labels are called after: `l0`, `l0_reverse`, `encoder.l0`. */
  readonly name: string;
  readonly cell: CellKind;
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  readonly input: LayerInput;
  /** The input lies backwards in time (`order` and `segments` of tokens speak of them forwards); so do gates and states then. */
  readonly isReversed?: boolean;
  readonly choice: RecurrentChoice;
  readonly weightInput: PackedParameter;
  readonly weightHidden: PackedParameter;
  readonly biasInput?: PackedParameter;
  readonly biasHidden?: PackedParameter;
  /** Absent: the initial state is given, carried or zero. */
  readonly start?: LearnedStart;
  /** Gate pre-activations, then activated gates, then gate gradients, in place: [T, B, P·H]. */
  readonly gates: Tensor;
  /** [T + 1, B, H]; row 0 is the initial state. */
  readonly states: Tensor;
  /** The LSTM's c, as states. */
  readonly cells?: Tensor;
  /** [B] u32: time steps of each row, past which its states hold. */
  readonly lengths?: Tensor;
  /** The host reads the gates after a forward sweep: no other tensor takes their buffer. */
  readonly keepsGates?: boolean;
  /** Recurrent dropout and zoneout, if it has any. */
  readonly noise?: LayerNoise;
  /** With recurrent dropout: what U reads, rows as those of states. */
  readonly operand?: Tensor;
}

export interface LayerParameters {
  readonly weightInput: PackedParameter;
  readonly weightHidden: PackedParameter;
  readonly biasInput?: PackedParameter;
  readonly biasHidden?: PackedParameter;
  readonly start?: LearnedStart;
}

export type RecurrentLayerOptions = Pick<
  RecurrentLayer,
  'layer' | 'name' | 'cell' | 'batch' | 'timeSteps' | 'hiddenSize' | 'input' | 'isReversed' | 'lengths' | 'noise' | 'keepsGates'
> & { readonly parameters: LayerParameters };

export function recurrentLayer(builder: PlanBuilder, { parameters, ...options }: RecurrentLayerOptions): RecurrentLayer {
  const { name, cell, batch, timeSteps, hiddenSize } = options;
  const { planes, hasCell } = CELLS[cell];
  const states = (kind: string) => tensor(`${kind}_${name}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize], 'kept');
  return {
    ...options,
    ...parameters,
    choice: chooseRecurrent(builder.profile, cell, batch, hiddenSize),
    gates: tensor(`gates_${name}`, ['T', 'B', 'P·H'], [timeSteps, batch, planes * hiddenSize], options.keepsGates ? 'kept' : 'temporary'),
    states: states('states'),
    cells: hasCell ? states('cells') : undefined,
    operand: noiseOptions(options.noise).recurrentDropout
      ? tensor(`operand_${name}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize])
      : undefined,
  };
}

/** The rows above: the outputs of this layer as the input of the next, [T, B, H]. */
export const outputRows = ({ states, batch, hiddenSize }: RecurrentLayer): Rows => ({
  kind: 'rows',
  rows: states,
  offset: batch * hiddenSize,
  columns: hiddenSize,
});

/** x·W + b for all time steps at once; a one-hot input gathers its rows inside the recurrent kernel instead. */
export function planInputProjection(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  weights: Tensor,
  first = 0,
  timeSteps = layer.timeSteps,
): void {
  const { input, batch, hiddenSize, gates, weightInput, biasInput, cell } = layer;
  if (input.kind === 'tokens') return;
  const { gates: count, planes } = CELLS[cell];
  planProduct(builder, {
    phase: 'forward',
    label: `project_${layer.name}`,
    rows: timeSteps * batch,
    columns: count * hiddenSize,
    inner: input.columns,
    left: input.rows,
    leftOffset: input.offset + first * batch * input.columns,
    leftStride: input.columns,
    right: weights,
    rightOffset: weightInput.weights,
    out: gates,
    outOffset: first * batch * planes * hiddenSize,
    outStride: planes * hiddenSize,
    bias: biasInput?.weights,
  });
}

/** h_t for all t: one dispatch, or one (GRU reset before: two) per time step. */
export function planRecurrentForward(builder: PlanBuilder, layer: RecurrentLayer, weights: Tensor, first = 0, end = layer.timeSteps): void {
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
    const kernel = (isBefore ? gruBeforeSequenceForward : sequenceForward)({ ...options, timeSteps });
    builder.dispatch('forward', `forward_${name}`, untilTurn(kernel, end), bound, { ...values, ...noiseValues(noise, kernel) });
    return;
  }
  const step = { ...options, workgroupSize: choice.workgroupSize };
  const kernels = isBefore ? [gruBeforeGatesForward(step), gruBeforeCandidateForward(step)] : [stepForward(step)];
  if (operand && first === 0) {
    const kernel = maskStates({ batch, hiddenSize, workgroupSize: elementwiseWorkgroup(builder.profile) });
    builder.dispatch('forward', `mask_${name}`, kernel, bound, noiseValues(noise, kernel));
  }
  for (let t = first; t < end; t++) {
    for (const kernel of kernels) {
      const step = { ...values, ...noiseValues(noise, kernel), begin: t, end: t + 1 };
      builder.dispatch('forward', `forward_${name} t=${t}`, kernel, bound, step);
    }
  }
}

/** Whether the sequence kernel takes these turns: all of them, or, where none draws noise for the whole of them, more than one of the first. */
const isOneDispatch = ({ choice, noise }: RecurrentLayer, first: number, end: number, turns: number): boolean =>
  choice.kernel === 'sequence' && first === 0 && (end === turns || (end > 1 && !noise));

/** The first `end` turns of a kernel over all of them. */
function untilTurn(kernel: Kernel, end: number): Kernel {
  const { range, flop } = kernel;
  return range && end < range.length ? { ...kernel, range: { ...range, length: end }, flop: (flop * end) / range.length } : kernel;
}

export function layerGradient(layer: RecurrentLayer, gradients: Tensor): WeightGradientPlan {
  const { cell, batch, timeSteps, hiddenSize, input, gates, states, operand } = layer;
  const isTokens = input.kind === 'tokens';
  return {
    label: `gradient_${layer.name}`,
    cell,
    batch,
    timeSteps,
    hiddenSize,
    inputSize: isTokens ? 0 : input.columns,
    gates,
    input: isTokens ? undefined : input.rows,
    inputOffset: isTokens ? 0 : input.offset,
    states: operand ?? states,
    gradients,
    weightInput: isTokens ? undefined : layer.weightInput,
    weightHidden: layer.weightHidden,
    biasInput: layer.biasInput,
    biasHidden: layer.biasHidden,
  };
}

/** What the reverse sweep of a layer is asked for. */
export interface BackwardWish {
  readonly wantsInput: boolean;
  /** ∂L/∂x of the other direction, to which this one's is added; absent: a tensor of its own. */
  readonly addTo?: Tensor;
  /** A reduction of parameter gradients that others have begun and this layer ends. */
  readonly reduction?: Reduction;
  /** ∂L/∂h_0 is wanted, in row 0 of outputGradient, and the LSTM's ∂L/∂c_0. */
  readonly initial?: boolean;
  /** ∂L/∂c_T of the LSTM [B, H], which becomes ∂L/∂c_0; absent: zero. */
  readonly finalCell?: Tensor;
  /** Looks at the layer right before and right after the sweep. */
  readonly watch?: Watch;
  /** Bounds the gradients of h_t and c_t on their way back. */
  readonly clip?: TimeStepClipPlan;
}

export interface LayerGradients {
  /** ∂L/∂x, its rows placed as in [T + 1, B, I] so that it is the layer below's outputGradient. */
  readonly input?: Tensor;
  /** ∂L/∂c_0 of the LSTM after the sweep. */
  readonly initialCell?: Tensor;
}

/** What the sweep of a layer changes beside its gates. */
export interface ReverseSweep {
  readonly parameters: Tensor;
  /** [T + 1, B, H], rows as those of the states; becomes ∂L/∂h. */
  readonly outputGradient: Tensor;
  /** [B, H], see reverseCarry. */
  readonly carry?: Tensor;
  readonly initial?: boolean;
  readonly finalCell?: Tensor;
  readonly clip?: TimeStepClipPlan;
  /** LSTM: the carry is of everyCell. */
  readonly keepsCells?: boolean;
}

/** The carry of an LSTM that is watched is the gradient of every cell, [T + 1, B, H]. */
export const everyCell = ({ name, cell, batch, timeSteps, hiddenSize }: RecurrentLayer, watch: Watch | undefined): Tensor | undefined =>
  CELLS[cell].hasCell && watch?.wantsCells
    ? tensor(`cellGradient_${name}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize])
    : undefined;

/** What a cell hands from step to step besides ∂L/∂h, if anything. */
export const reverseCarry = ({ name, cell, batch, hiddenSize }: RecurrentLayer): Tensor | undefined =>
  CELLS[cell].hasCarry ? tensor(`carry_${name}`, ['B', 'H'], [batch, hiddenSize]) : undefined;

/** The turns `first` to `end` of the reverse sweep, the last one first; turn t is time step t, with `initial` t - 1. Default: all. */
export function planRecurrentSweep(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  { parameters, outputGradient, carry, initial = false, finalCell, clip, keepsCells = false }: ReverseSweep,
  first = 0,
  end = layer.timeSteps + (initial ? 1 : 0),
): void {
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
    const kernel = (isBefore ? gruBeforeSequenceBackward : sequenceBackward)(options);
    builder.dispatch('backward', `backward_${name}`, untilTurn(kernel, end), bound, {
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
        builder.dispatch('backward', label, kernel, bound, {
          ...values,
          ...boundsOf(kernel, clip),
          ...noiseValues(noise, kernel),
          begin: turn,
          end: turn + 1,
        });
    }
  }
}

/** The reverse sweep of the layer: outputGradient [T + 1, B, H] becomes ∂L/∂h, gates become gate gradients, then every parameter gradient. */
export function planRecurrentBackward(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: Tensor,
  { wantsInput, addTo, reduction, initial, finalCell, watch, clip }: BackwardWish,
): LayerGradients {
  const { name, input, gates } = layer;
  const cellGradient = everyCell(layer, watch);
  const carry = cellGradient ?? finalCell ?? reverseCarry(layer);
  if (cellGradient && finalCell) {
    const { batch, timeSteps, hiddenSize } = layer;
    const last = { tensor: cellGradient, offset: timeSteps * batch * hiddenSize };
    copyRows(builder, 'backward', `finalCell_${name}`, { rows: batch, columns: hiddenSize }, { tensor: finalCell, offset: 0 }, last);
  }
  watch?.planBeforeSweep(builder, layer);
  planRecurrentSweep(builder, layer, {
    parameters,
    outputGradient,
    carry,
    initial,
    finalCell,
    clip,
    keepsCells: cellGradient !== undefined,
  });
  watch?.planAfterSweep(builder, layer, outputGradient, cellGradient);
  planWeightGradient(builder, layerGradient(layer, gradients), reduction);
  if (reduction) planReduction(builder, `gradient_${name}`, reduction, gradients);
  const initialCell = layer.cells ? carry : undefined;
  if (input.kind === 'rows' && !wantsInput) return { initialCell };
  const forwards = layer.isReversed ? planGatesForwards(builder, layer) : gates;
  if (input.kind === 'rows') return { initialCell, input: planInputGradient(builder, layer, input, parameters, forwards, addTo) };
  planOneHotGradient(builder, layer, input, gradients, forwards);
  return { initialCell };
}

/** Those kernels of a step that clip want the bounds. */
const boundsOf = ({ uniforms }: Kernel, clip: TimeStepClipPlan | undefined): Readonly<Record<string, number>> =>
  clip && uniforms.includes(CLIP_UNIFORMS[0]) ? clip.bounds : {};

/** The gate gradients of a reversed layer in the order of time, as the input below lies. */
function planGatesForwards(builder: PlanBuilder, { name, cell, batch, timeSteps, hiddenSize, gates, lengths }: RecurrentLayer): Tensor {
  const columns = CELLS[cell].planes * hiddenSize;
  const forwards = tensor(`gates_${name} forwards`, ['T', 'B', 'P·H'], [timeSteps, batch, columns]);
  const workgroupSize = elementwiseWorkgroup(builder.profile);
  const kernel = reverseRows({ kind: 'vectors', batch, timeSteps, columns, lengths: lengths !== undefined, workgroupSize });
  builder.dispatch('backward', `forwards_${name}`, kernel, { source: gates, out: forwards, ...(lengths ? { lengths } : {}) });
  return forwards;
}

/** The gradient of a one-hot input's weights: the gate gradients of each token's positions, added up. */
function planOneHotGradient(
  builder: PlanBuilder,
  { name, cell, batch, timeSteps, hiddenSize, weightInput }: RecurrentLayer,
  { order, segments, vocabulary }: Extract<LayerInput, { kind: 'tokens' }>,
  gradients: Tensor,
  source: Tensor,
): void {
  if (!order || !segments) throw new Error(`layer ${name} must have sorted tokens for its gradient, got none`);
  const { gates: count, planes } = CELLS[cell];
  const kernel = segmentSum({
    classes: vocabulary,
    columns: count * hiddenSize,
    stride: planes * hiddenSize,
    transposed: true,
    outStride: weightInput.columns,
    positions: timeSteps * batch,
    workgroupSize: elementwiseWorkgroup(builder.profile),
  });
  builder.dispatch('backward', `gradient_${name} one-hot`, kernel, { order, segments, source, gradients }, { out: weightInput.offset });
}

/** A tensor for ∂L/∂x, its rows as in [T + 1, B, I]. */
export const inputGradientTensor = ({ name, batch, timeSteps }: RecurrentLayer, { columns }: Rows): Tensor =>
  tensor(`inputGradient_${name}`, ['T+1', 'B', 'I'], [timeSteps + 1, batch, columns]);

/** ∂L/∂x of `steps` time steps from `first` on; default: all. */
export function planInputGradient(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  input: Rows,
  parameters: Tensor,
  gates: Tensor,
  addTo?: Tensor,
  first = 0,
  steps = layer.timeSteps,
  accumulate = addTo !== undefined,
): Tensor {
  const { name, cell, batch, hiddenSize, weightInput } = layer;
  const { columns } = input;
  const { gates: count, planes } = CELLS[cell];
  const inputGradient = addTo ?? inputGradientTensor(layer, input);
  planProduct(builder, {
    phase: 'backward',
    label: `inputGradient_${name}`,
    rows: steps * batch,
    columns,
    inner: count * hiddenSize,
    left: gates,
    leftOffset: first * batch * planes * hiddenSize,
    leftStride: planes * hiddenSize,
    right: parameters,
    rightOffset: weightInput.offset,
    out: inputGradient,
    outOffset: (first + 1) * batch * columns,
    outStride: columns,
    accumulate,
  });
  return inputGradient;
}
