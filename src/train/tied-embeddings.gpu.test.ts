/** One parameter that is both embedding and output weight: in the file, in a resumed run, in micro-batches, in the norm and in what is written. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createModel, createTrainer, generateTokens, load, requestDevice, save } from '../index.ts';
import { differences, randomBatch } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

const options = smallModel({ input: { kind: 'tokens', vocabulary: 7, embedding: 3 }, recurrent: { cell: 'gru' }, tiedEmbeddings: true });
const sizes = { batch: 2, timeSteps: 4, optimizer: { learningRate: 0.02 } };

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

it('lies in the file once, and a resumed run goes on bit for bit', async () => {
  const first = createModel(device, options);
  const trainer = createTrainer(first, sizes);
  const batch = randomBatch(first, trainer.spec);
  for (let step = 0; step < 3; step++) await trainer.step(batch);
  const file = await save(first, trainer);
  const header = new TextDecoder().decode(file.subarray(8, 4096));
  expect(header.includes('"embedding.weight"')).toBe(true);
  expect(header.includes('head.weight')).toBe(false);
  const { model: second, restore } = await load(device, file);
  const resumed = createTrainer(second, sizes);
  await restore(resumed);
  for (let step = 0; step < 3; step++) expect((await resumed.step(batch)).loss).toBe((await trainer.step(batch)).loss);
  expect(differences(await second.parameters.read(), await first.parameters.read())).toEqual([]);
  for (const owner of [trainer, first, resumed, second]) owner.destroy();
});

it('counts once in the norm, and micro-batches add up to the larger batch', async () => {
  const model = createModel(device, options);
  const still = { ...sizes, batch: 4, optimizer: { kind: 'sgd', learningRate: 0 } } as const;
  const whole = createTrainer(model, still);
  const parts = createTrainer(model, { ...still, batch: 2, accumulate: 2 });
  const batch = randomBatch(model, whole.spec);
  const { gradientNorm } = await whole.step(batch);
  const gradients = await whole.gradients.read();
  const squares = [...gradients.values()].flatMap((values) => [...values]).reduce((sum, value) => sum + value * value, 0);
  expect(Math.abs(gradientNorm - Math.sqrt(squares))).toBeLessThan(1e-5 * gradientNorm);
  await parts.step(batch);
  for (const [name, values] of await parts.gradients.read()) {
    const wanted = gradients.get(name) ?? new Float32Array();
    const largest = Math.max(...wanted.map(Math.abs));
    values.forEach((value, place) => {
      expect(Math.abs(value - wanted[place]), name).toBeLessThan(1e-5 * largest);
    });
  }
  for (const owner of [whole, parts, model]) owner.destroy();
});

it('writes the token that a forward pass calls the likeliest', async () => {
  const model = createModel(device, options);
  const tensors = await model.parameters.read();
  await model.parameters.write(new Map([...tensors].map(([name, values]) => [name, values.map((value) => 3 * value)])));
  const prompt = Int32Array.of(1, 4);
  const drawn = await generateTokens(model, { prompt, length: 6, temperature: 0 });
  const { output } = await model.forward({ input: Int32Array.of(...prompt, ...drawn.slice(0, -1)) });
  drawn.forEach((id, place) => {
    const row = output.subarray((place + 1) * 7, (place + 2) * 7);
    expect(row.indexOf(Math.max(...row))).toBe(id);
  });
  model.destroy();
});
