/**
 * How much of a gradient is left after 100 and 200 steps back in time: ‖∂L/∂h_1‖ / ‖∂L/∂h_T‖ for L = the sum of squares of the last hidden state.
 *
 * The head is the identity times 2^(shift / 2) with targets 0, so that ∂L/∂h_T is h_T times a power of two; see gradient-range.ts.
 */
import { createRandom } from '../data/random.ts';
import { type Cell, createModel, createTrainer, type ModelOptions } from '../index.ts';
import type { Experiment, Row } from './experiment.ts';
import { type GradientRange, gradientRange, gradientShift } from './gradient-range.ts';
import type { Series } from './line-plot.ts';

export const HIDDEN = 64;
const INPUT = 8;
const BATCH = 16;
const SEED = 1;
export const TIME_STEPS = [100, 200] as const;

type Initialization = NonNullable<ModelOptions['recurrent']['initialization']>;

export interface GradientCase {
  readonly cell: Cell;
  readonly initialization: string;
  readonly gain: number;
  readonly parts: (timeSteps: number) => Initialization;
}

/** All but the named part as PyTorch starts it: input weights and biases uniform ±1/√H. ReLU has no biases, nor has an LSTM but the forget bias. */
const orthogonal = (cell: Cell, gain: number): GradientCase => ({
  cell,
  initialization: 'orthogonal',
  gain,
  parts: () => ({ preset: 'pytorch', recurrent: 'orthogonal', gain, ...(cell === 'rnn-relu' && { bias: 'zeros' }) }),
});

export const gradientCases: readonly GradientCase[] = [
  { cell: 'rnn-tanh', initialization: 'uniform', gain: 1, parts: () => 'pytorch' },
  orthogonal('rnn-tanh', 1),
  orthogonal('rnn-tanh', 1.5),
  orthogonal('rnn-tanh', 2),
  { cell: 'rnn-relu', initialization: 'identity', gain: 1, parts: () => ({ preset: 'pytorch', recurrent: 'identity', bias: 'zeros' }) },
  orthogonal('rnn-relu', 2),
  orthogonal('gru', 1),
  { cell: 'gru', initialization: 'chrono', gain: 1, parts: (timeSteps) => ({ preset: 'pytorch', chrono: timeSteps }) },
  { cell: 'lstm', initialization: 'uniform', gain: 1, parts: () => 'pytorch' },
  {
    cell: 'lstm',
    initialization: 'orthogonal, forget bias 1',
    gain: 1,
    parts: () => ({ preset: 'pytorch', recurrent: 'orthogonal', bias: 'zeros', forgetBias: 1 }),
  },
  { cell: 'lstm', initialization: 'forget bias 3', gain: 1, parts: () => ({ preset: 'pytorch', bias: 'zeros', forgetBias: 3 }) },
];

export interface Measured extends GradientRange {
  readonly norms: Float64Array;
}

/** Two steps that change nothing: one to see where the gradient goes, one with it shifted to where f32 holds it. */
export async function measureGradient(device: GPUDevice, { cell, parts }: GradientCase, timeSteps: number, seed = SEED): Promise<Measured> {
  const model = createModel(device, {
    architecture: 'many-to-one',
    input: { kind: 'vectors', size: INPUT },
    recurrent: { cell, hiddenSize: HIDDEN, initialization: parts(timeSteps) },
    output: { kind: 'linear', classes: HIDDEN },
    seed,
  });
  const trainer = createTrainer(model, {
    batch: BATCH,
    timeSteps,
    lengths: false,
    monitor: { every: 1 },
    loss: { reduction: 'sum' },
    optimizer: { kind: 'sgd', learningRate: 0 },
  });
  try {
    const random = createRandom(seed);
    const drawn = Float32Array.from({ length: timeSteps * BATCH * INPUT }, () => random.normal());
    const target = new Float32Array(BATCH * HIDDEN);
    const measure = async (shift: number, inputScale: number): Promise<Float64Array> => {
      const parameters = await model.parameters.read();
      const head = new Float32Array(HIDDEN * HIDDEN);
      for (let unit = 0; unit < HIDDEN; unit++) head[unit * HIDDEN + unit] = 2 ** (shift / 2);
      parameters.set('head.weight', head);
      parameters.set('head.bias', new Float32Array(HIDDEN));
      await model.parameters.write(parameters);
      await trainer.step({ input: drawn.map((value) => value * inputScale), target });
      const [{ norms }] = await trainer.timeNorms.read();
      return norms;
    };
    // ReLU without biases is homogeneous: smaller inputs make smaller states and leave every gradient's ratio alone
    const inputScale = cell === 'rnn-relu' ? 2 ** -60 : 1;
    const norms = await measure(0, inputScale);
    const shifted = await measure(gradientShift(norms), inputScale);
    return { norms: shifted, ...gradientRange(shifted) };
  } finally {
    trainer.destroy();
    model.destroy();
  }
}

const nameOf = ({ cell, initialization, gain }: GradientCase): string => `${cell}, ${initialization}${gain === 1 ? '' : `, gain ${gain}`}`;

export const gradientsExperiment: Experiment = {
  name: 'gradients',
  summary: 'how much of a gradient is left after 100 and 200 steps back in time, by cell and initialization',
  async run(device, report, signal) {
    const rows: Row[] = [];
    const series: Series[] = [];
    const longest = TIME_STEPS[TIME_STEPS.length - 1];
    for (const tried of gradientCases) {
      for (const timeSteps of TIME_STEPS) {
        signal?.throwIfAborted();
        const { norms, ratio, range, spanned } = await measureGradient(device, tried, timeSteps);
        const { cell, initialization, gain } = tried;
        const row = { cell, initialization, gain, timeSteps, ratio, range, ...(range !== 'held' && { lastTimeSteps: spanned }) };
        rows.push(row);
        report?.(row);
        if (timeSteps === longest) series.push({ name: nameOf(tried), family: cell, points: relative(norms, spanned) });
      }
    }
    return {
      rows,
      plot: {
        title: 'The gradient on its way back through 200 time steps',
        x: 'time step t, the last at the right',
        y: '‖∂L/∂h_t‖ / ‖∂L/∂h_T‖',
        logarithmic: true,
        series,
      },
      sentence: sentenceOf(rows.filter(({ timeSteps }) => timeSteps === longest)),
    };
  },
};

/** Norms over the norm at T, as far back as f32 held them. */
function relative(norms: Float64Array, spanned: number): [number, number][] {
  const last = norms.length - 1;
  const points: [number, number][] = [];
  for (let t = norms.length - spanned; t <= last; t++) points.push([t + 1, norms[t] / norms[last]]);
  return points;
}

/** Within a factor of a hundred of 1 a gradient arrives; beyond a million it is gone or has exploded. */
function sentenceOf(rows: readonly Row[]): string {
  const named = (chosen: readonly Row[]): string =>
    chosen.length === 0
      ? 'no one'
      : chosen.map(({ cell, initialization, gain }) => `${cell} (${initialization}${gain === 1 ? '' : `, gain ${gain}`})`).join(', ');
  const ratio = (row: Row): number => Number(row.ratio);
  const arrives = rows.filter((row) => ratio(row) > 1e-2 && ratio(row) < 1e2);
  const gone = rows.filter((row) => row.range === 'below' || ratio(row) < 1e-6);
  const exploded = rows.filter((row) => row.range === 'above' || ratio(row) > 1e6);
  return `After 200 steps back the gradient has kept its size within a factor of 100 in ${named(arrives)}; less than a millionth is left in ${named(gone)}; it has grown more than a million times in ${named(exploded)}.`;
}
