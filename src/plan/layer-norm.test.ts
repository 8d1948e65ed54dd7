/** Layer-normalised plans are sound in every architecture and both forms of the kernels: bindings, memory, buffers; and one dispatch a sweep where it may be. */
import { describe, expect, it } from 'vitest';
import { type ModelOptions, modelSpec } from '../spec/model.ts';
import { type TrainOptions, trainSpec } from '../spec/train.ts';
import { cellNames, cells } from '../testing/models.ts';
import { expectSound } from '../testing/plans.ts';
import { planBeam } from './beam.ts';
import { planDecoding } from './decoding.ts';
import { planGeneration } from './generation.ts';
import { planInference } from './inference.ts';
import type { Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { type DispatchStep, dispatchesOf } from './step.ts';
import { planTraining } from './training.ts';

type Wired = Partial<Omit<ModelOptions, 'recurrent'>> & { readonly recurrent?: Partial<ModelOptions['recurrent']> };

const noise = { recurrentDropout: 0.2, zoneout: 0.1, dropout: 0.1 };
const tokens = { kind: 'tokens', vocabulary: 7 } as const;
const shapes: readonly (readonly [string, Wired, Partial<TrainOptions>])[] = [
  ['one-hot tokens, carried states', { recurrent: { layers: 2 } }, { stateful: true, accumulate: 2 }],
  ['all at once', { input: { ...tokens, embedding: 6 }, recurrent: { layers: 2, ...noise, initialState: 'learned' } }, { monitor: true }],
  ['both directions to one', { architecture: 'many-to-one', recurrent: { layers: 2, bidirectional: true, ...noise } }, {}],
  ['scheduled sampling', {}, { feedback: { kind: 'scheduled' } }],
  ['encoder-decoder', { architecture: 'encoder-decoder', attention: { kind: 'additive' }, recurrent: { ...noise } }, {}],
  [
    'input feeding',
    {
      architecture: 'encoder-decoder',
      input: { ...tokens, embedding: 6 },
      attention: { kind: 'additive', inputFeeding: true },
      recurrent: { layers: 2, ...noise },
    },
    {},
  ],
  [
    'free running',
    { input: { kind: 'vectors', size: 3 }, output: { kind: 'linear', classes: 3 }, recurrent: { layers: 2, initialState: 'learned' } },
    { feedback: { kind: 'free', given: 2 }, lengths: false },
  ],
  ['clips at every time step', { recurrent: { layers: 2, ...noise } }, { clip: { timeStepValue: 1, timeStepNorm: 2 }, monitor: true }],
  ['vector to many', { architecture: 'one-to-many', input: { kind: 'vectors', size: 5 } }, {}],
];

const dispatches = ({ steps }: Plan): readonly DispatchStep[] => dispatchesOf(steps);

describe.each(cellNames)('%s', (name) => {
  const specOf = ({ recurrent, ...rest }: Wired) =>
    modelSpec({
      input: tokens,
      output: { kind: 'softmax', classes: 7 },
      ...rest,
      recurrent: { ...cells[name], hiddenSize: 6, layerNorm: true, ...recurrent },
    });

  describe.each([
    { ...defaultProfile, kernel: 'step' },
    { ...defaultProfile, kernel: 'sequence' },
    { ...defaultProfile, kernel: 'sequence', software: false },
    { ...defaultProfile, kernel: 'sequence', subgroupSize: 4 },
  ] as AdapterProfile[])('$kernel kernels, software $software, lanes $subgroupSize', (profile) => {
    it.each(shapes)('%s', (_, wired, options) => {
      const spec = specOf(wired);
      const { plan } = planTraining(spec, trainSpec({ batch: 3, timeSteps: 5, ...options }), profile);
      expectSound(plan);
      const recurrent = dispatches(plan).filter(({ kernel }) => /^(sequence|gru-before-sequence)-|^step-forward/.test(kernel.name));
      expect(recurrent.map(({ label }) => label)).toEqual([]);
      expect(dispatches(plan).some(({ kernel }) => kernel.name === 'layer-norm-rows-backward')).toBe(true);
      expectSound(planInference(spec, { batch: 3, timeSteps: 5, stateful: false, withLoss: true, lengths: true }, profile).plan);
    });

    it('writes', () => {
      expectSound(planGeneration(specOf({}), 2, 3, profile).plan);
      const writer = specOf({ architecture: 'encoder-decoder', recurrent: { bidirectional: true } });
      expectSound(planDecoding(writer, { batch: 2, timeSteps: 4, sourceSteps: 3 }, profile).plan);
      const beam = planBeam(writer, { batch: 2, timeSteps: 4, sourceSteps: 3, beam: 3 }, profile).plan;
      expect(dispatches(beam).some(({ kernel }) => kernel.name === 'layer-norm-step-forward')).toBe(true);
    });
  });

  it('sweeps in one dispatch up to the widest layer that workgroup memory holds, and then in steps', () => {
    const kernelsOf = (hiddenSize: number): string[] => {
      const spec = specOf({ recurrent: { hiddenSize } });
      const { plan } = planTraining(spec, trainSpec({ batch: 64, timeSteps: 3 }), { ...defaultProfile, software: false });
      expectSound(plan);
      return dispatches(plan).map(({ kernel }) => kernel.name);
    };
    for (const hiddenSize of [64, 500, 512]) expect(kernelsOf(hiddenSize), `${hiddenSize} units`).toContain('layer-norm-sequence-backward');
    expect(kernelsOf(1030)).toContain('layer-norm-step-backward');
  });
});
