/**
 * Recurrent layers on top of each other, in one or two directions, forward and backward side by side.
 *
 * The reverse direction of a layer is an ordinary layer that reads its input backwards within each row's length (`reverse-rows`) and whose states
 * are put side by side with the other's in the order of time (`join-directions`): so it has every kernel that the forward direction has.
 */
import type { CellKind } from '../../../shaders/common/cell.ts';
import type { Merge } from '../../spec/model.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter, ParameterLayout } from '../layout.ts';
import { padded } from '../legend.ts';
import { type Tensor, tensor } from '../tensor.ts';
import type { TimeStepClipPlan } from '../time-step-clip.ts';
import type { Watch } from '../watch.ts';
import type { Place } from './add-rows.ts';
import { planDirections, planReversedInput } from './directions.ts';
import { planJoin, planJoinBackward } from './join.ts';
import { layerNormParameters } from './layer-norm.ts';
import { type LayerInput, outputRows, type RecurrentLayer, type Rows, recurrentLayer } from './recurrent.ts';
import { type BackwardWish, beginRecurrentSweep, planRecurrentGradients } from './recurrent-backward.ts';
import { planRecurrentForward } from './recurrent-forward.ts';
import { planInputProjection } from './recurrent-input.ts';
import { layerNoise, type RecurrentRates } from './recurrent-noise.ts';
import { planFinal, planRecurrentSweep, type ReverseSweep } from './recurrent-sweep.ts';
import { type Anew, type LearnedStart, planStart, planStartBackward } from './start.ts';
import { isWavefront, planWavefrontBackward, planWavefrontForward } from './wavefront.ts';
import type { Reduction } from './weight-gradient.ts';

export interface StackOptions {
  /** In front of the names of parameters: '' or e.g. `encoder.`. */
  readonly prefix: string;
  readonly cell: CellKind;
  /** Units of each layer, unpadded. */
  readonly hiddenSize: readonly number[];
  readonly bidirectional: boolean;
  readonly merge: Merge;
  /** 0 outside of training. */
  readonly dropout: number;
  /** Recurrent dropout and zoneout within the layers. */
  readonly rates: RecurrentRates;
  readonly isTraining: boolean;
  readonly timeSteps: number;
  readonly batch: number;
  /** [B] u32; absent: every row has all time steps. */
  readonly lengths?: Tensor;
  /** Where the noise of dropout comes from, and the element at which the micro-batch's block begins. */
  readonly control?: Tensor;
  readonly controlOffset?: number;
  /** Of learned initial states: where it stands which rows start from them; absent: all do. */
  readonly anew?: Anew;
  /** Sets its noise apart from that of another stack with the same control; default 0. */
  readonly noise?: number;
  /** Training with `monitor`: looks at each layer around its reverse sweep. */
  readonly watch?: Watch;
  /** Gates stay readable after the forward sweep. */
  readonly keepsGates?: boolean;
  /** Training with a clip inside of the reverse sweep. */
  readonly clip?: TimeStepClipPlan;
}

export interface StackLayer {
  /** Forward, then reverse if there is one. */
  readonly directions: readonly RecurrentLayer[];
  /** What the layer above reads. */
  readonly output: Rows;
  /** Whether a kernel makes `output` of the states; otherwise it is the states themselves. */
  readonly isJoined: boolean;
}

export interface Stack {
  readonly options: StackOptions;
  readonly input: LayerInput;
  readonly layers: readonly StackLayer[];
}

