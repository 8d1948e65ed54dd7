/** Recurrent dropout and zoneout reach every recurrent kernel of a plan, whatever the architecture, and only those. */
import { describe, expect, it } from 'vitest';
import { cellOptions } from '../check/in-use.ts';
import { type ModelOptions, modelSpec } from '../spec/model.ts';
import { type TrainOptions, trainSpec } from '../spec/train.ts';
import { planInference } from './inference.ts';
import { defaultProfile } from './profile.ts';
import { type DispatchStep, dispatchesOf } from './step.ts';
import { planTraining } from './training.ts';

const isRecurrent = ({ kernel }: DispatchStep): boolean => /^(sequence|step|gru-before)-/.test(kernel.name);
const drawn = { recurrentDropout: 0.25, zoneout: 0.125 };

type Wired = Pick<ModelOptions, 'architecture' | 'attention'> & { readonly bidirectional?: boolean };

function specOf(cell: (typeof cellOptions)[number], { bidirectional, ...wired }: Wired, noise: object) {
  const input = { kind: 'tokens', vocabulary: 7 } as const;
  return modelSpec({
    ...wired,
    input,
    recurrent: { ...cell, hiddenSize: 4, bidirectional, ...noise },
    output: { kind: 'softmax', classes: 7 },
  });
}

const architectures: readonly (readonly [string, Wired, Partial<TrainOptions>])[] = [
  ['many-to-many', { architecture: 'many-to-many' }, { accumulate: 2 }],
  ['many-to-one in both directions', { architecture: 'many-to-one', bidirectional: true }, {}],
  ['encoder-decoder with attention', { architecture: 'encoder-decoder', attention: { kind: 'additive' } }, {}],
];

describe.each(['step', 'sequence'] as const)('with %s kernels', (kernel) => {
  const profile = { ...defaultProfile, kernel };

  describe.each(architectures)('%s', (_, wired, options) => {
    const train = trainSpec({ batch: 3, timeSteps: 4, ...options });
    const dispatches = (cell: (typeof cellOptions)[number], noise: object): readonly DispatchStep[] =>
      dispatchesOf(planTraining(specOf(cell, wired, noise), train, profile).plan.steps);

    it.each(cellOptions)('training draws in every recurrent kernel: $cell $reset', (cell) => {
      const recurrent = dispatches(cell, drawn).filter(isRecurrent);
      expect(recurrent.length).toBeGreaterThan(0);
      expect(recurrent.filter(({ kernel: { variant } }) => !variant.includes('recurrent-dropout'))).toEqual([]);
      // half a step of the GRU with reset before has no state
      const whole = recurrent.filter(({ kernel: { name } }) => !name.startsWith('gru-before-gates'));
      expect(whole.filter(({ kernel: { variant } }) => !variant.includes('zoneout'))).toEqual([]);
      expect(recurrent.every(({ kernel: { variant } }) => !variant.includes('expected'))).toBe(true);
    });

    it('costs one dispatch per layer and direction with step kernels, none with sequence kernels', () => {
      const [some, none] = [dispatches({ cell: 'lstm' }, drawn), dispatches({ cell: 'lstm' }, {})];
      const masks = some.filter(({ kernel: { name } }) => name === 'mask-states').length;
      expect(some.length - none.length).toBe(masks);
      expect(masks > 0).toBe(kernel === 'step');
    });

    it('draws other noise for each micro-batch, layer, direction and stack', () => {
      const forward = dispatches({ cell: 'gru' }, drawn).filter(
        ({ kernel: { name } }) => name === 'sequence-forward' || name === 'mask-states',
      );
      const places = forward.map(({ values }) => `${values.control} ${values.layer}`);
      expect(new Set(places).size).toBe(places.length);
    });
  });

  it('outside of training zoneout takes its expectation, and nothing is dropped', () => {
    const options = { batch: 3, timeSteps: 4, stateful: false, withLoss: false };
    for (const cell of cellOptions) {
      const { plan } = planInference(specOf(cell, { architecture: 'many-to-many' }, drawn), options, profile);
      const variants = dispatchesOf(plan.steps)
        .filter(isRecurrent)
        .map(({ kernel: { variant } }) => variant);
      expect(variants.some((variant) => variant.includes('zoneout-expected'))).toBe(true);
      expect(variants.some((variant) => variant.includes('recurrent-dropout'))).toBe(false);
    }
  });

  it('reads c of the LSTM with a rate of its own', () => {
    const spec = specOf({ cell: 'lstm' }, { architecture: 'many-to-many' }, { zoneoutCell: 0.5 });
    const { plan } = planTraining(spec, trainSpec({ batch: 3, timeSteps: 4 }), profile);
    const rates = dispatchesOf(plan.steps)
      .filter(isRecurrent)
      .map(({ values }) => [values.zoneout, values.zoneoutCell]);
    // f32 bits of 0 and of 0.5
    expect(new Set(rates.map(String))).toEqual(new Set(['0,1056964608']));
  });
});
