/**
 * Everything that the page and its training worker say to each other: plain data that survives structured cloning. The worker offers a `Session` through
 * Comlink; the page gives it one listener for `FromSession`.
 *
 * Who draws and who fetches: `demo/views/` draws `Result`, `Inspection`, `TimeNorms`, `Health` and `PlanMeasurement` from props of exactly these types.
 * `demo/inspection/` fetches the last four from the GPU inside of the worker: `inspectRow`, `readTimeNorms`, `readHealth`, `measurePlan`, each a function of
 * an `Inspectable`. The training worker calls them after a step while nothing is in flight, and never needs to know more about them.
 */
import type { Image } from '../src/data/examples.ts';
import type { ExperimentResult, Row } from '../src/experiments/experiment.ts';
import type { Cell, Coder, Example, LayerHealth, LayerTimeNorms, Model, Plan, Replacement, SelfTest, Trainer } from '../src/index.ts';

/** The whole configuration of a run: what the share link carries. Numbers come as typed; the engine judges them. */
export interface Settings {
  /** Name of a built-in task; `own` for the visitor's data, which a link does not carry. */
  readonly task: string;
  readonly cell: Cell;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly attention: 'none' | 'additive' | 'multiplicative';
  /** Features per token; 0 is one-hot. */
  readonly embedding: number;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly zoneout: number;
  /** The same for an LSTM's c. */
  readonly zoneoutCell: number;
  readonly layerNorm: boolean;
  /** The output weights are the embedding of the tokens. */
  readonly tiedEmbeddings: boolean;
  /** A decoder with attention also reads what the head read at the step before. */
  readonly inputFeeding: boolean;
  /** Rows start from states that are learned with the parameters. */
  readonly learnedState: boolean;
  /** Of a GRU: whether the reset gate acts after the recurrent product or before it. */
  readonly resetGate: 'after' | 'before';
  /** Many-to-one: which of a row's outputs the head sees. */
  readonly pooling: 'last' | 'mean' | 'max';
  /** What a network that writes reads while it is trained. */
  readonly feedback: 'teacher' | 'scheduled' | 'free';
  readonly labelSmoothing: number;
  /** Truncation of text; of examples their longest decides. */
  readonly timeSteps: number;
  /** Of text: tokens from one update to the next; null for all time steps. Below them windows overlap. */
  readonly updateEvery: number | null;
  readonly batch: number;
  readonly optimizer: 'sgd' | 'momentum' | 'rmsprop' | 'adam' | 'adamw';
  readonly learningRate: number;
  readonly schedule: 'constant' | 'cosine' | 'step' | 'exponential';
  /** Updates after which a cosine ends, or between two steps of a step schedule, or in which an exponential one falls to a tenth. */
  readonly scheduleSteps: number;
  /** Updates over which the rate first rises. */
  readonly warmupSteps: number;
  /** null for what the optimizer has by itself. */
  readonly weightDecay: number | null;
  /** Global norm; null for none. */
  readonly clipNorm: number | null;
  /** Bound of each element of the gradient; null for none. */
  readonly clipValue: number | null;
  /** Bound of each row's gradient at each time step, inside of BPTT; null for none. */
  readonly clipStepNorm: number | null;
  readonly initialization: 'default' | 'pytorch' | 'identity' | 'chrono' | 'large';
  readonly seed: number;
  readonly temperature: number;
}

/** Numbers that may be absent: null. */
export const optionalSettings = [
  'updateEvery',
  'weightDecay',
  'clipNorm',
  'clipValue',
  'clipStepNorm',
] as const satisfies readonly (keyof Settings)[];

/** These act at once; all others want a restart. */
export const liveSettings = ['learningRate', 'clipNorm', 'temperature'] as const satisfies readonly (keyof Settings)[];
export type LiveSetting = (typeof liveSettings)[number];

export type RunState = 'idle' | 'preparing' | 'running' | 'paused';

/** One sentence for the visitor; `input`: something that was typed, `gpu`: the browser or the machine, `diverged`: a loss or gradient that is no number. */
export interface Problem {
  readonly cause: 'input' | 'gpu' | 'diverged' | 'failure';
  readonly message: string;
}

