/** Losses, gradients and updates against what they mean: larger batches, directional derivatives, label smoothing, weight decay. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../data/random.ts';
import { type Batch, createModel, createTrainer, type Model, requestDevice, type TrainOptions } from '../index.ts';
import { largestDifference, randomBatch, watchErrors } from '../testing/gpu.ts';
import { cellNames, cells, inputs, type SmallOptions, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

async function withModel<Result>(options: SmallOptions, use: (model: Model) => Promise<Result>): Promise<Result> {
  const model = createModel(device, smallModel(options), { kernel: 'step' });
  try {
    return await use(model);
  } finally {
    model.destroy();
  }
}

/** What a few steps on these batches leave behind. */
async function train(model: Model, options: TrainOptions, batches: readonly Batch[]) {
  const trainer = createTrainer(model, options);
  const metrics = [];
  for (const batch of batches) metrics.push(await trainer.step(batch));
  const gradients = await trainer.gradients.read();
  trainer.destroy();
  return { metrics, gradients, parameters: await model.parameters.read() };
}

/** -log softmax of each position with a target, summed, in Float64. */
function crossEntropy(logits: Float32Array, target: ArrayLike<number>, smoothing = 0): { sum: number; count: number } {
  const classes = logits.length / target.length;
  let [sum, count] = [0, 0];
  for (let position = 0; position < target.length; position++) {
    if (target[position] < 0) continue;
    const row = Array.from(logits.subarray(position * classes, (position + 1) * classes));
    const level = Math.log(row.reduce((total, logit) => total + Math.exp(logit), 0));
    const mean = row.reduce((total, logit) => total + logit, 0) / classes;
    sum += level - (1 - smoothing) * row[target[position]] - smoothing * mean;
    count++;
  }
  return { sum, count };
}

describe('accumulating micro-batches', () => {
  const ends = [2, 4, 1, 3];
  const cases: { name: string; model: SmallOptions; options: Partial<TrainOptions>; lengths?: readonly number[] }[] = [
    { name: 'one-hot LSTM, carried states, clip', model: {}, options: { stateful: true, clip: { globalNorm: 0.5 } } },
    {
      name: 'embedded GRU, sum over time',
      model: { input: inputs.embedding, recurrent: cells.gru },
      options: { loss: { reduction: 'sum' } },
    },
    {
      name: 'many-to-one, vectors to numbers, two layers, carried states',
      model: {
        architecture: 'many-to-one',
        input: inputs.vectors,
        output: { kind: 'linear', classes: 3 },
        recurrent: { ...cells['rnn-tanh'], layers: 2 },
      },
      options: { stateful: true },
    },
    {
      name: 'rows that end early, two layers of two directions over vectors, to numbers',
      model: {
        input: inputs.vectors,
        output: { kind: 'linear', classes: 3 },
        recurrent: { layers: 2, bidirectional: true },
      },
      options: {},
      lengths: ends,
    },
    {
      name: 'rows that end early, two directions over one-hot tokens',
      model: { recurrent: { ...cells['gru-before'], bidirectional: true, merge: 'sum' } },
      options: {},
      lengths: ends,
    },
    {
      name: 'rows that end early, many-to-one, the ends of two directions over embedded tokens',
      model: { architecture: 'many-to-one', input: inputs.embedding, recurrent: { bidirectional: true, merge: 'mean' } },
      options: {},
      lengths: ends,
    },
    ...(['mean', 'max'] as const).map((pooling) => ({
      name: `rows that end early, many-to-one, the ${pooling} of two directions`,
      model: { architecture: 'many-to-one', pooling, input: inputs.vectors, recurrent: { bidirectional: true } } as const,
      options: {},
      lengths: ends,
    })),
  ];
  it.each(cases)('equals the larger batch: $name', async ({ model: options, options: extra, lengths }) => {
    const sgd: Partial<TrainOptions> = { timeSteps: 4, optimizer: { kind: 'sgd', learningRate: 0.1 }, ...extra };
    const batches = await withModel(options, async (model) =>
      [1, 2, 3].map((seed): Batch => ({ ...randomBatch(model, { batch: 4, accumulate: 1, timeSteps: 4 }, seed), lengths })),
    );
    const whole = await withModel(options, (model) => train(model, { ...sgd, batch: 4 } as TrainOptions, batches));
    const parts = await withModel(options, (model) => train(model, { ...sgd, batch: 2, accumulate: 2 } as TrainOptions, batches));
    for (const [index, { loss, gradientNorm, applied }] of parts.metrics.entries()) {
      expect(Math.abs(loss / whole.metrics[index].loss - 1)).toBeLessThan(1e-5);
      expect(Math.abs(gradientNorm / whole.metrics[index].gradientNorm - 1)).toBeLessThan(1e-5);
      expect(applied).toBe(index + 1);
    }
    for (const [name, values] of whole.gradients)
      expect(largestDifference(parts.gradients.get(name) ?? [], values), name).toBeLessThan(1e-5);
    for (const [name, values] of whole.parameters)
      expect(largestDifference(parts.parameters.get(name) ?? [], values), name).toBeLessThan(1e-5);
  });

  it('counts only targets that count, over all micro-batches', async () => {
    const options: Partial<TrainOptions> = { timeSteps: 4, optimizer: { kind: 'sgd', learningRate: 0.1 } };
    const batch = await withModel({}, async (model) => randomBatch(model, { batch: 4, accumulate: 1, timeSteps: 4 }));
    // rows 0 and 1, the first micro-batch, have almost no targets
    const target = batch.target.map((id, index) => (index % 4 < 2 && index > 0 ? -1 : id)) as Int32Array;
    const whole = await withModel({}, (model) => train(model, { ...options, batch: 4 } as TrainOptions, [{ ...batch, target }]));
    const parts = await withModel({}, (model) =>
      train(model, { ...options, batch: 2, accumulate: 2 } as TrainOptions, [{ ...batch, target }]),
    );
    expect(Math.abs(parts.metrics[0].loss / whole.metrics[0].loss - 1)).toBeLessThan(1e-5);
    for (const [name, values] of whole.gradients)
      expect(largestDifference(parts.gradients.get(name) ?? [], values), name).toBeLessThan(1e-5);
  });
});

