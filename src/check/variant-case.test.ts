/** Every kernel of every kind of plan has a case of its own variant, quick enough for the start of a program. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Kernel } from '../../shaders/kernel.ts';
import { planBeam } from '../plan/beam.ts';
import { planDecoding } from '../plan/decoding.ts';
import { planGeneration } from '../plan/generation.ts';
import { planInference } from '../plan/inference.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import { planTraining } from '../plan/training.ts';
import { type ModelOptions, modelSpec } from '../spec/model.ts';
import { type TrainOptions, trainSpec } from '../spec/train.ts';
import { cellNames, cells } from '../testing/models.ts';
import { kernelsOf } from '../train/self-test.ts';
import { kernelCases } from './cases.ts';
import { profiles, variantName } from './in-use.ts';
import { widen } from './kernel-case.ts';
import { caseOf } from './variant-case.ts';

const softmax = { kind: 'softmax', classes: 9 } as const;
const tokens = { kind: 'tokens', vocabulary: 9 } as const;

/** Models of every architecture, with what changes the kernels of each. */
const models: readonly ModelOptions[] = [
  ...cellNames.flatMap((cell): ModelOptions[] => [
    { input: tokens, recurrent: { ...cells[cell], hiddenSize: 40, layers: 2, recurrentDropout: 0.2, zoneout: 0.1 }, output: softmax },
    { input: { ...tokens, embedding: 8 }, recurrent: { ...cells[cell], hiddenSize: 128, dropout: 0.1, layers: 2 }, output: softmax },
    { input: tokens, recurrent: { ...cells[cell], hiddenSize: 40, layers: 2, zoneout: 0.1, layerNorm: true }, output: softmax },
    {
      architecture: 'many-to-one',
      input: { kind: 'vectors', size: 6 },
      recurrent: { ...cells[cell], hiddenSize: 130, layerNorm: true },
      output: { kind: 'linear', classes: 2 },
    },
    {
      architecture: 'many-to-one',
      input: { kind: 'vectors', size: 6 },
      recurrent: { ...cells[cell], hiddenSize: 12, bidirectional: true },
      output: { kind: 'linear', classes: 2 },
    },
    {
      architecture: 'encoder-decoder',
      input: tokens,
      recurrent: { ...cells[cell], hiddenSize: 16, bidirectional: cell === 'gru' },
      output: softmax,
      attention: { kind: cell === 'lstm' ? 'additive' : 'multiplicative' },
    },
  ]),
];
const trainings: readonly TrainOptions[] = [
  { batch: 16, timeSteps: 12, stateful: true, clip: { globalNorm: 1 } },
  { batch: 3, timeSteps: 5, accumulate: 2, optimizer: { kind: 'sgd', learningRate: 0.1 }, monitor: true, nonFinite: 'stop' },
  { batch: 5, timeSteps: 6, clip: { timeStepValue: 1, timeStepNorm: 2, tensorNorm: 3 } },
  { batch: 64, timeSteps: 40, optimizer: { kind: 'momentum', learningRate: 0.1 }, clip: { value: 1 }, lengths: true },
];

/** What is possible of all this. */
function everyKernel(profile: AdapterProfile): Kernel[] {
  const found: Kernel[] = [];
  for (const options of models) {
    const attempt = (plan: () => { readonly plan: Parameters<typeof kernelsOf>[0] }): void => {
      try {
        found.push(...kernelsOf(plan().plan));
      } catch (error) {
        // this architecture has no such plan
        if (!(error instanceof Error) || error.name !== 'InputError') throw error;
      }
    };
    const specOf = () => modelSpec(options);
    for (const training of trainings) attempt(() => planTraining(specOf(), trainSpec(training), profile));
    const sizes = { batch: 3, timeSteps: 7, sourceSteps: 7 };
    attempt(() => planInference(specOf(), { ...sizes, stateful: true, withLoss: true }, profile));
    if (options.architecture === 'encoder-decoder') {
      attempt(() => planDecoding(specOf(), sizes, profile));
      attempt(() => planBeam(specOf(), { ...sizes, beam: 3 }, profile));
    } else if (options.architecture === undefined) attempt(() => planGeneration(specOf(), 1, 2, profile));
  }
  return [...new Map(found.map((kernel) => [kernel.code, kernel])).values()];
}

describe.each(profiles.map((profile) => ({ profile, name: `${profile.software ? 'software' : 'GPU'}, lanes ${profile.subgroupSize}` })))(
  'the plans on $name',
  ({ profile }) => {
    let kernels: Kernel[];
    beforeAll(() => {
      kernels = everyKernel(profile);
    });

    it('use many kernels', () => {
      expect(new Set(kernels.map(({ name }) => name)).size).toBeGreaterThan(25);
    });

    it('have a case of each variant, the very WGSL where that is quick', async () => {
      const cases = await Promise.all(kernels.map(caseOf));
      const names = (list: readonly Kernel[]) => list.map(({ name, variant }) => `${name} ${variant}`);
      expect(names(cases.map(({ kernel }) => kernel))).toEqual(names(kernels));
      const tiled = kernels.filter(({ name }) => /^(step|sequence)-forward|^matmul|^weight-gradient/.test(name));
      const very = await Promise.all(tiled.map(async (kernel) => (await caseOf(kernel)).kernel.code === kernel.code));
      expect(very.filter((isVery) => isVery).length).toBeGreaterThan(0.9 * tiled.length);
    });
  },
);

// a case with both ends of a sweep leaves out what lies between them: a row that nobody wrote made NaN of all that came after it, on both sides
it.each(
  (['sequence', 'step'] as const).flatMap((kernel) =>
    [0, 0.1].flatMap((zoneout) => [false, true].map((layerNorm) => ({ kernel, zoneout, layerNorm }))),
  ),
)(
  'the reverse sweep of a watched LSTM is compared in numbers: $kernel, zoneout $zoneout, layer norm $layerNorm',
  async ({ kernel, ...rates }) => {
    const spec = modelSpec({ input: tokens, recurrent: { cell: 'lstm', hiddenSize: 8, ...rates }, output: softmax });
    const train = trainSpec({ batch: 2, timeSteps: 12, stateful: true, monitor: true });
    const sweeps = kernelsOf(planTraining(spec, train, { ...profiles[0], kernel }).plan).filter(({ name }) =>
      /(sequence|step)-backward/.test(name),
    );
    expect(sweeps.length).toBeGreaterThan(0);
    for (const { make } of await Promise.all(sweeps.map(caseOf))) {
      const { buffers, expected } = make();
      const { gates = [] } = expected(widen(buffers));
      expect(Array.from(gates).filter((value) => !Number.isFinite(value))).toEqual([]);
    }
  },
);

it('every variant of the table has a case of its own', async () => {
  const variants = [...new Map(kernelCases.map(({ kernel }) => [variantName(kernel), kernel])).values()];
  const cases = await Promise.all(variants.map(caseOf));
  expect(cases.map(({ kernel }) => variantName(kernel))).toEqual(variants.map(variantName));
});
