/**
 * One of 8 symbols, then noise for `lag` time steps, then the question which symbol it was. H 32, batch 32, 400 steps of Adam on fresh examples,
 * so that every loss is one of examples never seen before.
 */
import { createRandom } from '../data/random.ts';
import { type Batch, type Cell, createModel, createTrainer, type ModelOptions } from '../index.ts';

const HIDDEN = 32;
const BATCH = 32;
const STEPS = 400;
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
}

export const nameOf = ({ cell, initialization }: Learner): string => `${cell}, ${initialization}`;

/** The loss of each of the steps, in nats. */
export async function learnRecall(device: GPUDevice, { cell, parts }: Learner, lag: number, signal?: AbortSignal): Promise<number[]> {
  const timeSteps = lag + 2;
  const model = createModel(device, {
    architecture: 'many-to-one',
    input: { kind: 'tokens', vocabulary: QUESTION + 1 },
    recurrent: { cell, hiddenSize: HIDDEN, initialization: parts(lag) },
    output: { kind: 'softmax', classes: SYMBOLS },
    seed: SEED,
  });
  const trainer = createTrainer(model, {
    batch: BATCH,
    timeSteps,
    lengths: false,
    optimizer: { kind: 'adam', learningRate: 5e-3 },
    clip: { globalNorm: 1 },
  });
  const losses: number[] = [];
  try {
    for await (const { loss } of trainer.run(recallBatches(timeSteps), { steps: STEPS, signal })) losses.push(loss);
  } finally {
    trainer.destroy();
    model.destroy();
  }
  return losses;
}

/** What is left of the loss at the end. */
export const endOf = (losses: readonly number[]): number => {
  const end = losses.slice(-LAST);
  return end.reduce((sum, loss) => sum + loss, 0) / end.length;
};

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