export function createStack(builder: PlanBuilder, options: StackOptions, layout: ParameterLayout, input: LayerInput): Stack {
  const { prefix, cell, hiddenSize, bidirectional, dropout, timeSteps, batch, lengths, rates, isTraining, control, keepsGates } = options;
  const layers: StackLayer[] = [];
  hiddenSize.forEach((units, index) => {
    const below = index === 0 ? input : layers[index - 1].output;
    const directions = (bidirectional ? ['', '_reverse'] : ['']).map((end) => {
      const name = `l${index}${end}`;
      const optional = (kind: string) =>
        layout.has(`${prefix}rnn.${kind}_${name}`) ? layout.at(`${prefix}rnn.${kind}_${name}`) : undefined;
      return recurrentLayer(builder, {
        layer: index,
        name: `${prefix}${name}`,
        cell,
        timeSteps,
        batch,
        hiddenSize: padded(units),
        units,
        lengths,
        keepsGates,
        isReversed: end !== '',
        noise: layerNoise({
          ...rates,
          isTraining,
          control: isTraining ? control : undefined,
          controlOffset: 0,
          layer: (options.noise ?? 0) + index + (end === '' ? 0 : REVERSE_NOISE),
        }),
        input: end === '' ? below : reversedInput(`${prefix}${name}`, below, timeSteps, batch),
        parameters: {
          weightInput: layout.at(`${prefix}rnn.weight_ih_${name}`),
          weightHidden: layout.at(`${prefix}rnn.weight_hh_${name}`),
          biasInput: optional('bias_ih'),
          biasHidden: optional('bias_hh'),
          norm: layerNormParameters(layout, `${prefix}rnn.`, name),
          start: learnedStart(optional('h_0'), optional('c_0')),
        },
      });
    });
    const isTop = index === hiddenSize.length - 1;
    const isJoined = bidirectional || (dropout > 0 && !isTop);
    layers.push({ directions, isJoined, output: isJoined ? joinedRows(options, directions) : outputRows(directions[0]) });
  });
  return { options, input, layers };
}

const learnedStart = (h?: PackedParameter, c?: PackedParameter): LearnedStart | undefined => h && { h, ...(c && { c }) };

/** Sets the noise within the reverse direction apart; layers and stacks lie below. */
const REVERSE_NOISE = 2048;

export const topOf = ({ layers }: Stack): StackLayer => layers[layers.length - 1];

function reversedInput(name: string, input: LayerInput, timeSteps: number, batch: number): LayerInput {
  if (input.kind === 'tokens')
    return { ...input, tokens: tensor(`tokens_${name}`, ['T', 'B'], [timeSteps, batch], 'temporary', 'u32'), offset: 0 };
  return { ...input, rows: tensor(`reversed_${name}`, ['T', 'B', 'I'], [timeSteps, batch, input.columns]), offset: 0 };
}

function joinedRows({ bidirectional, merge, timeSteps, batch }: StackOptions, [{ name, hiddenSize }]: readonly RecurrentLayer[]): Rows {
  const columns = bidirectional && merge === 'concat' ? 2 * hiddenSize : hiddenSize;
  return { kind: 'rows', rows: tensor(`output_${name}`, ['T', 'B', 'D·H'], [timeSteps, batch, columns]), offset: 0, columns };
}

/** All layers over all time steps; `wantsRows`: whether anybody reads the output of the top layer at every time step. */
export function planStackForward(builder: PlanBuilder, stack: Stack, weights: Tensor, wantsRows = true): void {
  if (isWavefront(builder.profile, stack)) {
    planWavefrontForward(builder, stack, weights);
    return;
  }
  for (const layer of stack.layers) {
    const before = (direction: RecurrentLayer): void => {
      if (direction.isReversed) planReversedInput(builder, stack.options, layer, direction);
      planInputProjection(builder, direction, weights);
      planStart(builder, direction, weights, stack.options.anew);
    };
    const sweep = (direction: RecurrentLayer, own: PlanBuilder): void => planRecurrentForward(own, direction, weights);
    planDirections(builder, layer, before, sweep);
    if (layer.isJoined && (wantsRows || layer !== topOf(stack))) planJoin(builder, stack.options, layer);
  }
}

