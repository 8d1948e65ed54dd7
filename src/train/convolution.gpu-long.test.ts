import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, type ModelOptions, requestDevice } from '../index.ts';
import contents from './fixtures/convolution.json';

/** Captions of images against torch.nn.functional.conv2d, nn.LSTM and nn.GRU in Float64 (scripts/fixtures/make-convolution.py). */

interface Case {
  name: string;
  model: ModelOptions;
  batch: { input: number[]; target: number[] };
  timeSteps: number;
  parameters: Record<string, number[]>;
  output: number[];
  loss: number;
  gradients: Record<string, number[]>;
}

const { cases } = contents as unknown as { cases: Case[] };
const batch = 3;

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

/** The largest difference, as a share of the largest expected number. */
function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, index) => Math.abs(actual[index] - value))) / largest;
}

describe.each(cases)('$name', ({ model: options, batch: given, timeSteps, parameters, output, loss, gradients }) => {
  const examples = { input: Float32Array.from(given.input), target: Int32Array.from(given.target) };
  const tensors = new Map(Object.entries(parameters).map(([name, values]) => [name, Float32Array.from(values)]));

  it.each(['step', 'sequence'] as const)('%s kernels: outputs, loss and every gradient are those of PyTorch', async (kernel) => {
    const model = createModel(device, options, { kernel });
    expect(new Set((await model.parameters.read()).keys())).toEqual(new Set(Object.keys(parameters)));
    await model.parameters.write(tensors);
    const { output: told } = await model.forward({ ...examples, batch });
    // past the end of a row nobody asks for an output
    const counts = (_: number, place: number): boolean => given.target[Math.floor(place / options.output.classes)] >= 0;
    expect(distance(told.filter(counts), output.filter(counts))).toBeLessThan(1e-5);
    const trainer = createTrainer(model, { batch, timeSteps, optimizer: { kind: 'sgd', learningRate: 0 }, kernel });
    const step = await trainer.step(examples);
    expect(Math.abs(step.loss - loss)).toBeLessThan(1e-5);
    const found = await trainer.gradients.read();
    for (const [name, expected] of Object.entries(gradients)) {
      expect(distance(found.get(name) ?? [], expected), name).toBeLessThan(1e-4);
    }
    trainer.destroy();
    model.destroy();
  });
});
