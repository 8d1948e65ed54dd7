/** Who owns which GPU memory: every byte is in a ledger, destroy frees it, the device stays the caller's. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTokenStream, createTrainer, createValidationStream, generateTokens, requestDevice, save } from '../index.ts';
import {
  collect,
  type DeviceWatch,
  differences,
  randomBatch,
  randomInput,
  randomTokens,
  watchDevice,
  watchErrors,
} from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

let device: GPUDevice;
let watch: DeviceWatch;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
  watch = watchDevice(device);
});

afterEach(() => {
  expect(errors).toEqual([]);
  expect(watch.liveBuffers).toEqual([]);
});

afterAll(() => device.destroy());

const options = smallModel({ recurrent: { cell: 'rnn-tanh' } });
const sizes = { batch: 2, timeSteps: 4, stateful: true };
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('bytes', () => {
  it('are those of all live buffers, whatever was done with the model, and 0 after destroy', async () => {
    const model = createModel(device, options);
    expect(model.bytes).toBe(watch.liveBytes);
    const trainer = createTrainer(model, sizes);
    await trainer.step(randomBatch(model, trainer.spec));
    expect(trainer.bytes).toBe(watch.liveBytes);
    const tokens = randomTokens(90);
    await collect(trainer.run(createTokenStream(tokens, sizes), { steps: 3 }));
    expect(trainer.bytes, 'after a run').toBe(watch.liveBytes);
    await trainer.evaluate(createValidationStream(tokens, sizes));
    expect(trainer.bytes, 'after evaluate').toBe(watch.liveBytes);
    await model.forward({ input: randomInput(model.spec, 6), batch: 2 });
    expect(trainer.bytes, 'after forward').toBe(watch.liveBytes);
    await generateTokens(model, { prompt: Int32Array.of(1), length: 3 });
    expect(trainer.bytes, 'after generate').toBe(watch.liveBytes);
    const stream = model.stream({ batch: 1 });
    await stream.step(Int32Array.of(1));
    expect(trainer.bytes, 'with a stream').toBe(watch.liveBytes);
    stream.destroy();
    await settled();
    expect(trainer.bytes, 'without the stream').toBe(watch.liveBytes);
    await save(model, trainer);
    expect(trainer.bytes, 'after save').toBe(watch.liveBytes);
    trainer.destroy();
    await settled();
    expect(trainer.bytes).toBe(model.bytes);
    expect(model.bytes, 'without the trainer').toBe(watch.liveBytes);
    model.destroy();
    await settled();
    expect([trainer.bytes, model.bytes, watch.liveBytes]).toEqual([0, 0, 0]);
  });

  it('do not grow with the steps', async () => {
    const model = createModel(device, options);
    const trainer = createTrainer(model, sizes);
    const tokens = randomTokens(90);
    const stream = createTokenStream(tokens, sizes);
    const validation = createValidationStream(tokens.slice(0, 30), sizes);
    await collect(trainer.run(stream, { steps: 10 }));
    await trainer.evaluate(validation);
    const after10 = [trainer.bytes, watch.liveBytes];
    for (let round = 0; round < 3; round++) {
      await collect(trainer.run(stream, { steps: 330, every: 100 }));
      await trainer.evaluate(validation);
    }
    expect(trainer.steps).toBe(1000);
    expect([trainer.bytes, watch.liveBytes]).toEqual(after10);
    trainer.destroy();
    model.destroy();
    await settled();
  });

  it('stay bounded when inputs of many shapes pass through', async () => {
    const model = createModel(device, options);
    const seen: number[] = [];
    for (let length = 1; length <= 8; length++) {
      await model.forward({ input: randomInput(model.spec, length) });
      await settled();
      expect(model.bytes).toBe(watch.liveBytes);
      seen.push(watch.liveBuffers.length);
    }
    expect(seen[7]).toBe(seen[5]);
    model.destroy();
    await settled();
  });
});

describe('a destroyed model', () => {
  it('says so, whatever it is asked', async () => {
    const model = createModel(device, options);
    const trainer = createTrainer(model, sizes);
    const stream = model.stream({ batch: 1 });
    const batch = randomBatch(model, trainer.spec);
    await stream.step(Int32Array.of(1));
    await trainer.step(batch);
    const tokens = randomTokens(30);
    const parameters = await model.parameters.read();
    model.destroy();
    const gone = 'model must be made by createModel and not be destroyed';
    await expect(model.forward({ input: Int32Array.of(1) })).rejects.toThrow(gone);
    await expect(model.parameters.read()).rejects.toThrow(gone);
    await expect(model.parameters.write(parameters)).rejects.toThrow(gone);
    await expect(generateTokens(model, { prompt: Int32Array.of(1) })).rejects.toThrow(gone);
    await expect(save(model)).rejects.toThrow(gone);
    await expect(stream.step(Int32Array.of(1))).rejects.toThrow(gone);
    expect(() => model.stream({ batch: 1 })).toThrow(gone);
    expect(() => createTrainer(model, sizes)).toThrow(gone);
    await expect(trainer.step(batch)).rejects.toThrow(gone);
    await expect(trainer.evaluate(createValidationStream(tokens, sizes))).rejects.toThrow(gone);
    await expect(collect(trainer.run(createTokenStream(tokens, sizes), { steps: 1 }))).rejects.toThrow(gone);
    model.destroy();
    trainer.destroy();
    stream.destroy();
    await settled();
  });

  it('may be destroyed while it works', async () => {
    const model = createModel(device, options);
    const working = model.forward({ input: randomInput(model.spec, 4) });
    model.destroy();
    await working.catch(() => undefined);
    await settled();
  });
});

describe('a destroyed trainer', () => {
  it('says so and leaves the model', async () => {
    const model = createModel(device, options);
    const trainer = createTrainer(model, sizes);
    const batch = randomBatch(model, trainer.spec);
    await trainer.step(batch);
    const before = await model.parameters.read();
    trainer.destroy();
    const gone = 'trainer must not be destroyed';
    await expect(trainer.step(batch)).rejects.toThrow(gone);
    await expect(trainer.ready()).rejects.toThrow(gone);
    expect(() => trainer.submit(batch)).toThrow(gone);
    await expect(trainer.gradients.read()).rejects.toThrow(gone);
    await expect(save(model, trainer)).rejects.toThrow(gone);
    expect(differences(await model.parameters.read(), before)).toEqual([]);
    trainer.destroy();
    model.destroy();
    await settled();
  });

  it('may be destroyed while it compiles', async () => {
    const model = createModel(device, options);
    const trainer = createTrainer(model, { batch: 2, timeSteps: 5 });
    const making = trainer.ready();
    trainer.destroy();
    await making.catch(() => undefined);
    model.destroy();
    await settled();
  });
});

describe('a borrowed device', () => {
  it('is never destroyed', async () => {
    let isLost = false;
    device.lost.then(() => {
      isLost = true;
    });
    const model = createModel(device, options);
    const trainer = createTrainer(model, sizes);
    await trainer.step(randomBatch(model, trainer.spec));
    trainer.destroy();
    model.destroy();
    await settled();
    expect(isLost).toBe(false);
    const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
    await buffer.mapAsync(GPUMapMode.READ);
    buffer.destroy();
  });

  it('works beside another one', async () => {
    const other = await requestDevice();
    const otherErrors = watchErrors(other);
    const models = [device, other].map((each) => createModel(each, options));
    const trainers = models.map((model) => createTrainer(model, sizes));
    const batch = randomBatch(models[0], trainers[0].spec);
    const losses = await Promise.all(
      trainers.map(async (trainer) => {
        const first = await trainer.step(batch);
        return [first.loss, (await trainer.step(batch)).loss];
      }),
    );
    expect(losses[0]).toEqual(losses[1]);
    expect(differences(await models[0].parameters.read(), await models[1].parameters.read())).toEqual([]);
    trainers[1].destroy();
    models[1].destroy();
    other.destroy();
    expect((await trainers[0].step(batch)).step).toBe(3);
    expect(otherErrors).toEqual([]);
    trainers[0].destroy();
    models[0].destroy();
    await settled();
  });
});
