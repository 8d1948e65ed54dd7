/** Windows in segments that are run again train as whole windows do: losses, gradients and carried states, up to the order of sums. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTokenStream, createTrainer, requestDevice, type TrainOptions } from '../index.ts';
import { collect, largestDifference, randomBatch, randomTokens, watchErrors } from '../testing/gpu.ts';
import { cells, inputs, type SmallOptions, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

const STEPS = 12;

/** Losses and gradients of three steps, and the parameters after them. */
async function train(options: SmallOptions, extra: Partial<TrainOptions>, kernel: 'step' | 'sequence') {
  const model = createModel(device, smallModel(options));
  const trainer = createTrainer(model, { batch: 3, timeSteps: STEPS, lengths: false, clip: { globalNorm: 0.5 }, ...extra, kernel });
  const losses: number[] = [];
  const gradients: Map<string, Float32Array>[] = [];
  for (let step = 1; step <= 3; step++) {
    losses.push((await trainer.step(randomBatch(model, trainer.spec, step))).loss);
    gradients.push(await trainer.gradients.read());
  }
  const parameters = await model.parameters.read();
  trainer.destroy();
  model.destroy();
  return { losses, gradients, parameters };
}

const linear: SmallOptions = { input: inputs.vectors, output: { kind: 'linear', classes: 2 } };
const cases: readonly [string, SmallOptions, Partial<TrainOptions>][] = [
  ['an LSTM of two layers', { recurrent: { ...cells.lstm, layers: 2 } }, {}],
  ['an LSTM that carries its states, sums', { recurrent: cells.lstm }, { stateful: true, loss: { reduction: 'sum' } }],
  ['a GRU over embedded tokens', { input: inputs.embedding, recurrent: cells.gru }, { stateful: true }],
  ['a GRU with reset before over vectors', { ...linear, recurrent: cells['gru-before'] }, {}],
  ['an RNN of two layers over vectors', { ...linear, recurrent: { ...cells['rnn-tanh'], layers: 2 } }, { stateful: true }],
  ['layer normalisation', { recurrent: { ...cells.lstm, layerNorm: true } }, {}],
];

describe.each(['step', 'sequence'] as const)('with %s kernels', (kernel) => {
  it.each(cases)('%s', async (_, options, extra) => {
    const whole = await train(options, extra, kernel);
    for (const recompute of [4, 1, STEPS]) {
      const again = await train(options, { ...extra, recompute }, kernel);
      expect(largestDifference(again.losses, whole.losses)).toBeLessThan(1e-5);
      for (const [step, gradients] of whole.gradients.entries()) {
        for (const [name, values] of gradients) {
          const found = again.gradients[step].get(name) ?? [];
          expect([name, largestDifference(found, values) < 1e-4]).toEqual([name, true]);
          expect(values.some((value) => value !== 0)).toBe(true);
        }
      }
      for (const [name, values] of whole.parameters)
        expect(largestDifference(again.parameters.get(name) ?? [], values), name).toBeLessThan(1e-3);
    }
  });
});

it('reads a stream, whose last window may be short', async () => {
  const losses = async (recompute?: number): Promise<number[]> => {
    const model = createModel(device, smallModel({ recurrent: cells.lstm }));
    const trainer = createTrainer(model, { batch: 3, timeSteps: STEPS, stateful: true, recompute });
    // 3 rows of 33 tokens: two whole windows and one of 8 targets
    const stream = createTokenStream(randomTokens(100), { batch: 3, timeSteps: STEPS });
    const told = await collect(trainer.run(stream, { steps: 7 }));
    trainer.destroy();
    model.destroy();
    return told.map(({ loss }) => loss);
  };
  const whole = await losses();
  expect(whole).toHaveLength(7);
  expect(largestDifference(await losses(3), whole)).toBeLessThan(1e-5);
});

it('a step still makes nothing and is one submit', async () => {
  const model = createModel(device, smallModel({ recurrent: cells.gru }));
  const trainer = createTrainer(model, { batch: 3, timeSteps: STEPS, lengths: false, recompute: 4 });
  await trainer.step(randomBatch(model, trainer.spec));
  const before = trainer.dispatches;
  await trainer.step(randomBatch(model, trainer.spec));
  expect(trainer.dispatches - before).toBe(trainer.plan.describe().dispatchesChunked);
  trainer.destroy();
  model.destroy();
});
