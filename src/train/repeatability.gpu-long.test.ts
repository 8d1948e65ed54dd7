/** Two runs of the same seeds on one adapter are equal bit for bit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  createTokenStream,
  createTrainer,
  type EngineOptions,
  type Model,
  requestDevice,
  type StepMetrics,
  type TrainOptions,
} from '../index.ts';
import { collect, differences, randomBatch, randomInput, randomTokens, watchErrors } from '../testing/gpu.ts';
import { cellNames, cells, type SmallOptions, smallModel } from '../testing/models.ts';
import type { Batch } from './batches.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterAll(() => {
  expect(errors).toEqual([]);
  device.destroy();
});

const tokens = randomTokens(300);
const sizes = { batch: 3, timeSteps: 4 };

/** Everything that 12 steps leave behind: metrics of each, parameters, the last gradient. */
async function run(
  cell: (typeof cellNames)[number],
  options: Partial<TrainOptions> & { kernel: 'step' | 'sequence' },
  seed = 1,
  order: 'stream' | 'random' = 'stream',
) {
  const model = createModel(device, smallModel({ seed, recurrent: cells[cell] }));
  const trainer = createTrainer(model, { ...sizes, stateful: true, ...options });
  try {
    const stream = createTokenStream(tokens, { ...sizes, order, seed: trainer.spec.seed });
    const metrics = (await collect(trainer.run(stream, { steps: 12 }))).map(
      ({ loss, gradientNorm, step }): Partial<StepMetrics> => ({ loss, gradientNorm, step }),
    );
    return { metrics, parameters: await model.parameters.read(), gradients: await trainer.gradients.read() };
  } finally {
    trainer.destroy();
    model.destroy();
  }
}

function expectSame(actual: Awaited<ReturnType<typeof run>>, expected: Awaited<ReturnType<typeof run>>): void {
  expect(actual.metrics).toEqual(expected.metrics);
  expect(differences(actual.parameters, expected.parameters)).toEqual([]);
  expect(differences(actual.gradients, expected.gradients)).toEqual([]);
}

describe.each(['step', 'sequence'] as const)('training with %s kernels', (kernel) => {
  it.each(cellNames)('repeats bit for bit: %s', async (cell) => {
    const first = await run(cell, { kernel, clip: { globalNorm: 0.5 } });
    expect(first.metrics.every(({ loss, gradientNorm }) => Number.isFinite(loss) && Number.isFinite(gradientNorm))).toBe(true);
    expectSame(await run(cell, { kernel, clip: { globalNorm: 0.5 } }), first);
  });
});

describe('seeds', () => {
  it('decide the first parameters', async () => {
    const [one, two] = [await run('rnn-tanh', { kernel: 'step' }, 1), await run('rnn-tanh', { kernel: 'step' }, 2)];
    expect(two.metrics[0].loss).not.toBe(one.metrics[0].loss);
  });

  it('decide the order of random windows, which repeats too', async () => {
    const [one, again, two] = [
      await run('rnn-tanh', { kernel: 'step', seed: 1 }, 1, 'random'),
      await run('rnn-tanh', { kernel: 'step', seed: 1 }, 1, 'random'),
      await run('rnn-tanh', { kernel: 'step', seed: 2 }, 1, 'random'),
    ];
    expectSame(again, one);
    expect(two.metrics[0].loss).not.toBe(one.metrics[0].loss);
  });
});

