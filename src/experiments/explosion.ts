/**
 * A ReLU network whose recurrent weights double what goes through them: plain gradient descent is thrown out within a few steps, and the same
 * descent with the gradient's norm bounded by 1 learns. T 30, batch 16, H 64; the task: the mean of the first of 8 inputs over all time steps.
 */
import { createRandom } from '../data/random.ts';
import { type Batch, createModel, createTrainer, type NotFinite, NotFiniteError, type TrainOptions } from '../index.ts';
import type { Experiment, Row } from './experiment.ts';

const HIDDEN = 64;
const INPUT = 8;
const BATCH = 16;
const TIME_STEPS = 30;
const STEPS = 300;
const SEED = 1;

/** What one descent did: a loss per step, and where it ended if a gradient was not finite. */
export interface Descent {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  /** Step at which a gradient was not finite, the parameter whose it was, and where it began; the run was stopped there. */
  readonly notFinite?: NotFinite;
}

/** @param clip bound of the gradient's norm; absent: none */
export async function descend(device: GPUDevice, clip?: number, signal?: AbortSignal): Promise<Descent> {
  const model = createModel(device, {
    architecture: 'many-to-one',
    input: { kind: 'vectors', size: INPUT },
    recurrent: { cell: 'rnn-relu', hiddenSize: HIDDEN, initialization: { gain: 2 } },
    output: { kind: 'linear', classes: 1 },
    seed: SEED,
  });
  const train: TrainOptions = {
    batch: BATCH,
    timeSteps: TIME_STEPS,
    lengths: false,
    optimizer: { kind: 'sgd', learningRate: 1e-2 },
    nonFinite: 'stop',
    ...(clip !== undefined && { clip: { globalNorm: clip } }),
  };
  const trainer = createTrainer(model, train);
  const losses: number[] = [];
  const norms: number[] = [];
  try {
    for await (const { loss, gradientNorm } of trainer.run(meanBatches(), { steps: STEPS, signal })) {
      losses.push(loss);
      norms.push(gradientNorm);
    }
  } catch (error) {
    if (!(error instanceof NotFiniteError)) throw error;
    return { losses, norms, notFinite: error };
  } finally {
    trainer.destroy();
    model.destroy();
  }
  return { losses, norms };
}

/** Fresh examples for each step: 8 standard normal inputs per time step, and the mean of the first of them. */
function* meanBatches(): Generator<Batch> {
  const random = createRandom(SEED);
  for (;;) {
    const input = Float32Array.from({ length: TIME_STEPS * BATCH * INPUT }, () => random.normal());
    const target = Float32Array.from({ length: BATCH }, (_, row) => {
      let sum = 0;
      for (let t = 0; t < TIME_STEPS; t++) sum += input[(t * BATCH + row) * INPUT];
      return sum / TIME_STEPS;
    });
    yield { input, target };
  }
}

/** Losses at the end, which each come from a batch of their own, are averaged over so many steps. */
const LAST = 10;
const CLIPS = [undefined, 1] as const;

export const explosionExperiment: Experiment = {
  name: 'explosion',
  summary: 'a ReLU network with recurrent gain 2, trained with and without a bound on the norm of its gradient',
  async run(device, report, signal) {
    const rows: Row[] = [];
    const descents: Descent[] = [];
    for (const clip of CLIPS) {
      const descent = await descend(device, clip, signal);
      const { losses, notFinite } = descent;
      const end = losses.slice(-LAST);
      const lastLoss = end.reduce((sum, loss) => sum + loss, 0) / end.length;
      const row: Row = {
        clip: clip ?? 'none',
        steps: losses.length,
        firstLoss: losses[0],
        lastLoss,
        fall: losses[0] / lastLoss,
        ...(notFinite && { notFiniteStep: notFinite.step, parameter: notFinite.parameter, ...placeOf(notFinite) }),
      };
      descents.push(descent);
      rows.push(row);
      report?.(row);
    }
    const [free, bounded] = descents;
    return {
      rows,
      plot: {
        title: 'A ReLU network with recurrent gain 2',
        x: 'training step',
        y: 'loss',
        logarithmic: true,
        series: descents.map(({ losses }, index) => ({
          name: CLIPS[index] === undefined ? 'no clip' : 'norm clipped to 1',
          points: losses.map((loss, step) => [step + 1, loss] as const),
        })),
      },
      sentence: sentenceOf(free, bounded, Number(rows[1].fall)),
    };
  },
};

const began = ({ place }: NotFinite): string => (place ? ` (the ${place.of} of ${place.layer} from time step ${place.timeStep} on)` : '');

const placeOf = ({ place }: NotFinite): Row => (place ? { layer: place.layer, of: place.of, timeStep: place.timeStep } : {});

function sentenceOf(free: Descent, bounded: Descent, fall: number): string {
  const without = free.notFinite
    ? `Without a clip the gradient of ${free.notFinite.parameter} is not finite in step ${free.notFinite.step}${began(free.notFinite)} and the run is stopped before it does harm`
    : `Without a clip all ${free.losses.length} steps stay finite`;
  const withClip = bounded.notFinite
    ? `with it the run is stopped in step ${bounded.notFinite.step}`
    : `with its norm clipped to 1 the loss falls ${fall >= 1000 ? Number(fall.toPrecision(2)).toLocaleString('en') : fall.toPrecision(3)}-fold in ${bounded.losses.length} steps`;
  return `${without}; ${withClip}.`;
}
