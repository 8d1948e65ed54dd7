/** The network of a model as planned layers, from its input to its logits: what training, validation, inference and generation share. */
import type { CellKind } from '../../shaders/common/cell.ts';
import { controlElements } from '../../shaders/common/control.ts';
import { inputSizeOf, type ModelSpec } from '../spec/model.ts';
import type { PlanBuilder } from './builder.ts';
import { planFedForward } from './closed-loop.ts';
import { planFreeBackward, planFreeForward } from './free-running.ts';
import { denseHead, type Head, headGradient, headParameters, planHeadBackward, planHeadForward } from './layers/dense.ts';
import { networkInput, planEmbeddingGradient, planGather, wantsInputGradient } from './layers/input.ts';
import { createPool, type Pool, planPool, planPoolBackward, poolGradientPlace } from './layers/pool.ts';
import type { LayerInput, RecurrentLayer } from './layers/recurrent.ts';
import { layerGradient } from './layers/recurrent-backward.ts';
import {
  createStack,
  type FinalGradient,
  type InitialGradient,
  planStackBackward,
  planStackForward,
  planStackSteps,
  type Stack,
  topOf,
} from './layers/stack.ts';
import type { Anew } from './layers/start.ts';
import { type Reduction, shareReduction } from './layers/weight-gradient.ts';
import type { ParameterLayout } from './layout.ts';
import { type Tensor, tensor } from './tensor.ts';
import type { TimeStepClipPlan } from './time-step-clip.ts';
import type { Watch } from './watch.ts';
import type { Wiring, WiringOptions } from './wiring.ts';

export interface Network {
  readonly stack: Stack;
  /** Many-to-one, unless the head reads the last states as they are. */
  readonly pool?: Pool;
  readonly head: Head;
  /** The forward direction of each layer. */
  readonly layers: readonly RecurrentLayer[];
}

/** The kernels know the two forms of the GRU as two cells. */
export const cellKind = ({ recurrent: { cell, reset } }: ModelSpec): CellKind =>
  cell === 'gru' && reset === 'before' ? 'gru-before' : cell;

export interface NetworkOptions {
  readonly timeSteps: number;
  readonly batch: number;
  readonly input: LayerInput;
  readonly lengths?: Tensor;
  /** Training: where dropout's noise comes from. */
  readonly control?: Tensor;
  /** Which rows start from a learned initial state; absent: all do. */
  readonly anew?: Anew;
  readonly watch?: Watch;
  readonly clip?: TimeStepClipPlan;
  readonly logitsStorage?: Tensor['storage'];
  readonly keepsGates?: boolean;
}

export function planNetwork(builder: PlanBuilder, spec: ModelSpec, layout: ParameterLayout, options: NetworkOptions): Network {
  const { timeSteps, batch, input, lengths, control, anew, watch, clip, logitsStorage, keepsGates } = options;
  const { hiddenSize, bidirectional, merge, dropout } = spec.recurrent;
  const isTraining = control !== undefined;
  const shape = {
    prefix: '',
    cell: cellKind(spec),
    hiddenSize,
    bidirectional,
    merge,
    timeSteps,
    batch,
    lengths,
    anew,
    watch,
    clip,
    keepsGates,
  };
  const stack = createStack(
    builder,
    { ...shape, control, isTraining, dropout: isTraining ? dropout : 0, rates: spec.recurrent },
    layout,
    input,
  );
  const isSingle = spec.architecture === 'many-to-one';
  const mode = spec.pooling === 'last' ? 'ends' : spec.pooling;
  const pool = isSingle && (bidirectional || mode !== 'ends') ? createPool(mode, stack) : undefined;
  const { output } = topOf(stack);
  const last = { ...output, offset: output.offset + (timeSteps - 1) * batch * output.columns };
  const source = pool ? pool.pooled : isSingle ? last : output;
  const head = denseHead(source, [isSingle ? 1 : timeSteps, batch], headParameters(layout, ''), logitsStorage);
  return { stack, pool, head, layers: stack.layers.map(({ directions }) => directions[0]) };
}

/** The forward sweep: every layer over all time steps, then the head. */
export function planNetworkForward(builder: PlanBuilder, { stack, pool, head }: Network, weights: Tensor): void {
  planStackForward(builder, stack, weights, pool?.mode !== 'ends');
  if (pool) planPool(builder, pool, stack);
  planHeadForward(builder, head, weights);
}

/** Where the reverse sweep takes the gradient at the top layer from, zero where a time step has no output. */
export type OutputGradient = Tensor | readonly Tensor[];

/** Planned ahead of the first dispatch, because a clear in between would end the pass. */
export function planOutputGradient(builder: PlanBuilder, { stack, pool, head }: Network): OutputGradient {
  if (pool) return poolGradientPlace(builder, pool, stack);
  const { timeSteps, batch } = stack.options;
  const outputGradient = tensor('outputGradient', ['T+1', 'B', 'D·H'], [timeSteps + 1, batch, head.source.columns]);
  if (head.timeSteps < timeSteps) builder.clear('outputGradient', outputGradient);
  return outputGradient;
}

/** The top layer and the head share a dispatch that adds up the parts of their gradients. */
const topReduction = (
  builder: PlanBuilder,
  { layers, head }: Pick<Network, 'layers' | 'head'>,
  gradients: Tensor,
): Reduction | undefined =>
  head.weight.parameter.isTied || layers[layers.length - 1].norm
    ? undefined
    : shareReduction(builder.profile, 'gradient_top', layerGradient(layers[layers.length - 1], gradients), headGradient(head, gradients));

/**
 * The reverse sweep, from the gradients that stand in the logits, through `outputGradient` of planOutputGradient; returns ∂L/∂input if wanted. `finals`: of a segment
 * of a window, by layer, and the gradients of its initial states are wanted.
 */
