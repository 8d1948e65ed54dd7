import { InputError } from '../spec/input-error.ts';
import { requireInteger, requireOneOf, requireSeed } from '../spec/validation.ts';
import { hashWords } from './random.ts';

/** What one step reads: row b reads inputs starts[b] + t and targets starts[b] + t + 1 for t = 0 .. timeSteps - 1. */
export interface TokenWindow {
  /** [batch] index of each row's first input. */
  readonly starts: Uint32Array;
  /** [batch] exclusive end of each row's inputs: positions starts[b] + t >= ends[b] do not count. starts[b] <= ends[b] < number of tokens. */
  readonly ends: Uint32Array;
  /** [batch] 1: the row starts anew here, from its initial state; 0: it reads on. */
  readonly anew: Uint32Array;
  /** Targets that count: those of min(timeSteps, ends[b] - starts[b]) positions without what the row's window before counted. */
  readonly targetCount: number;
}

/** A text as tokens, and which of them each step reads; plain numbers, the tokens are uploaded once. */
export interface TokenStream {
  readonly kind: 'token-stream';
  readonly tokens: Uint32Array;
  readonly batch: number;
  readonly timeSteps: number;
  /** Positions from one window's start to the next one's; the first timeSteps - every of a row that reads on do not count again. */
  readonly every: number;
  readonly windowsPerEpoch: number;
  /** The window of a step counted from 0; later epochs repeat. A pure function of the step, so a resumed run reads on where it stopped. */
  window(step: number): TokenWindow;
}

export interface TokenStreamOptions {
  /** Rows per step. */
  readonly batch: number;
  /** Inputs per row and step. */
  readonly timeSteps: number;
  /** Of order `stream`: positions from one window's start to the next one's, `updateEvery` of the training; default timeSteps. */
  readonly every?: number;
  /** `stream` (default): rows read on where they stopped, for stateful training; `random`: every row starts anywhere. */
  readonly order?: 'stream' | 'random';
  /** Seed of the random order, a u32; default 1. */
  readonly seed?: number;
}

/**
 * Training windows over a text.
 *
 * `stream` cuts the text into `batch` lanes of floor((N - 1) / batch) targets each; window s of an epoch covers targets
 * s·every to s·every + timeSteps - 1 of every lane, and all rows start anew at each epoch's first. Windows are whole: up to
 * every - 1 targets at the end of a lane are left out. `random` draws each row's start from (seed, step, row) alone,
 * all rows always start anew; an epoch then is as many windows as hold all targets once.
 *
 * @throws InputError if the text is too short for one window.
 */
export function createTokenStream(tokens: Int32Array | Uint32Array, options: TokenStreamOptions): TokenStream {
  const { batch, timeSteps, every = timeSteps, order = 'stream', seed = 1 } = options;
  requireSizes(batch, timeSteps);
  if (requireInteger('every', every) > timeSteps) throw new InputError(`every must be at most the ${timeSteps} timeSteps, got ${every}`);
  requireOneOf('order', order, ['stream', 'random']);
  if (order === 'random' && every !== timeSteps) throw new InputError(`every belongs to order 'stream', got ${every} for 'random'`);
  requireSeed('seed', seed);
  requireLength(tokens.length, batch, timeSteps, order === 'stream' ? batch * timeSteps + 1 : timeSteps + 1);
  const lane = Math.floor((tokens.length - 1) / batch);
  const choices = tokens.length - timeSteps;
  const windowsPerEpoch = order === 'stream' ? 1 + Math.floor((lane - timeSteps) / every) : Math.max(1, Math.floor(lane / timeSteps));

  const window = (step: number): TokenWindow => {
    const epochStep = requireInteger('step', step, 0) % windowsPerEpoch;
    const starts = new Uint32Array(batch);
    for (let row = 0; row < batch; row++) {
      starts[row] = order === 'stream' ? row * lane + epochStep * every : below(choices, hashWords(seed, step, row));
    }
    const ends = starts.map((start) => start + timeSteps);
    const isAnew = order === 'random' || epochStep === 0;
    return { starts, ends, anew: new Uint32Array(batch).fill(isAnew ? 1 : 0), targetCount: batch * (isAnew ? timeSteps : every) };
  };
  return { kind: 'token-stream', tokens: toUnsigned(tokens), batch, timeSteps, every, windowsPerEpoch, window };
}

/**
 * Validation windows: `batch` lanes, their lengths equal to within one, that hold every target exactly once. Windows at
 * the end of a lane are partial, or empty where another lane is longer; `ends` says where.
 *
 * @throws InputError if there is no target at all.
 */
export function createValidationStream(
  tokens: Int32Array | Uint32Array,
  { batch, timeSteps }: { readonly batch: number; readonly timeSteps: number },
): TokenStream {
  requireSizes(batch, timeSteps);
  requireLength(tokens.length, batch, timeSteps, 2);
  const targets = tokens.length - 1;
  const windowsPerEpoch = Math.ceil(Math.ceil(targets / batch) / timeSteps);

  const window = (step: number): TokenWindow => {
    const epochStep = requireInteger('step', step, 0) % windowsPerEpoch;
    const starts = new Uint32Array(batch);
    const ends = new Uint32Array(batch);
    let targetCount = 0;
    for (let row = 0; row < batch; row++) {
      const laneEnd = Math.floor(((row + 1) * targets) / batch);
      starts[row] = Math.min(laneEnd, Math.floor((row * targets) / batch) + epochStep * timeSteps);
      ends[row] = Math.min(laneEnd, starts[row] + timeSteps);
      targetCount += ends[row] - starts[row];
    }
    return { starts, ends, anew: new Uint32Array(batch).fill(epochStep === 0 ? 1 : 0), targetCount };
  };
  return { kind: 'token-stream', tokens: toUnsigned(tokens), batch, timeSteps, every: timeSteps, windowsPerEpoch, window };
}

function requireSizes(batch: number, timeSteps: number): void {
  requireInteger('batch', batch);
  requireInteger('timeSteps', timeSteps);
}

function requireLength(length: number, batch: number, timeSteps: number, least: number): void {
  if (length < least) {
    throw new InputError(`text has ${length} tokens, batch ${batch} x timeSteps ${timeSteps} wants at least ${least}`);
  }
}

/** Scales a u32 to an integer from 0 to n - 1. */
function below(n: number, hash: number): number {
  return Math.floor((hash / 2 ** 32) * n);
}

function toUnsigned(tokens: Int32Array | Uint32Array): Uint32Array {
  if (tokens instanceof Uint32Array) return tokens;
  const negative = tokens.findIndex((token) => token < 0);
  if (negative >= 0) throw new InputError(`token ${negative} must be zero or a positive integer, got ${tokens[negative]}`);
  return new Uint32Array(tokens);
}
