/** Measured losses are those that training minimises, forecasts feed back what they foretold. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createCoder } from '../data/coders/create-coder.ts';
import type { SeriesCoder } from '../data/coders/series.ts';
import type { Example, ExampleKind, Series } from '../data/examples.ts';
import { createRandom } from '../data/random.ts';
import { createModel, createTrainer, requestDevice } from '../index.ts';
import { watchErrors } from '../testing/gpu.ts';
import { forecast } from './forecast.ts';
import { measure } from './measure.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

const recurrent = { cell: 'gru', hiddenSize: 6 } as const;
const random = createRandom(3);
const numbers = (length: number): number[] => Array.from({ length }, () => 10 + random.normal());
const words = (length: number): string[] => Array.from({ length }, () => ['red', 'blue', 'green'][random.integer(3)]);
const lengths = [5, 2, 4, 1, 3];

const examplesOf: { readonly [Kind in ExampleKind]?: readonly Example[] } = {
  'labeled-text': lengths.map((length, index) => ({ kind: 'labeled-text', text: words(length).join(' '), label: String(index % 2) })),
  'labeled-sequence': lengths.map((length, index) => ({
    kind: 'labeled-sequence',
    sequence: numbers(length).map((number) => [number, 1]),
    label: String(index % 3),
  })),
  'valued-sequence': lengths.map((length) => ({
    kind: 'valued-sequence',
    sequence: numbers(length).map((number) => [number, 1]),
    value: 30 * random.normal(),
  })),
  'tagged-sentence': lengths.map((length) => ({ kind: 'tagged-sentence', tokens: words(length), tags: words(length) })),
  'signal-pair': lengths.map((length) => ({ kind: 'signal-pair', input: numbers(length), target: numbers(length) })),
  'text-pair': lengths.map((length) => ({ kind: 'text-pair', source: words(length).join(' '), target: words(6 - length).join(' ') })),
  'captioned-image': lengths.map((length) => ({
    kind: 'captioned-image',
    image: { width: 2, height: 2, channels: 1, data: Float32Array.from(numbers(4)) },
    caption: words(length).join(' '),
  })),
  series: lengths.map(() => ({ kind: 'series', values: numbers(6) })),
};

it.each(Object.keys(examplesOf) as ExampleKind[])('%s: the loss is the trainer’s, however many at a time', async (kind) => {
  const examples = examplesOf[kind] as never[];
  const coder = createCoder(kind, examples, { horizon: 2 });
  const model = createModel(device, coder.modelOptions({ recurrent }));
  const whole = await measure(model, coder, examples);
  const inParts = await measure(model, coder, examples, { batch: 2 });
  const { timeSteps, sourceSteps } = coder;
  const trainer = createTrainer(model, {
    batch: lengths.length,
    timeSteps,
    ...(sourceSteps && { sourceSteps }),
    optimizer: { kind: 'sgd', learningRate: 0 },
  });
  const { loss } = await trainer.step(coder.encode(examples));
  expect(whole.loss / loss).toBeCloseTo(1, 5);
  expect(inParts.loss / loss).toBeCloseTo(1, 5);
  expect([whole.count, inParts.count, whole.predictions.length]).toEqual([5, 5, 5]);
  expect(whole.metric?.value).toBeCloseTo(coder.measure(examples, whole.predictions), 10);
  expect(inParts.metric?.value).toBeCloseTo(whole.metric?.value ?? Number.NaN, 4);
  trainer.destroy();
  model.destroy();
});

it('a forecast of two is that of one, and that of one after it', async () => {
  const series = examplesOf.series as readonly Series[];
  const two = createCoder('series', series, { horizon: 2 }) as SeriesCoder;
  const model = createModel(device, two.modelOptions({ recurrent }));
  const forecasts = await forecast(model, two, series);
  const one = createCoder('series', series, { horizon: 1 }) as SeriesCoder;
  const shorter = series.map(({ kind, values }) => ({ kind, values: values.slice(0, -1) }));
  const first = await forecast(model, one, shorter);
  expect([...first]).toEqual([...forecasts.slice(0, 5)]);
  const continued = shorter.map(({ kind, values }, row) => ({ kind, values: [...values.slice(0, -1), first[row], 0] }));
  const second = await forecast(model, one, continued);
  for (const [row, value] of second.entries()) expect(value).toBeCloseTo(forecasts[5 + row], 4);
  // and one step is what the plain forward pass says
  const { input, lengths: ends } = two.encode(shorter);
  const { output } = await model.forward({ input, lengths: ends, batch: 5 });
  for (const [row, { values }] of shorter.entries()) expect(first[row]).toBeCloseTo(one.next(values[3], output[3 * 5 + row]), 4);
  model.destroy();
});

it('refuses no examples, and series of different lengths', async () => {
  const series = examplesOf.series as readonly Series[];
  const coder = createCoder('series', series, { horizon: 2 });
  const model = createModel(device, coder.modelOptions({ recurrent }));
  await expect(measure(model, coder, [])).rejects.toThrow('at least one example');
  await expect(measure(model, coder, [series[0], { kind: 'series', values: [1, 2, 3] }])).rejects.toThrow('equally long');
  model.destroy();
});
