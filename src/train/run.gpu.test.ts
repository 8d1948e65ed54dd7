/** The training loop: every step once, reported in order, whoever stops it and whatever is asked in between. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createModel, createTokenStream, createTrainer, InputError, type Model, requestDevice, type Trainer } from '../index.ts';
import { collect, differences, randomBatch, randomTokens, watchErrors } from '../testing/gpu.ts';
import { inputs, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];
let model: Model;
let trainer: Trainer;

const sizes = { batch: 2, timeSteps: 4, stateful: true };
const options = smallModel({ recurrent: { cell: 'rnn-tanh' } });
const stream = createTokenStream(randomTokens(70), sizes);

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

beforeEach(() => {
  model = createModel(device, options);
  trainer = createTrainer(model, sizes);
});

afterEach(() => {
  trainer.destroy();
  model.destroy();
  expect(errors).toEqual([]);
});

afterAll(() => device.destroy());

describe('a run over batches', () => {
  const batches = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => randomBatch(model, trainer.spec, first + index));

  it('does the same as single steps, and ends where the batches do', async () => {
    const metrics = await collect(trainer.run(batches(0, 20), { steps: 100 }));
    const other = createModel(device, options);
    const byHand = createTrainer(other, sizes);
    const losses: number[] = [];
    for (const batch of batches(0, 20)) losses.push((await byHand.step(batch)).loss);
    expect(metrics.map(({ step, loss }) => [step, loss])).toEqual(losses.map((loss, index) => [index + 1, loss]));
    expect(differences(await model.parameters.read(), await other.parameters.read())).toEqual([]);
    byHand.destroy();
    other.destroy();
  });

  it('takes no more batches than it was asked for, waits for those that come later, and closes what it takes them from', async () => {
    let taken = 0;
    let isClosed = false;
    async function* slowly() {
      try {
        for (const batch of batches(0, 50)) {
          await new Promise((resolve) => setTimeout(resolve, 1));
          taken++;
          yield batch;
        }
      } finally {
        isClosed = true;
      }
    }
    const metrics = await collect(trainer.run(slowly(), { steps: 15 }));
    expect([metrics.map(({ step }) => step), taken, isClosed]).toEqual([Array.from({ length: 15 }, (_, index) => index + 1), 15, true]);
  });

  it('refuses a batch that does not fit, after the steps before it', async () => {
    const [good, other] = batches(0, 2);
    await expect(collect(trainer.run([good, { ...other, target: Int32Array.of(1) }], { steps: 2 }))).rejects.toThrow(
      'target must have 8 values',
    );
    expect(trainer.steps).toBe(1);
  });
});

describe('a run', () => {
  it('reports every step once, in order, with what a single step reports', async () => {
    const metrics = await collect(trainer.run(stream, { steps: 50 }));
    expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(metrics.map(({ applied, skipped }) => [applied, skipped])).toEqual(metrics.map(({ step }) => [step, 0]));
    expect(metrics.every(({ tokensPerSecond, loss }) => tokensPerSecond > 0 && loss > 0)).toBe(true);
  });

  it('reports every n-th step and the last', async () => {
    const metrics = await collect(trainer.run(stream, { steps: 10, every: 4 }));
    expect(metrics.map(({ step }) => step)).toEqual([4, 8, 10]);
  });

  it('is the same in one piece or in several', async () => {
    const whole = await collect(trainer.run(stream, { steps: 30 }));
    const other = createModel(device, options);
    const parts = createTrainer(other, sizes);
    const losses: number[] = [];
    for (const steps of [1, 16, 13]) for (const { loss } of await collect(parts.run(stream, { steps }))) losses.push(loss);
    expect(losses).toEqual(whole.map(({ loss }) => loss));
    expect(differences(await other.parameters.read(), await model.parameters.read())).toEqual([]);
    parts.destroy();
    other.destroy();
  });

  it('feeds the tokens of its windows, and starts from zero states where the stream does', async () => {
    const metrics = await collect(trainer.run(stream, { steps: 2 * stream.windowsPerEpoch }));
    const other = createModel(device, options);
    const byHand = createTrainer(other, sizes);
    const losses: number[] = [];
    for (let step = 0; step < 2 * stream.windowsPerEpoch; step++) {
      const { starts, anew } = stream.window(step);
      if (anew[0] === 1) byHand.resetStates();
      const at = (shift: number) =>
        Int32Array.from({ length: 8 }, (_, index) => stream.tokens[starts[index % 2] + Math.floor(index / 2) + shift]);
      losses.push((await byHand.step({ input: at(0), target: at(1) })).loss);
    }
    expect(metrics.map(({ loss }) => loss)).toEqual(losses);
    byHand.destroy();
    other.destroy();
  });

  it('can be left early and taken up again', async () => {
    for await (const { step } of trainer.run(stream, { steps: 100 })) if (step === 5) break;
    const reached = trainer.steps;
    expect(reached).toBeLessThan(100);
    const metrics = await collect(trainer.run(stream, { steps: 3 }));
    expect(metrics.map(({ step, applied }) => [step, applied])).toEqual([1, 2, 3].map((index) => [reached + index, reached + index]));
  });

  it('ends on a signal, and reports what was done', async () => {
    const controller = new AbortController();
    let last = 0;
    for await (const { step } of trainer.run(stream, { steps: 1000, signal: controller.signal })) {
      last = step;
      if (step === 3) controller.abort();
    }
    expect(last).toBe(trainer.steps);
    expect(last).toBeLessThan(1000);
  });

  it('does not mind single steps in between', async () => {
    const batch = randomBatch(model, trainer.spec);
    const seen: number[] = [];
    for await (const { step, applied } of trainer.run(stream, { steps: 12 })) {
      expect(applied).toBe(step);
      seen.push(step);
      if (seen.length % 4 === 0) {
        const single = await trainer.step(batch);
        expect([single.step, single.applied]).toEqual([trainer.steps, trainer.steps]);
        seen.push(single.step);
      }
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
  });

  it('refuses a stream of other sizes and a model without tokens', async () => {
    const other = createTokenStream(randomTokens(70), { batch: 3, timeSteps: 4 });
    await expect(collect(trainer.run(other, { steps: 1 }))).rejects.toThrow(
      new InputError('stream must have batch 2 and timeSteps 4, got 3 and 4'),
    );
    await expect(collect(trainer.run(stream, { steps: 0 }))).rejects.toThrow(new InputError('steps must be a positive integer, got 0'));
    const vectors = createModel(device, smallModel({ input: inputs.vectors, recurrent: { cell: 'rnn-tanh' } }));
    const stranger = createTrainer(vectors, sizes);
    await expect(collect(stranger.run(stream, { steps: 1 }))).rejects.toThrow(
      new InputError(
        "a run over a token stream must have a model that predicts the next token, got input 'vectors', output 'softmax', architecture 'many-to-many'",
      ),
    );
    const few = createModel(device, smallModel({ output: { kind: 'softmax', classes: 6 } }));
    await expect(collect(createTrainer(few, sizes).run(stream, { steps: 1 }))).rejects.toThrow(
      new InputError('a run over a token stream must have a class for each of the 7 tokens, got 6 classes'),
    );
    const last = createModel(device, smallModel({ architecture: 'many-to-one' }));
    await expect(collect(createTrainer(last, sizes).run(stream, { steps: 1 }))).rejects.toThrow(InputError);
    const tooLarge = createTokenStream(
      randomTokens(70).map((token, index) => (index === 40 ? 7 : token)),
      sizes,
    );
    await expect(collect(trainer.run(tooLarge, { steps: 1 }))).rejects.toThrow(
      new InputError('token 40 of the stream must be below the vocabulary of 7, got 7'),
    );
    expect(trainer.steps).toBe(0);
    for (const owner of [stranger, vectors, few, last]) owner.destroy();
  });
});

describe('steps', () => {
  it('that nobody waits for in between take their turns', async () => {
    const batches = [1, 2, 3, 4, 5, 6].map((seed) => randomBatch(model, trainer.spec, seed));
    const metrics = await Promise.all(batches.map((batch) => trainer.step(batch)));
    expect(metrics.map(({ step, applied }) => [step, applied])).toEqual([1, 2, 3, 4, 5, 6].map((step) => [step, step]));
  });

  it('follow the learning rate, times the schedule', async () => {
    const scheduled = createTrainer(model, {
      ...sizes,
      schedule: { kind: 'exponential', factor: 0.5, warmupSteps: 2 },
      optimizer: { learningRate: 0.01 },
    });
    const rates: number[] = [];
    for (let step = 1; step <= 5; step++) {
      if (step === 5) scheduled.setLearningRate(0.08);
      rates.push((await scheduled.step(randomBatch(model, scheduled.spec))).learningRate);
    }
    for (const [index, rate] of [0.005, 0.01, 0.01, 0.005, 0.02].entries()) expect(rates[index]).toBeCloseTo(rate, 7);
    expect(() => scheduled.setLearningRate(-1)).toThrow(new InputError('learningRate must be zero or a positive number, got -1'));
    scheduled.destroy();
  });
});
