/** Two runs of the same seeds on one adapter are equal bit for bit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTokenStream, createTrainer, requestDevice, type StepMetrics, type TrainOptions } from '../index.ts';
import { collect, differences, randomTokens, watchErrors } from '../testing/gpu.ts';
import { cellNames, cells, smallModel } from '../testing/models.ts';

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
