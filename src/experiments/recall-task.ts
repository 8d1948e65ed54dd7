/**
 * One of 8 symbols, then noise for `lag` time steps, then the question which symbol it was. H 32, batch 32, 400 steps of Adam on fresh examples,
 * so that every loss is one of examples never seen before.
 */
import { createRandom } from '../data/random.ts';
import { type Batch, type Cell, createModel, createTrainer, type ModelOptions, type TrainOptions } from '../index.ts';

const HIDDEN = 32;
const BATCH = 32;
export const STEPS = 400;
const SYMBOLS = 8;
const NOISE = 8;
const QUESTION = SYMBOLS + NOISE;
const SEED = 1;
/** The loss of a guess. */
export const CHANCE = Math.log(SYMBOLS);
/** Steps at the end whose losses are averaged. */
const LAST = 20;

export interface Learner {
  readonly cell: Cell;
  readonly initialization: string;
  readonly parts: (lag: number) => NonNullable<ModelOptions['recurrent']['initialization']>;
  /** Default Adam with learning rate 5e-3 and the gradient's norm clipped to 1. */
  readonly training?: Pick<TrainOptions, 'optimizer' | 'clip'>;
}

/** What 400 steps did, one entry per step. */
export interface Lesson {
  /** In nats. */
  readonly losses: readonly number[];
  /** Of the gradient before any clip. */
  readonly gradientNorms: readonly number[];
  /** Updates that a clip by global norm changed. */
  readonly clipped: number;
  /** ‖∂L/∂h_1‖ / ‖∂L/∂h_T‖ before the first update, if asked for. */
  readonly ratio?: number;
}

export const nameOf = ({ cell, initialization }: Learner): string => `${cell}, ${initialization}`;

const usual: NonNullable<Learner['training']> = { optimizer: { kind: 'adam', learningRate: 5e-3 }, clip: { globalNorm: 1 } };

/** @param monitor measures the gradient through time in the first step */
export async function learnRecall(
  device: GPUDevice,
  { cell, parts, training = usual }: Learner,
  lag: number,
  signal?: AbortSignal,
  monitor = false,
): Promise<Lesson> {
  const timeSteps = lag + 2;
  const model = createModel(device, {
    architecture: 'many-to-one',
    input: { kind: 'tokens', vocabulary: QUESTION + 1 },
    recurrent: { cell, hiddenSize: HIDDEN, initialization: parts(lag) },
    output: { kind: 'softmax', classes: SYMBOLS },
    seed: SEED,
  });
  const trainer = createTrainer(model, { batch: BATCH, timeSteps, lengths: false, monitor, ...training });
  const losses: number[] = [];
  const gradientNorms: number[] = [];
  let clipped = 0;
  let ratio: number | undefined;
  const batches = recallBatches(timeSteps);
  try {
    if (monitor) {
      const { loss, gradientNorm } = await trainer.step(batches.next().value);
      losses.push(loss);
      gradientNorms.push(gradientNorm);
      [{ ratio }] = await trainer.timeNorms.read();
    }
    for await (const { loss, gradientNorm, clips } of trainer.run(batches, { steps: STEPS - losses.length, signal })) {
      losses.push(loss);
      gradientNorms.push(gradientNorm);
      clipped = clips.globalNorm?.acted ?? 0;
    }
  } finally {
    trainer.destroy();
    model.destroy();
  }
  return { losses, gradientNorms, clipped, ratio };
}

/** What is left of the loss at the end. */
export const endOf = (losses: readonly number[]): number => {
  const end = losses.slice(-LAST);
  return end.reduce((sum, loss) => sum + loss, 0) / end.length;
};

/** Means of ten losses each, as points of a plot: single batches are noisy. */
export function smooth(losses: readonly number[]): [number, number][] {
  const points: [number, number][] = [];
  for (let end = 10; end <= losses.length; end += 10)
    points.push([end, losses.slice(end - 10, end).reduce((sum, loss) => sum + loss, 0) / 10]);
  return points;
}

/** @param timeSteps one for the symbol, the lag, one for the question */
export function* recallBatches(timeSteps: number, seed = SEED): Generator<Batch, never> {
  const random = createRandom(seed);
  for (;;) {
    const input = Int32Array.from({ length: timeSteps * BATCH }, () => SYMBOLS + random.integer(NOISE));
    const target = Int32Array.from({ length: BATCH }, () => random.integer(SYMBOLS));
    input.set(target);
    input.fill(QUESTION, (timeSteps - 1) * BATCH);
    yield { input, target };
  }
}
