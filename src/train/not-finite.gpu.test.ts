/** What a run does about a gradient that is not finite: skips, stops with its name, or goes back and on with a lower learning rate. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  createTokenStream,
  createTrainer,
  NotFiniteError,
  type RunMetrics,
  requestDevice,
  type TrainOptions,
} from '../index.ts';
import { collect, differences, randomBatch, randomTokens, watchErrors } from '../testing/gpu.ts';
import { cells, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

const sizes = { batch: 2, timeSteps: 4, stateful: true } as const;
const stream = createTokenStream(randomTokens(200), sizes);
/** The first update throws the weights so far that the second step overflows. */
const huge: TrainOptions = { ...sizes, optimizer: { kind: 'momentum', learningRate: 1e30 } };
const steps = 12;

/** Everything that a run reports, and where it left model and trainer. */
async function runWith(options: TrainOptions, count = steps) {
  const model = createModel(device, smallModel({ recurrent: cells['rnn-relu'] }), { kernel: 'step' });
  const trainer = createTrainer(model, options);
  const metrics: RunMetrics[] = [];
  let error: unknown;
  try {
    for await (const each of trainer.run(stream, { steps: count })) metrics.push(each);
  } catch (thrown) {
    error = thrown;
  }
  const left = { metrics, error, parameters: await model.parameters.read(), steps: trainer.steps, learningRate: trainer.learningRate };
  trainer.destroy();
  model.destroy();
  return left;
}

describe('a run whose gradient becomes infinite or NaN', () => {
  it('skips and counts by default', async () => {
    const { metrics, error } = await runWith(huge);
    expect(error).toBeUndefined();
    expect(metrics.at(-1)).toMatchObject({ step: steps, applied: 1, skipped: steps - 1, rewinds: 0 });
  });

  it('stops, with the step and the parameter, and parameters as the last good step left them', async () => {
    const { metrics, error, parameters, steps: done } = await runWith({ ...huge, nonFinite: 'stop' });
    expect(error).toBeInstanceOf(NotFiniteError);
    const { step, parameter, place, message } = error as NotFiniteError;
    expect(step).toBe(2);
    expect([...parameters.keys()]).toContain(parameter);
    // weights of 1e30: the product of two of them is infinite, so that the second time step's states are
    expect(place).toEqual({ layer: 'l0', of: 'states', timeStep: 2, timeSteps: 4 });
    expect(message).toBe(
      `the gradient of ${parameter} must be finite, got infinity or NaN in step 2, where the states of l0 leave the numbers at time step 2 of 4: ` +
        'the run stopped before that update',
    );
    expect(metrics.map((each) => each.step)).toEqual([1]);
    expect(done).toBe(1);
    expect(differences(parameters, (await runWith(huge, 1)).parameters)).toEqual([]);
  });

  it('goes back with a lower learning rate, as often as it takes, and is then a run with that rate', async () => {
    const { metrics, error, parameters, learningRate } = await runWith({
      ...huge,
      nonFinite: 'rewind',
      rewind: { factor: 1e-10, attempts: 3 },
    });
    expect(error).toBeUndefined();
    expect(learningRate).toBeCloseTo(1, 6);
    expect(metrics.at(-1)).toMatchObject({ step: steps, applied: steps, skipped: 0, rewinds: 3 });
    const since = metrics.filter(({ rewinds }) => rewinds === 3).map(({ step }) => step);
    expect(since).toEqual(Array.from({ length: steps }, (_, index) => index + 1));
    const lower = await runWith({ ...huge, optimizer: { kind: 'momentum', learningRate } });
    expect(differences(parameters, lower.parameters)).toEqual([]);
    expect(metrics.slice(-steps).map(({ loss }) => loss)).toEqual(lower.metrics.map(({ loss }) => loss));
  });

  it('gives up where going back does not help', async () => {
    const { error, parameters } = await runWith({ ...huge, nonFinite: 'rewind', rewind: { factor: 1, attempts: 2 } });
    expect(error).toBeInstanceOf(NotFiniteError);
    expect((error as Error).message).toContain('at time step 2 of 4: went back to step 0 2 times');
    const model = createModel(device, smallModel({ recurrent: cells['rnn-relu'] }));
    expect(differences(parameters, await model.parameters.read())).toEqual([]);
    model.destroy();
  });

  it('changes nothing where every gradient is finite', async () => {
    const calm: TrainOptions = { ...sizes, optimizer: { kind: 'adam', learningRate: 1e-2 } };
    const plain = await runWith(calm, 40);
    for (const policy of ['stop', 'rewind'] as const) {
      const same = await runWith({ ...calm, nonFinite: policy, ...(policy === 'rewind' && { rewind: { every: 3 } }) }, 40);
      expect(same.error).toBeUndefined();
      expect(same.metrics.map(({ step, loss, applied }) => [step, loss, applied])).toEqual(
        plain.metrics.map(({ step, loss, applied }) => [step, loss, applied]),
      );
      expect(differences(same.parameters, plain.parameters)).toEqual([]);
    }
  });
});

it('goes back to the latest snapshot before it, not to the start', async () => {
  const model = createModel(device, smallModel({ recurrent: cells['rnn-relu'] }), { kernel: 'step' });
  const trainer = createTrainer(model, {
    ...sizes,
    optimizer: { kind: 'sgd', learningRate: 0.1 },
    nonFinite: 'rewind',
    rewind: { every: 4, factor: 1e-40 },
  });
  const seen: RunMetrics[] = [];
  // of steps that are as short as these, hundreds are in flight when the 100th reports
  const wanted = 2000;
  for await (const each of trainer.run(stream, { steps: wanted })) {
    seen.push(each);
    if (each.step === 100 && each.rewinds === 0) trainer.setLearningRate(1e38);
  }
  const again = seen.find(({ rewinds }) => rewinds > 0)?.step ?? 0;
  expect(again).toBeGreaterThan(50);
  expect(seen.at(-1)).toMatchObject({ step: wanted, skipped: 0 });
  trainer.destroy();
  model.destroy();
});

describe('a single step', () => {
  it('names the first bad parameter of the reverse sweep, and the next step starts anew', async () => {
    const model = createModel(device, smallModel({ recurrent: cells.lstm }));
    const trainer = createTrainer(model, { batch: 2, timeSteps: 4, nonFinite: 'stop' });
    const batch = randomBatch(model, trainer.spec);
    await trainer.step(batch);
    const good = await model.parameters.read();
    const name = 'rnn.weight_hh_l0';
    await model.parameters.write(new Map([...good].map(([each, values]) => [each, each === name ? values.map(() => Infinity) : values])));
    const error = await trainer.step(batch).catch((thrown: unknown) => thrown);
    const bad = [...(await trainer.gradients.read())].filter(([, values]) => values.some((value) => !Number.isFinite(value)));
    expect(bad.length).toBeGreaterThan(0);
    expect(error).toMatchObject({ step: 2, parameter: bad.at(-1)?.[0], place: { layer: 'l0', timeSteps: 4 } });
    await model.parameters.write(good);
    expect(await trainer.step(batch)).toMatchObject({ step: 2, applied: 2, skipped: 0 });
    expect(await collect(trainer.run(createTokenStream(randomTokens(70), { batch: 2, timeSteps: 4 }), { steps: 3 }))).toHaveLength(3);
    trainer.destroy();
    model.destroy();
  });
});