/** One training step. */
export interface StepPoint {
  readonly step: number;
  /** As the task counts it: nats, or squared error. */
  readonly loss: number;
  /** Before the clip. */
  readonly gradientNorm: number;
  /** Whether the clip acted. */
  readonly clipped: boolean;
  readonly learningRate: number;
}

/** A measurement of what is held out. */
export interface HeldOut {
  readonly step: number;
  readonly loss: number;
  /** Absent for text, whose measure is the loss. */
  readonly metric?: { readonly name: string; readonly better: 'higher' | 'lower'; readonly value: number };
}

/**
 * What the network makes of one example, rendered as what it is. Arrays over time have an entry per time step; `truth` is what was right, absent where the visitor
 * gave the input.
 */
export type Result =
  /** Text as it is written; `prompt` is the beginning that it was given. */
  | { readonly kind: 'text'; readonly prompt: string; readonly text: string }
  /** Words of notes such as `C4-2`, `|` and `end`. */
  | { readonly kind: 'melody'; readonly prompt: string; readonly words: readonly string[] }
  /** Numbers in their own unit; `foretold` follows `context`, `truth` came instead and may be longer or shorter. Nothing is foretold where there is no network. */
  | {
      readonly kind: 'forecast';
      readonly context: readonly number[];
      readonly foretold: readonly number[];
      readonly truth?: readonly number[];
    }
  | { readonly kind: 'caption'; readonly image: Image; readonly caption: string; readonly truth?: string }
  /** A text read word by word: `probabilities[t][k]` of label k after token t. */
  | {
      readonly kind: 'label';
      readonly tokens: readonly string[];
      readonly labels: readonly string[];
      readonly probabilities: readonly (readonly number[])[];
      readonly label: string;
      readonly truth?: string;
    }
  /** Vectors read one by one, such as the pixel rows of a digit: `sequence[t][component]`. */
  | {
      readonly kind: 'sequence-label';
      readonly sequence: readonly (readonly number[])[];
      readonly labels: readonly string[];
      readonly probabilities: readonly (readonly number[])[];
      readonly label: string;
      readonly truth?: string;
    }
  /** `values[t]` is what it says after having read t + 1 vectors. */
  | {
      readonly kind: 'value';
      readonly sequence: readonly (readonly number[])[];
      readonly values: readonly number[];
      readonly value: number;
      readonly truth?: number;
    }
  | { readonly kind: 'tags'; readonly tokens: readonly string[]; readonly tags: readonly string[]; readonly truth?: readonly string[] }
  | { readonly kind: 'signal'; readonly input: readonly number[]; readonly output: readonly number[]; readonly truth?: readonly number[] }
  /** `alignment[t][s]`: how much target token t looked at source token s; absent without attention. */
  | {
      readonly kind: 'pair';
      readonly source: readonly string[];
      readonly target: readonly string[];
      /** What stands between two tokens of this vocabulary: a space between words, nothing between letters. */
      readonly separator: '' | ' ';
      readonly truth?: string;
      readonly alignment?: readonly (readonly number[])[];
    };

export type ResultKind = Result['kind'];

/** What a visitor gives a trained network to work on. */
export type Query =
  | { readonly kind: 'text'; readonly prompt: string; readonly length: number; readonly seed: number }
  /** A sentence to be judged, tagged, translated or answered. */
  | { readonly kind: 'sentence'; readonly text: string }
  | { readonly kind: 'image'; readonly image: Image }
  | { readonly kind: 'series'; readonly values: readonly number[] };

/** Names of planes in PyTorch's order; `unit` is what an RNN computes. */
export type PlaneName = 'input' | 'forget' | 'candidate' | 'output' | 'reset' | 'update' | 'cell' | 'hidden' | 'unit';

/** One quantity of one direction of one layer over time, for one row of the batch. */
export interface Plane {
  readonly name: PlaneName;
  /** [T, H], T in the order in which the direction reads. */
  readonly values: Float32Array;
  /** `gate`: in [0, 1]; `state`: around zero. */
  readonly scale: 'gate' | 'state';
}

