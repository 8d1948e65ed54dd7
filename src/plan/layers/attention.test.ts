import { describe, expect, it } from 'vitest';
import { type AttentionChainOptions, createAttentionChain } from '../../reference/attention-chain.ts';
import { attentionPlan } from '../../testing/attention.ts';
import { expectSound, plainPlan } from '../../testing/plans.ts';
import { createPlanBuilder } from '../builder.ts';
import { type AdapterProfile, defaultProfile } from '../profile.ts';
import { type AttentionOptions, attentionLayer } from './attention.ts';

const hardware: AdapterProfile = { ...defaultProfile, software: false, flopPerMillisecond: 1e8 };
const additive: AttentionChainOptions = {
  kind: 'additive',
  scale: 1,
  targetSteps: 4,
  sourceSteps: 5,
  lengths: [2, 5, 1],
  attention: 5,
  values: 6,
  hidden: 3,
  blocks: 1,
};
const multiplicative: AttentionChainOptions = { ...additive, kind: 'multiplicative', blocks: 2 };
const cases = [
  { name: 'additive on software', options: additive, profile: defaultProfile },
  { name: 'additive on a GPU', options: additive, profile: hardware },
  { name: 'multiplicative on software', options: multiplicative, profile: defaultProfile },
  { name: 'multiplicative on a GPU', options: multiplicative, profile: hardware },
];

describe('a plan of attention', () => {
  it.each(cases)('is sound and a pure function: $name', ({ options, profile }) => {
    for (const variety of [{}, { stepsAtOnce: 1 }, { stepsAtOnce: 3, accumulate: true }]) {
      const [first, second] = [1, 2].map(() => attentionPlan(createAttentionChain(options), profile, variety).plan);
      expectSound(first);
      expect(plainPlan(first)).toEqual(plainPlan(second));
    }
  });

  it.each([
    // queries, attention, join, combine, output; and keys. Then 4 of combine, 3 of the scores, 2 of the query; 2 of the key and v
    { options: additive, forward: 6, backward: 12 },
    { options: multiplicative, forward: 5, backward: 9 },
  ])('needs $forward and $backward dispatches: $options.kind', ({ options, forward, backward }) => {
    const { plan } = attentionPlan(createAttentionChain(options), defaultProfile);
    const count = (phase: string) => plan.steps.filter((step) => step.kind === 'dispatch' && step.phase === phase).length;
    expect([count('forward'), count('backward')]).toEqual([forward, backward]);
  });

  it('cuts long dispatches by the work budget', () => {
    const slow = { ...defaultProfile, flopPerMillisecond: 20 };
    const { dispatches, dispatchesChunked } = attentionPlan(createAttentionChain(additive), slow).plan.describe();
    expect(dispatchesChunked).toBeGreaterThan(dispatches);
  });

  it('splits sums over many positions on a GPU, and leaves the padding rows of the score weight alone', () => {
    const long = { ...additive, targetSteps: 100, sourceSteps: 100, lengths: [100, 7, 1] };
    const { plan, layout } = attentionPlan(createAttentionChain(long), hardware);
    expectSound(plan);
    const sums = plan.steps.flatMap((step) => (step.kind === 'dispatch' && step.kernel.name === 'sum-parts' ? [step] : []));
    const score = sums.find(({ label }) => label.startsWith('gradient_attention score'));
    expect(score?.values.out).toBe(layout.at('attention.score.weight').offset);
    expect(score?.tensors[0].shape[1]).toBe(layout.at('attention.score.weight').columns);
  });

  it('keeps the alignment for the host', () => {
    const { attention } = attentionPlan(createAttentionChain(additive), defaultProfile);
    expect(attention.alignment.storage).toBe('kept');
    expect(attention.alignment.shape).toEqual([4, 3, 8]);
  });
});

describe('the columns of attention.combine.weight', () => {
  const columnsOf = (options: AttentionChainOptions) =>
    attentionPlan(createAttentionChain(options), defaultProfile).attention.joinedColumns;

  it('are those of the parameter, without padding in between', () => {
    expect(columnsOf(additive)).toEqual({ context: 6, state: 3, blocks: 1 });
    expect(columnsOf(multiplicative)).toEqual({ context: 6, state: 3, blocks: 2 });
  });

  it('are padded where the layout pads each block', () => {
    const { attention } = attentionPlan(createAttentionChain({ ...additive, values: 3, hidden: 3 }), defaultProfile);
    const { parameters } = attention;
    const combine = { ...parameters.combine, columns: 8, parameter: { ...parameters.combine.parameter, columnBlocks: 2 } };
    const again = attentionLayer(createPlanBuilder(defaultProfile), { ...attention, parameters: { ...parameters, combine } });
    expect(again.joinedColumns).toEqual({ context: 4, state: 4, blocks: 1 });
  });
});

describe('attention refuses', () => {
  const { attention } = attentionPlan(createAttentionChain(additive), defaultProfile);
  const { parameters, states, source } = attention;
  const wrong: readonly [string, Partial<AttentionOptions>, RegExp][] = [
    ['a key weight of multiplicative attention', { kind: 'multiplicative' }, /multiplicative attention must have key and score weights/],
    ['no score weight', { parameters: { ...parameters, score: undefined } }, /additive attention must have .* got a key and no score/],
    ['states of another width', { states: { ...states, columns: 8 } }, /columns of attention.query.weight must be 8, got 4/],
    ['a source of another width', { source: { ...source, columns: 12 } }, /width of the keys must be 12, got 8/],
    [
      'blocks that do not fit',
      { source: { ...source, blocks: 3 } },
      /columns of the context in attention.combine.weight must be 8, got 12/,
    ],
  ];
  it.each(wrong)('%s', (_, change, message) => {
    expect(() => attentionLayer(createPlanBuilder(defaultProfile), { ...attention, ...change })).toThrow(message);
  });
});