describe('a many-to-one gradient', () => {
  /**
   * The loss of forward() in Float64, at parameters moved by ±e along a random direction: (L(+e) - L(-e)) / 2e is the gradient's part in that
   * direction, to within e² and the rounding of f32 logits over e.
   */
  it.each(cellNames)('is the derivative of the loss along any direction: %s', (cell) =>
    withModel(
      { architecture: 'many-to-one', input: inputs.vectors, recurrent: cells[cell], output: { kind: 'softmax', classes: 3 } },
      async (model) => {
        const sizes = { batch: 3, accumulate: 1, timeSteps: 5 };
        const batch = randomBatch(model, sizes);
        const start = await model.parameters.read();
        const { gradients } = await train(model, { batch: 3, timeSteps: 5, optimizer: { kind: 'sgd', learningRate: 0 } }, [batch]);
        const random = createRandom(7);
        for (let trial = 0; trial < 3; trial++) {
          const direction = new Map([...start].map(([name, values]) => [name, values.map(() => random.normal())]));
          const lossAt = async (distance: number): Promise<number> => {
            await model.parameters.write(
              new Map(
                [...start].map(([name, values]) => [
                  name,
                  values.map((value, index) => value + distance * (direction.get(name) as Float32Array)[index]),
                ]),
              ),
            );
            const { sum, count } = crossEntropy((await model.forward({ input: batch.input, batch: 3 })).output, batch.target);
            return sum / count;
          };
          // a longer step crosses the kink of some unit
          const step = cell === 'rnn-relu' ? 5e-4 : 2e-3;
          const expected = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
          let actual = 0;
          for (const [name, gradient] of gradients)
            gradient.forEach((value, index) => {
              actual += value * (direction.get(name) as Float32Array)[index];
            });
          expect(Math.abs(actual - expected)).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected)));
        }
      },
    ),
  );
});

describe('label smoothing', () => {
  it('spreads a share of each target over all classes', () =>
    withModel({}, async (model) => {
      const batch = randomBatch(model, { batch: 2, accumulate: 1, timeSteps: 4 });
      const target = (batch.target as Int32Array).map((id, index) => (index === 3 ? -1 : id));
      const { output } = await model.forward({ input: batch.input, batch: 2 });
      const { metrics } = await train(model, { batch: 2, timeSteps: 4, loss: { labelSmoothing: 0.2 } }, [{ ...batch, target }]);
      const { sum, count } = crossEntropy(output, target, 0.2);
      expect(count).toBe(7);
      expect(metrics[0].loss).toBeCloseTo(sum / count, 5);
      const plain = crossEntropy(output, target);
      expect(Math.abs(metrics[0].loss - plain.sum / plain.count)).toBeGreaterThan(1e-3);
    }));
});

describe('weight decay', () => {
  it('of adamw shrinks every parameter by itself; of sgd it is part of the gradient', async () => {
    const batch = await withModel({}, async (model) => randomBatch(model, { batch: 2, accumulate: 1, timeSteps: 4 }));
    const start = await withModel({}, (model) => model.parameters.read());
    for (const kind of ['adamw', 'sgd'] as const) {
      const run = (weightDecay: number) =>
        withModel({}, (model) => train(model, { batch: 2, timeSteps: 4, optimizer: { kind, learningRate: 0.1, weightDecay } }, [batch]));
      const [without, decayed] = [await run(0), await run(0.5)];
      for (const [name, values] of without.parameters) {
        const expected = values.map((value, index) => value - 0.1 * 0.5 * (start.get(name) as Float32Array)[index]);
        expect(largestDifference(decayed.parameters.get(name) ?? [], expected), `${kind} ${name}`).toBeLessThan(1e-5);
      }
      expect(decayed.metrics[0].gradientNorm).toBe(without.metrics[0].gradientNorm);
    }
  });
});