describe('dropout', () => {
  const dropped = { hiddenSize: 3, layers: 3, dropout: 0.4 };
  const still = { kind: 'sgd', learningRate: 0 } as const;

  describe.each(['step', 'sequence'] as const)('with %s kernels', (kernel) => {
    it.each(['lstm', 'gru'] as const)('within the cell repeats bit for bit, in both directions as in one: %s', async (cell) => {
      const within = { hiddenSize: 3, recurrentDropout: 0.3, zoneout: 0.2, bidirectional: cell === 'gru' };
      const small = { recurrent: { ...cells[cell], ...within } };
      const optimizer = { kind: 'adam', learningRate: 0.01 } as const;
      const [first, again] = [await steps(small, { kernel, optimizer }, 3), await steps(small, { kernel, optimizer }, 3)];
      expectSame(again, first);
    });

    it.each(cellNames)('repeats bit for bit, in both directions as in one: %s', async (cell) => {
      const small = { recurrent: { ...cells[cell], ...dropped, bidirectional: cell === 'lstm' || cell === 'rnn-tanh' } };
      const optimizer = { kind: 'adam', learningRate: 0.01 } as const;
      const [first, again] = [await steps(small, { kernel, optimizer }, 3), await steps(small, { kernel, optimizer }, 3)];
      expectSame(again, first);
    });
  });

  it.each(['dropout', 'recurrentDropout', 'zoneout', 'zoneoutCell'])(
    'draws other noise in each step, for each seed and for each micro-batch: %s',
    async (kind) => {
      const losses = async (rate: number, options: Partial<TrainOptions>, count: number): Promise<number[]> => {
        const recurrent = { cell: 'lstm', hiddenSize: 3, layers: kind === 'dropout' ? 3 : 1, [kind]: rate } as const;
        const { metrics } = await steps({ recurrent }, { optimizer: still, ...options }, count);
        return metrics.map(({ loss = Number.NaN }) => loss);
      };
      const noisy = [...(await losses(0.4, { seed: 1 }, 4)), ...(await losses(0.4, { seed: 2 }, 1))];
      expect(new Set(noisy).size).toBe(noisy.length);
      const quiet = [...(await losses(0, { seed: 1 }, 4)), ...(await losses(0, { seed: 2 }, 1))];
      expect(new Set(quiet).size).toBe(1);
      // both micro-batches have the same rows: with the same noise, their mean would be the loss of one
      const [[two], [quietTwo]] = [await losses(0.4, { accumulate: 2 }, 1), await losses(0, { accumulate: 2 }, 1)];
      expect(Math.abs(quietTwo - quiet[0])).toBeLessThan(1e-6);
      expect(Math.abs(two - noisy[0])).toBeGreaterThan(1e-4);
    },
  );

  it('of 0 is the same as none', async () => {
    expectSame(await steps({ recurrent: { ...dropped, dropout: 0 } }), await steps({ recurrent: { hiddenSize: 3, layers: 3 } }));
  });

  it('is for training alone: forward and evaluate use none', async () => {
    const outside = async (dropout: number) => {
      const model = createModel(device, smallModel({ recurrent: { ...dropped, dropout } }));
      const trainer = createTrainer(model, { ...sizes, optimizer: still });
      try {
        const trained = await trainer.step(batchOf(model, 1));
        const { output } = await model.forward({ input: randomInput(model.spec, 12), batch: 3 });
        const { loss } = await trainer.evaluate(createTokenStream(tokens, sizes));
        return { output, loss, trained: trained.loss };
      } finally {
        trainer.destroy();
        model.destroy();
      }
    };
    const [some, none] = [await outside(0.4), await outside(0)];
    expect(some.output).toEqual(none.output);
    expect(some.loss).toBe(none.loss);
    expect(some.trained).not.toBe(none.trained);
  });

  it('leaves the expected output as it is', async () => {
    const probability = 0.4;
    const outputs = await meanOutputs(probability, 60);
    const [undropped] = await meanOutputs(0, 1);
    const mean = outputs.reduce((sum, value) => sum + value, 0) / outputs.length;
    const variance = outputs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (outputs.length - 1);
    const standardError = Math.sqrt(variance / outputs.length);
    console.log(`dropout: mean output ${mean.toFixed(4)}, without ${undropped.toFixed(4)}, standard error ${standardError.toFixed(4)}`);
    expect(standardError).toBeGreaterThan(0);
    // unless what is left is scaled by 1 / (1 - p), the mean is less by the share p: far outside
    expect(probability * undropped).toBeGreaterThan(20 * standardError);
    expect(Math.abs(mean - undropped)).toBeLessThan(4 * standardError);
  });

  /** Steps on one batch. */
  async function steps(small: SmallOptions, options: Partial<TrainOptions> & EngineOptions = {}, count = 1) {
    const model = createModel(device, smallModel(small));
    const trainer = createTrainer(model, { ...sizes, ...options });
    try {
      const metrics: Partial<StepMetrics>[] = [];
      for (let step = 1; step <= count; step++) {
        const { loss, gradientNorm } = await trainer.step(batchOf(model, trainer.spec.accumulate));
        metrics.push({ loss, gradientNorm, step });
      }
      return { metrics, parameters: await model.parameters.read(), gradients: await trainer.gradients.read() };
    } finally {
      trainer.destroy();
      model.destroy();
    }
  }

  /** The same rows for every micro-batch. */
  function batchOf(model: Model, parts: number): Batch {
    const { input, target } = randomBatch(model, { ...sizes, accumulate: 1 });
    const { batch } = sizes;
    const repeated = (ids: Batch['input']) =>
      Int32Array.from({ length: parts * ids.length }, (_, i) => ids[Math.floor(i / (parts * batch)) * batch + (i % batch)]);
    return { input: repeated(input), target: repeated(target) };
  }

  /**
   * The mean output of each of so many steps. What is above the dropout is linear: a ReLU of sums without negative terms, and a head. Of the
   * squared error against 0, the gradient of the head's bias is twice the mean of the outputs.
   */
  async function meanOutputs(dropout: number, count: number): Promise<number[]> {
    const model = createModel(device, {
      input: { kind: 'vectors', size: 4 },
      recurrent: { cell: 'rnn-relu', hiddenSize: 8, layers: 2, bias: 'none', dropout },
      output: { kind: 'linear', classes: 1 },
    });
    const trainer = createTrainer(model, { batch: 16, timeSteps: 8, optimizer: still });
    try {
      const written = await model.parameters.read();
      for (const name of ['rnn.weight_ih_l1', 'head.weight']) written.set(name, written.get(name)?.map(Math.abs) ?? new Float32Array());
      for (const name of ['rnn.weight_hh_l1', 'head.bias']) written.get(name)?.fill(0);
      await model.parameters.write(written);
      const input = randomInput(model.spec, 8 * 16) as Float32Array;
      const target = new Float32Array(8 * 16);
      const means: number[] = [];
      for (let step = 0; step < count; step++) {
        await trainer.step({ input, target });
        means.push(((await trainer.gradients.read()).get('head.bias')?.[0] ?? Number.NaN) / 2);
      }
      return means;
    } finally {
      trainer.destroy();
      model.destroy();
    }
  }
});