export interface LayerInspection {
  /** `l0`, `l0_reverse`, `encoder.l0`, ... */
  readonly name: string;
  readonly cell: Cell;
  readonly timeSteps: number;
  /** H, without padding. */
  readonly units: number;
  readonly planes: readonly Plane[];
}

/** Gates, cells and states of one row at one step. */
export interface Inspection {
  readonly step: number;
  /** What the network read at each time step, if that can be written: characters, words. */
  readonly read?: readonly string[];
  readonly layers: readonly LayerInspection[];
}

/** ‖∂L/∂h_t‖ of each layer and direction at one step, t = 1 .. T, and its fitted decay per time step. */
export interface TimeNorms {
  readonly step: number;
  readonly layers: readonly LayerTimeNorms[];
}

/** As `trainer.stateHealth` gives it. */
export interface Health {
  readonly step: number;
  readonly layers: readonly LayerHealth[];
}

/** One step of the plan; `milliseconds` is absent where the adapter has no timestamps. */
export interface PlanLine {
  readonly phase: string;
  readonly label: string;
  readonly kernel: string;
  readonly workgroups: number;
  readonly flop: number;
  readonly milliseconds?: number;
}

export interface PlanMeasurement {
  readonly step: number;
  readonly lines: readonly PlanLine[];
}

/** What is known of a run before it is started; no GPU is asked. */
export interface PlanSummary {
  readonly parameters: number;
  /** Of the plan, its parameters, gradients and moments. */
  readonly bytes: number;
  readonly dispatches: number;
  readonly flop: number;
  readonly kernels: readonly string[];
  /** What was measured to choose the recurrent kernels, in a sentence; absent where nothing was. */
  readonly kernelChoice?: string;
  /** Expected per step, from what this adapter did so far. */
  readonly milliseconds: number;
  readonly timeSteps: number;
  readonly sourceSteps?: number;
  /** What there is to learn from, as a phrase. */
  readonly extent: string;
  /** Updates of a usual run. */
  readonly steps: number;
}

/** What the page is told, in order. */
export type FromSession =
  | { readonly kind: 'adapter'; readonly name: string; readonly software: boolean }
  /** `kept`: the run has ended, and its network can still be used. */
  | { readonly kind: 'state'; readonly state: RunState; readonly kept?: boolean }
  /** What runs now; `step` is above 0 where it goes on from a saved one. */
  | { readonly kind: 'begun'; readonly settings: Settings; readonly plan: PlanSummary; readonly step: number }
  | { readonly kind: 'steps'; readonly points: readonly StepPoint[]; readonly tokensPerSecond: number; readonly bytes: number }
  | { readonly kind: 'held-out'; readonly heldOut: HeldOut }
  | { readonly kind: 'result'; readonly step: number; readonly result: Result }
  /** To the last query. */
  | { readonly kind: 'answer'; readonly result: Result }
  /** A .safetensors file from which the run can go on. */
  | { readonly kind: 'snapshot'; readonly step: number; readonly checkpoint: Uint8Array }
  | { readonly kind: 'inspection'; readonly inspection: Inspection }
  | { readonly kind: 'time-norms'; readonly timeNorms: TimeNorms }
  | { readonly kind: 'health'; readonly health: Health }
  | { readonly kind: 'plan'; readonly measurement: PlanMeasurement }
  | { readonly kind: 'experiment'; readonly name: string; readonly row: Row }
  | { readonly kind: 'experiment-end'; readonly name: string; readonly result?: ExperimentResult; readonly problem?: string }
  | { readonly kind: 'compiled'; readonly milliseconds: number }
  /** Of the run that goes on; whenever it needed another kernel. */
  | { readonly kind: 'self-test'; readonly selfTest: SelfTest }
  /** A kernel that is wrong on this adapter, and what does its work from now on. */
  | { readonly kind: 'replaced'; readonly replacement: Replacement }
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What `demo/inspection/` is given: a trainer between two steps, and what its rows read. */
export interface Inspectable {
  readonly model: Model;
  readonly trainer: Trainer;
  readonly plan: Plan;
  /** Absent for text. */
  readonly coder?: Coder;
  /** The example of row 0 of the last batch, where it is known. */
  readonly example?: Example;
  /** A stretch of the text, where there is no example. */
  readonly text?: string;
}