export function planNetworkBackward(
  builder: PlanBuilder,
  { stack, pool, head, layers }: Network,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: OutputGradient,
  wantsInput: boolean,
  finals?: readonly FinalGradient[],
): { readonly input?: Tensor; readonly initial: readonly InitialGradient[] } {
  const reduction = topReduction(builder, { layers, head }, gradients);
  const { batch, timeSteps } = stack.options;
  const { columns } = head.source;
  if (pool) {
    const pooledGradient = tensor('pooledGradient', ['B', 'D·H'], [batch, columns]);
    planHeadBackward(builder, head, parameters, gradients, pooledGradient, 0, reduction);
    planPoolBackward(builder, pool, stack, pooledGradient, outputGradient);
  } else {
    const firstRow = timeSteps - head.timeSteps + 1;
    planHeadBackward(builder, head, parameters, gradients, outputGradient as Tensor, firstRow * batch * columns, reduction);
  }
  return planStackBackward(builder, stack, parameters, gradients, {
    above: outputGradient,
    wantsInput,
    reduction,
    finals: finals?.map((final) => [final]),
    initial: finals !== undefined,
  });
}

/** The lowest layer reads the uploaded rows of its micro-batch, every layer its lengths and its noise. */
export function stackOfPart(stack: Stack, part: number, lengths: Tensor | undefined): Stack {
  if (part === 0) return stack;
  const { batch, timeSteps, anew, watch } = stack.options;
  const controlOffset = part * controlElements(batch);
  const moved = (layer: RecurrentLayer): RecurrentLayer => {
    const { input } = layer;
    const isUploaded = input.kind === 'rows' && layer.layer === 0 && input.rows.storage === 'kept';
    const noise = layer.noise && { ...layer.noise, controlOffset };
    return { ...layer, lengths, noise, input: isUploaded ? { ...input, offset: part * timeSteps * batch * input.columns } : input };
  };
  return {
    ...stack,
    options: { ...stack.options, lengths, controlOffset, anew: anew && { ...anew, offset: controlOffset }, watch: watch?.ofPart(part) },
    layers: stack.layers.map((layer) => ({ ...layer, directions: layer.directions.map(moved) })),
  };
}

/** [B] u32 for each micro-batch. */
export const lengthTensors = (name: string, parts: number, batch: number): readonly Tensor[] =>
  Array.from({ length: parts }, (_, part) => tensor(`${name}_${part}`, ['B'], [batch], 'kept', 'u32'));

/** Targets that lie beside the input ids are gathered with them: a token for each time step. */
const gathersTargets = ({ input, output, architecture }: ModelSpec): boolean =>
  input.kind === 'tokens' && output.kind === 'softmax' && architecture !== 'many-to-one';

/** One network from its input to its head. */
export function plainWiring(builder: PlanBuilder, options: WiringOptions): Wiring {
  const {
    spec,
    layout,
    batch,
    timeSteps,
    parts,
    hasLengths,
    isTraining,
    hasTargets,
    logitsStorage,
    control,
    parameters,
    weights,
    feedback,
  } = options;
  const input = networkInput({
    input: spec.input,
    batch,
    timeSteps,
    parts,
    isTraining,
    gathersTargets: hasTargets && gathersTargets(spec),
    isFed: feedback !== undefined,
  });
  const lengths = hasLengths ? lengthTensors('lengths', parts, batch) : undefined;
  const network = planNetwork(builder, spec, layout, {
    timeSteps,
    batch,
    input: input.layer,
    lengths: lengths?.[0],
    control: isTraining ? control : undefined,
    anew: { control, offset: 0 },
    watch: options.watch,
    clip: options.clip,
    logitsStorage,
    keepsGates: options.keepsGates,
  });
  const places: OutputGradient[] = [];
  const ofPart = (part: number): Network => ({ ...network, stack: stackOfPart(network.stack, part, lengths?.[part]) });
  const planOpenBackward = (build: PlanBuilder, part: number, gradients: Tensor, finals?: readonly FinalGradient[]) => {
    const wants = wantsInputGradient(input);
    const made = planNetworkBackward(build, ofPart(part), parameters, gradients, places[part], wants, finals);
    planEmbeddingGradient(build, layout, input, made.input, gradients);
    return made.initial;
  };
  return {
    head: network.head,
    stack: network.stack,
    layers: network.layers,
    input,
    targets: input.gather?.targets,
    lengths,
    controlBlocks: parts,
    prepare(build, part) {
      places[part] = planOutputGradient(build, ofPart(part));
    },
    planForward(build, part) {
      planGather(build, layout, input, control, parameters, part);
      const here = ofPart(part);
      if (feedback?.kind === 'free') {
        planFreeForward(build, { feedback, size: inputSizeOf(spec.input), ...here }, weights);
        return;
      }
      if (!feedback) {
        planNetworkForward(build, here, weights);
        return;
      }
      planFedForward(build, timeSteps, { feedback, layout, input, head: here.head, control, parameters, part }, (time) => {
        planStackSteps(build, here.stack, weights, time);
        planHeadForward(build, here.head, weights, time, 1);
      });
    },
    planBackward(build, part, gradients) {
      if (feedback?.kind === 'free') {
        const here = ofPart(part);
        const loop = { feedback, size: inputSizeOf(spec.input), ...here };
        planFreeBackward(build, loop, parameters, gradients, places[part] as Tensor, topReduction(build, here, gradients));
        return;
      }
      planOpenBackward(build, part, gradients);
    },
    segments: {
      planStates(build, part) {
        planGather(build, layout, input, control, parameters, part);
        planStackForward(build, ofPart(part).stack, weights);
      },
      planBackward: planOpenBackward,
    },
  };
}
