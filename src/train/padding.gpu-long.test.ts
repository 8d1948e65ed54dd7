/** How far a batch is padded changes nothing: the same examples in a plan of 6 and of 9 time steps, whatever lies past their ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, type Model, type ModelOptions, requestDevice } from '../index.ts';
import { largestDifference, randomBatch, watchErrors } from '../testing/gpu.ts';
import { type CellName, cellNames, cells, inputs, type SmallOptions, smallModel } from '../testing/models.ts';
import type { Batch } from './batches.ts';

const [short, long] = [6, 9];
const batch = 3;
const lengths = [6, 2, 4];
/** A longer plan may divide its sums otherwise: f32 rounds each of some dozen terms to 6e-8. */
const tolerance = 1e-6;

const two = { hiddenSize: [3, 2] };
const forms: Record<string, SmallOptions> = {
  'an output per time step': { input: inputs.vectors, recurrent: two },
  'numbers per time step, of two directions, with dropout': {
    input: inputs.embedding,
    recurrent: { ...two, bidirectional: true, dropout: 0.25 },
    output: { kind: 'linear', classes: 3 },
  },
  'the last output': { architecture: 'many-to-one' },
  'the ends of both directions': { architecture: 'many-to-one', input: inputs.vectors, recurrent: { bidirectional: true } },
  'the mean of two directions': { architecture: 'many-to-one', pooling: 'mean', recurrent: { bidirectional: true } },
  'the maximum': { architecture: 'many-to-one', pooling: 'max', input: inputs.embedding },
};

const optionsOf = (cell: CellName, form: string): ModelOptions =>
  smallModel({ ...forms[form], recurrent: { ...cells[cell], ...forms[form].recurrent } });

let device: GPUDevice;
let errors: string[];
let largest = 0;

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterAll(() => {
  expect(errors).toEqual([]);
  device.destroy();
  console.log(`padding: largest difference ${largest.toExponential(1)} of ${tolerance}`);
});

describe.each(['step', 'sequence'] as const)('with %s kernels', (kernel) => {
  describe.each(cellNames)('%s', (cell) => {
    it.each(Object.keys(forms))('%s', async (form) => {
      const options = optionsOf(cell, form);
      expectSame(await run(options, long, lengths), await run(options, short, lengths));
    });

    it("rows that all have the short plan's time steps need not say so", async () => {
      const options = optionsOf(cell, 'the ends of both directions');
      const whole = await run(options, short);
      const padded = await run(options, long, [short, short, short]);
      expectSame(padded, whole);
      const other = await run(options, long, lengths);
      expect(other.loss).not.toBe(padded.loss);
    });
  });

  async function run(options: ModelOptions, timeSteps: number, ends?: readonly number[]) {
    const model = createModel(device, options);
    const trainer = createTrainer(model, { batch, timeSteps, kernel, optimizer: { kind: 'sgd', learningRate: 0 } });
    try {
      const { input, target } = examples(model, timeSteps, ends);
      const { loss, gradientNorm } = await trainer.step({ input, target, lengths: ends });
      const { output, finalState } = await model.forward({ input, batch, lengths: ends, kernel });
      const gradients = await trainer.gradients.read();
      return { loss, gradientNorm, gradients, output, finalState };
    } finally {
      trainer.destroy();
      model.destroy();
    }
  }
});

/** The same rows for every number of time steps, and other numbers, larger ones where they are no ids, past their ends. */
function examples({ spec }: Model, timeSteps: number, ends: readonly number[] = [short, short, short]): Batch {
  const [real, filler] = [1, timeSteps].map((seed) => randomBatch({ spec } as Model, { batch, accumulate: 1, timeSteps: long }, seed));
  const cut = <Values extends Batch['input']>(values: Values, others: Values, steps: number): Values => {
    const width = values.length / (steps * batch);
    const scale = values instanceof Float32Array ? 50 : 1;
    const kept = values.map((value, i) => {
      const position = Math.floor(i / width);
      return steps === 1 || Math.floor(position / batch) < ends[position % batch] ? value : scale * others[i];
    });
    return (steps === 1 ? kept : kept.slice(0, timeSteps * batch * width)) as Values;
  };
  const targetSteps = spec.architecture === 'many-to-one' ? 1 : long;
  return { input: cut(real.input, filler.input, long), target: cut(real.target, filler.target, targetSteps) };
}

type Result = Awaited<ReturnType<Model['forward']>> & { loss: number; gradientNorm: number; gradients: Map<string, Float32Array> };

function expectSame(actual: Result, expected: Result): void {
  const close = (what: string, got: ArrayLike<number>, wanted: ArrayLike<number>): void => {
    const difference = largestDifference(got, wanted);
    expect(difference, what).toBeLessThan(tolerance);
    largest = Math.max(largest, difference);
  };
  close('loss', [actual.loss], [expected.loss]);
  close('gradientNorm', [actual.gradientNorm], [expected.gradientNorm]);
  expect([...actual.gradients.keys()]).toEqual([...expected.gradients.keys()]);
  for (const [name, gradient] of expected.gradients) {
    expect(Math.max(...gradient.map(Math.abs)), `gradient of ${name}`).toBeGreaterThan(0);
    close(`gradient of ${name}`, actual.gradients.get(name) ?? [], gradient);
  }
  close('output', actual.output.subarray(0, expected.output.length), expected.output);
  expect(actual.output.subarray(expected.output.length).every((value) => value === 0)).toBe(true);
  for (const [layer, { h, c }] of expected.finalState.entries()) {
    close(`h of layer ${layer}`, actual.finalState[layer].h, h);
    if (c) close(`c of layer ${layer}`, actual.finalState[layer].c ?? [], c);
  }
}
