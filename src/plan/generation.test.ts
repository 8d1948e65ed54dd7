import { describe, expect, it } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { inputs, smallSpec, variants } from '../testing/models.ts';
import { expectSound, plainPlan } from '../testing/plans.ts';
import { planGeneration } from './generation.ts';
import { defaultProfile } from './profile.ts';

const tokenVariants = variants.filter(({ input }) => input !== 'vectors');

describe('a generation plan', () => {
  it.each(tokenVariants)(
    'runs every layer, the head and the draw once per token: $cell, $input, $layers layers',
    ({ cell, input, layers, spec }) => {
      const perLayer = cell === 'gru-before' ? 2 : 1;
      const projections = input === 'one-hot' ? layers - 1 : layers;
      const perToken = (input === 'embedding' ? 1 : 0) + projections + perLayer * layers + 2;
      expect(planGeneration(spec, 1, 5).plan.describe().dispatches).toBe(5 * perToken);
    },
  );

  it.each(tokenVariants)('is sound and a pure function: $cell, $input, $layers layers', ({ spec }) => {
    const [first, second] = [1, 2].map(() => planGeneration(structuredClone(spec), 2, 3));
    expectSound(first.plan);
    expect(plainPlan(first.plan)).toEqual(plainPlan(second.plan));
  });

  it('draws from the logits of one token at a time, each token after the one before', () => {
    const { steps } = planGeneration(smallSpec({ recurrent: { layers: 2 } }), 1, 3).plan;
    const draws = steps.filter((each) => each.kind === 'dispatch' && each.phase === 'sample');
    expect(draws.map((each) => each.kind === 'dispatch' && each.values.time)).toEqual([0, 1, 2]);
    const times = steps.flatMap((each) => /t=(\d+)/.exec(each.label)?.[1] ?? []).map(Number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('costs the same per token, however long the window', () => {
    const [short, long] = [4, 16].map((timeSteps) => planGeneration(smallSpec(), 1, timeSteps).plan.describe());
    expect(long.dispatches / 16).toBe(short.dispatches / 4);
    expect(long.flop / 16).toBeCloseTo(short.flop / 4, 6);
    expect(long.copies).toBe(short.copies);
  });

  it('does not depend on the kernel that training uses', () => {
    const plans = (['auto', 'sequence', 'step'] as const).map(
      (kernel) => planGeneration(smallSpec(), 1, 4, { ...defaultProfile, kernel }).plan,
    );
    expect(new Set(plans.map((plan) => plan.print())).size).toBe(1);
  });

  it('wants tokens in and a softmax at every step', () => {
    const wants = 'generation must have tokens in and a softmax at every step, got';
    expect(() => planGeneration(smallSpec({ input: inputs.vectors }), 1, 4)).toThrow(
      new InputError(`${wants} input 'vectors', output 'softmax', architecture 'many-to-many'`),
    );
    expect(() => planGeneration(smallSpec({ output: { kind: 'linear', classes: 7 } }), 1, 4)).toThrow(InputError);
    expect(() => planGeneration(smallSpec({ architecture: 'many-to-one' }), 1, 4)).toThrow(InputError);
    expect(() => planGeneration(smallSpec({ output: { kind: 'softmax', classes: 8 } }), 1, 4)).toThrow(
      new InputError('generation must feed every class back as one of 7 tokens, got 8 classes'),
    );
  });
});
