/**
 * Input feeding beside everything that acts within a decoder: with nothing in the columns that read the attentional vector, the model is the one without it,
 * noise and clips included, though one goes step by step and the other all at once; and a training step is one pass.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { caseNumbers } from '../check/case-buffers.ts';
import { createModel, createTrainer, type Model, type ModelOptions, requestDevice, type TrainOptions } from '../index.ts';
import { distance } from '../testing/pytorch.ts';

const [embedding, top] = [3, 5];
const modelOf = (recurrent: Partial<ModelOptions['recurrent']>, inputFeeding: boolean): ModelOptions => ({
  architecture: 'encoder-decoder',
  input: { kind: 'tokens', vocabulary: 6, embedding },
  recurrent: { cell: 'lstm', hiddenSize: [6, top], ...recurrent },
  output: { kind: 'softmax', classes: 6 },
  attention: { kind: 'additive', inputFeeding },
});
const sizes: TrainOptions = { batch: 3, timeSteps: 4, sourceSteps: 5, accumulate: 2, optimizer: { kind: 'sgd', learningRate: 0 } };
const numbers = caseNumbers(7);
const ids = (count: number): Int32Array<ArrayBuffer> => Int32Array.from(numbers.below(count, 6));
const target = ids(24);
// of six rows the second ends early, and the last
for (const place of [7, 13, 19, 23]) target[place] = -1;
const examples = { input: ids(30), lengths: [5, 2, 1, 4, 5, 3], target };

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

const widened = 'decoder.rnn.weight_ih_l0';

/** The first `embedding` columns of every row of a wide matrix. */
const narrow = (values: Float32Array): number[] => Array.from(values).filter((_, place) => place % (embedding + top) < embedding);

/** The parameters of a model without input feeding, in one with it, whose further columns are zeros. */
async function copyInto(plain: Model, fed: Model): Promise<void> {
  const tensors = await plain.parameters.read();
  const values = tensors.get(widened) ?? new Float32Array();
  const wide = new Float32Array((values.length / embedding) * (embedding + top));
  values.forEach((value, place) => {
    wide[Math.floor(place / embedding) * (embedding + top) + (place % embedding)] = value;
  });
  await fed.parameters.write(new Map(tensors).set(widened, wide));
}

it.each<[string, Partial<ModelOptions['recurrent']>, Partial<TrainOptions>]>([
  ['dropout between the layers', { dropout: 0.4 }, {}],
  ['recurrent dropout and zoneout', { recurrentDropout: 0.3, zoneout: 0.2, zoneoutCell: 0.3 }, {}],
  ['clips at every time step, watched', {}, { clip: { timeStepNorm: 0.01, timeStepValue: 0.02 }, monitor: { every: 1 } }],
  [
    'layer normalisation, recurrent dropout and zoneout',
    { layerNorm: true, recurrentDropout: 0.3, zoneout: 0.2 },
    { monitor: { every: 1 } },
  ],
  ['gru reset before, layer normalisation', { cell: 'gru', reset: 'before', layerNorm: true }, { clip: { timeStepNorm: 0.01 } }],
  ['gru reset before, dropout', { cell: 'gru', reset: 'before', dropout: 0.4 }, { clip: { timeStepNorm: 0.01 } }],
])('with empty columns it is the model without: %s', async (_, recurrent, train) => {
  const [plain, fed] = [false, true].map((inputFeeding) => createModel(device, modelOf(recurrent, inputFeeding)));
  await copyInto(plain, fed);
  const found = [];
  for (const model of [plain, fed]) {
    const trainer = createTrainer(model, { ...sizes, ...train });
    const { loss } = await trainer.step(examples);
    found.push({ loss, gradients: await trainer.gradients.read() });
    trainer.destroy();
  }
  const [whole, stepped] = found;
  expect(stepped.loss).toBeCloseTo(whole.loss, 5);
  for (const [name, gradient] of whole.gradients) {
    const other = stepped.gradients.get(name) ?? new Float32Array();
    expect(distance(name === widened ? narrow(other) : other, Array.from(gradient)), name).toBeLessThan(1e-4);
  }
  plain.destroy();
  fed.destroy();
});

it('is one pass, whose dispatches the plan counts, and repeats bit for bit', async () => {
  const model = createModel(device, modelOf({}, true));
  const found = [];
  for (let turn = 0; turn < 2; turn++) {
    const trainer = createTrainer(model, { ...sizes, accumulate: 1 });
    const { dispatches, copies } = trainer.plan.describe();
    expect(copies).toBe(0);
    const half = { input: examples.input.slice(0, 15), lengths: [5, 2, 1], target: target.slice(0, 12) };
    await trainer.step({ ...half, target: Int32Array.from(half.target, (id) => Math.max(id, 0)) });
    expect(trainer.dispatches).toBe(dispatches);
    found.push(await trainer.gradients.read());
    trainer.destroy();
  }
  expect(found[1]).toEqual(found[0]);
  model.destroy();
});
