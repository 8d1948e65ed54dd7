/** One training step through plans of other profiles: cutting long dispatches changes no bit; a GPU's variants agree with a software adapter's. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readBuffers } from '../gpu/readback.ts';
import { createModel, requestDevice } from '../index.ts';
import { unpack } from '../plan/layout.ts';
import { type AdapterProfile, defaultProfile } from '../plan/profile.ts';
import { planTraining } from '../plan/training.ts';
import { type TrainOptions, trainSpec } from '../spec/train.ts';
import { differences, largestDifference, randomBatch, randomInput, watchErrors } from '../testing/gpu.ts';
import { type CellName, cellNames, cells, inputs, type SmallOptions, smallModel } from '../testing/models.ts';
import { writeBatch } from './batches.ts';
import { forward } from './forward.ts';
import { decodeMetrics, type StepMetrics } from './metrics.ts';
import { stateOf } from './model-state.ts';
import { createTrainingEngine, slotOf } from './training-engine.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

/** Everything three steps leave behind, under a profile. */
async function train(options: SmallOptions, extra: TrainOptions, profile: AdapterProfile) {
  const model = createModel(device, smallModel(options));
  const spec = trainSpec({ clip: { globalNorm: 0.5 }, ...extra });
  const training = planTraining(model.spec, spec, profile);
  const engine = await createTrainingEngine(stateOf(model), model.spec, spec, training);
  const metrics: StepMetrics[] = [];
  for (let step = 1; step <= 3; step++) {
    const window = writeBatch(model.spec, spec, training, engine.executor, engine.data, randomBatch(model, spec, step));
    const report = await engine.submit(window, step, { learningRate: 0.01, clip: spec.clip }, true);
    if (report) metrics.push(decodeMetrics(report.metrics, slotOf(step), step, spec));
  }
  const [bytes] = await readBuffers(device, [{ buffer: engine.gradients, size: training.layout.elements * 4 }]);
  const result = {
    metrics,
    gradients: unpack(training.layout, new Float32Array(bytes)),
    parameters: await model.parameters.read(),
    described: training.plan.describe(),
  };
  expect(engine.executor.dispatches).toBe(3 * result.described.dispatchesChunked);
  engine.destroy();
  model.destroy();
  return result;
}

const inputOf: Record<CellName, keyof typeof inputs> = {
  'rnn-tanh': 'one-hot',
  'rnn-relu': 'vectors',
  gru: 'embedding',
  'gru-before': 'one-hot',
  lstm: 'vectors',
};

/** The step kernels are short anyway: two of them stand for all. */
const cuts: { kernel: 'sequence' | 'step'; cell: CellName }[] = [
  ...cellNames.map((cell) => ({ kernel: 'sequence' as const, cell })),
  { kernel: 'step', cell: 'gru-before' },
  { kernel: 'step', cell: 'lstm' },
];

describe('a plan cut into small dispatches', () => {
  it.each(cuts)('gives the same bits: $cell, $kernel kernels', async ({ cell, kernel }) => {
    const options: SmallOptions = { input: inputs[inputOf[cell]], recurrent: { ...cells[cell], hiddenSize: 6 } };
    const sizes: TrainOptions = { batch: 2, timeSteps: 5, stateful: true };
    const whole = await train(options, sizes, { ...defaultProfile, kernel });
    // into as many parts as there are units of work, and into a few
    for (const flopPerMillisecond of [1e-3, 20]) {
      const cut = await train(options, sizes, { ...defaultProfile, kernel, flopPerMillisecond });
      expect(cut.described.dispatches).toBe(whole.described.dispatches);
      expect(cut.described.dispatchesChunked).toBeGreaterThan(whole.described.dispatchesChunked);
      expect(cut.metrics).toEqual(whole.metrics);
      expect(differences(cut.gradients, whole.gradients)).toEqual([]);
      expect(differences(cut.parameters, whole.parameters)).toEqual([]);
    }
  });
});

describe('a forward plan cut into small dispatches', () => {
  it.each(cellNames)('gives the same bits: %s', async (cell) => {
    const options = smallModel({ input: inputs[inputOf[cell]], recurrent: { ...cells[cell], hiddenSize: 6 } });
    const run = async (flopPerMillisecond: number) => {
      const model = createModel(device, options, { kernel: 'sequence' });
      const state = stateOf(model);
      const input = randomInput(model.spec, 10);
      const result = await forward(model, { ...state, profile: { ...state.profile, flopPerMillisecond } }, { input, batch: 2 });
      model.destroy();
      return result;
    };
    expect(await run(1e-3)).toEqual(await run(1e9));
  });
});

describe("a GPU's kernel variants", () => {
  const hardware: AdapterProfile = { ...defaultProfile, software: false, flopPerMillisecond: 1e8 };
  // 144 positions: enough that products are split; few rows, because many make the kernels long to compile
  const sizes: TrainOptions = { batch: 2, timeSteps: 72, optimizer: { kind: 'sgd', learningRate: 0.1 } };

  const tried = cellNames.map((cell) => ({ name: cell, cell, options: { input: inputs[inputOf[cell]] } }));
  // the split product of a weight that lies apart from its bias
  const tied = { name: 'gru, tied', cell: 'gru' as const, options: { input: inputs.embedding, tiedEmbeddings: true } };

  it.each([...tried, tied])("agree with a software adapter's: $name", async ({ cell, options: rest }) => {
    const options: SmallOptions = { ...rest, recurrent: { ...cells[cell], hiddenSize: 6 } };
    const kernel = cell === 'rnn-relu' || cell === 'gru' ? 'step' : 'sequence';
    const software = await train(options, sizes, { ...defaultProfile, kernel });
    const other = await train(options, sizes, { ...hardware, kernel });
    expect(other.described.kernels.some((name) => name.startsWith('sum-parts'))).toBe(true);
    for (const [index, { loss, gradientNorm }] of software.metrics.entries()) {
      expect(Math.abs(other.metrics[index].loss / loss - 1)).toBeLessThan(1e-5);
      expect(Math.abs(other.metrics[index].gradientNorm / gradientNorm - 1)).toBeLessThan(1e-4);
    }
    for (const [name, values] of software.gradients)
      expect(largestDifference(other.gradients.get(name) ?? [], values), name).toBeLessThan(1e-4);
    for (const [name, values] of software.parameters)
      expect(largestDifference(other.parameters.get(name) ?? [], values), name).toBeLessThan(1e-5);
  });
});
