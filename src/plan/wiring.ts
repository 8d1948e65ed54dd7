/**
 * How a model is wired for whole sequences, from its inputs to its logits and back: one interface for training, validation and inference, whatever
 * the architecture. Micro-batches share the tensors; each has its own rows of what the host uploads, its own lengths and its own blocks of control.
 */
import type { ModelSpec } from '../spec/model.ts';
import type { PlanBuilder } from './builder.ts';
import type { Feedback } from './closed-loop.ts';
import { encoderDecoderWiring } from './encoder-decoder-wiring.ts';
import type { Head } from './layers/dense.ts';
import type { NetworkInput } from './layers/input.ts';
import type { RecurrentLayer } from './layers/recurrent.ts';
import type { FinalGradient, InitialGradient, Stack } from './layers/stack.ts';
import type { ParameterLayout } from './layout.ts';
import { plainWiring } from './network.ts';
import type { Tensor } from './tensor.ts';
import type { TimeStepClipPlan } from './time-step-clip.ts';
import type { Watch } from './watch.ts';

export interface WiringOptions {
  readonly spec: ModelSpec;
  readonly layout: ParameterLayout;
  readonly batch: number;
  readonly timeSteps: number;
  /** Encoder-decoder: time steps of what is read. */
  readonly sourceSteps: number;
  /** Micro-batches. */
  readonly parts: number;
  /** Rows may end early. */
  readonly hasLengths: boolean;
  readonly isTraining: boolean;
  /** Whether anybody measures a loss. */
  readonly hasTargets: boolean;
  readonly logitsStorage?: Tensor['storage'];
  readonly control: Tensor;
  readonly parameters: Tensor;
  readonly weights: Tensor;
  /** Training with `monitor`. */
  readonly watch?: Watch;
  /** Inference that is to be looked into: the gates of every layer stay readable. */
  readonly keepsGates?: boolean;
  /** Training with a clip inside of the reverse sweep. */
  readonly clip?: TimeStepClipPlan;
  /** Training on what the network says itself. */
  readonly feedback?: Feedback;
}

export interface Wiring {
  readonly head: Head;
  /** The layers that stand on the input: their states may be given, carried and read. */
  readonly stack: Stack;
  /** Encoder-decoder: the layers that read. */
  readonly encoder?: Stack;
  /** The forward direction of each of these layers. */
  readonly layers: readonly RecurrentLayer[];
  readonly input: NetworkInput;
  /** Where targets are gathered to beside the ids that are read or written. */
  readonly targets?: Tensor;
  /** Time steps of each row [B] u32, per micro-batch: of the input, and of what a decoder writes. */
  readonly lengths?: readonly Tensor[];
  readonly targetLengths?: readonly Tensor[];
  /** One-to-many: the uploaded vector of each row, [A, B, I]. */
  readonly condition?: Tensor;
  /** Softmax over the source steps for each written step, [T, B, S padded]. */
  readonly alignment?: Tensor;
  /** Blocks of control: one per micro-batch, two where two networks gather. */
  readonly controlBlocks: number;
  /** Everything from the gather to the logits of one micro-batch; `prepare` comes before, ahead of the first dispatch. */
  planForward(builder: PlanBuilder, part: number): void;
  /** Clears that the reverse sweep of this micro-batch needs. */
  prepare(builder: PlanBuilder, part: number): void;
  /** From the gradients that stand in the logits to all parameter gradients. */
  planBackward(builder: PlanBuilder, part: number, gradients: Tensor): void;
  /** Where parts may be segments of a window: the same two, for one of them. */
  readonly segments?: {
    /** The states alone, without logits. */
    planStates(builder: PlanBuilder, part: number): void;
    /** `finals`: what the segment after it left, by layer; what this one leaves for the segment before it. */
    planBackward(builder: PlanBuilder, part: number, gradients: Tensor, finals: readonly FinalGradient[]): readonly InitialGradient[];
  };
}

export const createWiring = (builder: PlanBuilder, options: WiringOptions): Wiring =>
  options.spec.decoder ? encoderDecoderWiring(builder, options) : plainWiring(builder, options);