/** The layers of one direction over time steps `first` to `first` + `steps`: what a closed loop takes at a time. */
export function planStackSteps(builder: PlanBuilder, stack: Stack, weights: Tensor, first: number, steps = 1): void {
  for (const layer of stack.layers) {
    const [direction] = layer.directions;
    planInputProjection(builder, direction, weights, first, steps);
    if (first === 0) planStart(builder, direction, weights, stack.options.anew);
    planRecurrentForward(builder, direction, weights, first, first + steps);
    if (layer.isJoined && layer !== topOf(stack)) planJoin(builder, stack.options, layer, first, steps);
  }
}

/** ∂L of the last state of one direction of one layer: h [B, H] that begins at an element, and the LSTM's c. */
export interface FinalGradient {
  readonly h?: Place;
  readonly c?: Tensor;
}

export interface StackGradient {
  /** ∂L/∂output of the top layer, rows as in [T + 1, B, D·H]; or, where nobody read them, ∂L/∂h of each of its directions. */
  readonly above: Tensor | readonly Tensor[];
  /** By layer and direction. */
  readonly finals?: readonly (readonly FinalGradient[])[];
  readonly wantsInput: boolean;
  /** The gradients of the initial states are wanted. */
  readonly initial?: boolean;
  /** A reduction that the forward direction of the top layer ends. */
  readonly reduction?: Reduction;
}

/** What a decoder's layer hands to whoever made its initial state: ∂L/∂h_0 is row 0 of `h`. */
export interface InitialGradient {
  readonly h: Tensor;
  readonly c?: Tensor;
}

/** The reverse sweep of all layers, the top one first. */
export function planStackBackward(
  builder: PlanBuilder,
  stack: Stack,
  parameters: Tensor,
  gradients: Tensor,
  wish: StackGradient,
): { readonly input?: Tensor; readonly initial: readonly InitialGradient[] } {
  if (isWavefront(builder.profile, stack)) return planWavefrontBackward(builder, stack, parameters, gradients, wish);
  const { options, layers } = stack;
  const { above, finals, wantsInput, initial, reduction } = wish;
  let outputGradient: Tensor | readonly Tensor[] | undefined = above;
  const initials: InitialGradient[] = [];
  for (const layer of [...layers].reverse()) {
    if (!outputGradient) throw new Error('a layer must have a gradient from above, got none');
    const isTop = layer === layers[layers.length - 1];
    let directions: readonly Tensor[];
    if (isList(outputGradient)) directions = outputGradient;
    else directions = layer.isJoined ? planJoinBackward(builder, options, layer, outputGradient) : [outputGradient];
    let input: Tensor | undefined;
    const wishOf = (direction: RecurrentLayer, index: number): BackwardWish => ({
      wantsInput: direction.layer > 0 || wantsInput,
      addTo: input,
      reduction: isTop && index === 0 ? reduction : undefined,
      initial: initial || direction.start !== undefined,
      finalCell: finals?.[direction.layer]?.[index]?.c,
      watch: options.watch,
      clip: options.clip,
    });
    const before = (direction: RecurrentLayer, index: number): ReverseSweep => {
      planFinal(builder, direction, finals?.[direction.layer]?.[index]?.h, directions[index]);
      return beginRecurrentSweep(builder, direction, parameters, directions[index], wishOf(direction, index));
    };
    const after = (direction: RecurrentLayer, index: number, sweep: ReverseSweep): void => {
      const made = planRecurrentGradients(builder, direction, sweep, gradients, wishOf(direction, index));
      planStartBackward(builder, direction, gradients, { h: directions[index], c: made.initialCell }, options.anew);
      input = made.input ?? input;
      if (index === 0) initials.unshift({ h: directions[0], c: made.initialCell });
    };
    planDirections(builder, layer, before, (direction, own, sweep) => planRecurrentSweep(own, direction, sweep), after);
    outputGradient = input;
  }
  return { input: isList(outputGradient) ? undefined : outputGradient, initial: initials };
}

const isList = (gradient: Tensor | readonly Tensor[] | undefined): gradient is readonly Tensor[] => Array.isArray(gradient);
