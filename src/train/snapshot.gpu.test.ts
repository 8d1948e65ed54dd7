/** Snapshots put back everything that training changes, bit for bit; early stopping keeps the best. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createEarlyStopping,
  createModel,
  createTokenStream,
  createTrainer,
  requestDevice,
  type TrainOptions,
  takeSnapshot,
} from '../index.ts';
import { collect, type DeviceWatch, differences, randomInput, randomTokens, watchDevice, watchErrors } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

let device: GPUDevice;
let watch: DeviceWatch;
let errors: string[];

const sizes: TrainOptions = { batch: 2, timeSteps: 4, stateful: true };
const stream = createTokenStream(randomTokens(70), sizes);

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
  watch = watchDevice(device);
});

afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve));
  expect(errors).toEqual([]);
  expect(watch.liveBuffers).toEqual([]);
});

afterAll(() => device.destroy());

const measured = (metrics: readonly { loss: number; gradientNorm: number; step: number; applied: number }[]) =>
  metrics.map(({ loss, gradientNorm, step, applied }) => ({ loss, gradientNorm, step, applied }));

describe('a snapshot', () => {
  it.each([
    ['adam', {}],
    ['sgd, which has no moments', { optimizer: { kind: 'sgd', learningRate: 0.1 } }],
  ] as const)('brings back parameters, moments, states and counts: %s', async (_, options) => {
    const model = createModel(device, smallModel());
    const trainer = createTrainer(model, { ...sizes, ...options });
    await collect(trainer.run(stream, { steps: 5 }));
    const input = randomInput(model.spec, 4);
    const [parameters, before] = [await model.parameters.read(), await model.forward({ input })];
    const snapshot = await takeSnapshot(trainer);
    expect(snapshot.step).toBe(5);
    expect(snapshot.bytes).toBeGreaterThan(0);
    const first = measured(await collect(trainer.run(stream, { steps: 6 })));
    const later = await model.parameters.read();
    expect(differences(later, parameters)).not.toEqual([]);

    for (let round = 0; round < 2; round++) {
      snapshot.restore();
      expect(trainer.steps).toBe(5);
      expect(differences(await model.parameters.read(), parameters)).toEqual([]);
      // the forward copies came back too
      expect(await model.forward({ input })).toEqual(before);
      expect(measured(await collect(trainer.run(stream, { steps: 6 })))).toEqual(first);
      expect(differences(await model.parameters.read(), later)).toEqual([]);
    }
    snapshot.destroy();
    trainer.destroy();
    model.destroy();
  });

  it('cannot be restored into what is destroyed', async () => {
    const model = createModel(device, smallModel());
    const trainer = createTrainer(model, sizes);
    const snapshot = await takeSnapshot(trainer);
    trainer.destroy();
    expect(() => snapshot.restore()).toThrow('trainer must not be destroyed');
    snapshot.destroy();
    model.destroy();
  });
});

describe('early stopping', () => {
  it('stops after `patience` losses that are no better, and restores the best parameters exactly', async () => {
    const model = createModel(device, smallModel());
    const trainer = createTrainer(model, sizes);
    const stopping = createEarlyStopping(trainer, { patience: 2 });
    expect(stopping.best).toBeUndefined();
    const losses = [3, 2, 2.5, 1.5, 1.5, 1.6];
    const stops: boolean[] = [];
    let best = await model.parameters.read();
    for (const loss of losses) {
      await collect(trainer.run(stream, { steps: 2 }));
      stops.push(await stopping.observe(loss));
      if (loss === 1.5 && stops.length === 4) best = await model.parameters.read();
    }
    expect(stops).toEqual([false, false, false, false, false, true]);
    expect(stopping.best).toEqual({ loss: 1.5, step: 8 });
    stopping.restore();
    expect(trainer.steps).toBe(8);
    expect(differences(await model.parameters.read(), best)).toEqual([]);
    stopping.destroy();
    trainer.destroy();
    model.destroy();
  });

  it('never takes a loss that is not a number for the best', async () => {
    const model = createModel(device, smallModel());
    const trainer = createTrainer(model, sizes);
    const stopping = createEarlyStopping(trainer, { patience: 2 });
    expect(await stopping.observe(Number.NaN)).toBe(false);
    expect(stopping.best).toBeUndefined();
    expect(await stopping.observe(2)).toBe(false);
    expect(await stopping.observe(Number.NaN)).toBe(false);
    expect(stopping.best).toEqual({ loss: 2, step: 0 });
    expect(await stopping.observe(Number.NaN)).toBe(true);
    stopping.destroy();
    trainer.destroy();
    model.destroy();
  });
});
