import { describe, expect, it } from 'vitest';
import { inputs, smallSpec, variants } from '../testing/models.ts';
import { expectSound, plainPlan } from '../testing/plans.ts';
import { type InferenceOptions, LOSS_SLOTS, planInference } from './inference.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { dispatchesOf } from './step.ts';

const step: AdapterProfile = { ...defaultProfile, kernel: 'step' };
const options: InferenceOptions = { batch: 3, timeSteps: 4, stateful: false, withLoss: false };

describe('a forward plan', () => {
  it.each(variants)('needs gather, logits and two dispatches per layer: $cell, $input, $layers layers', ({ cell, input, layers, spec }) => {
    const projections = input === 'one-hot' ? layers - 1 : layers;
    const gather = input === 'vectors' ? 0 : 1;
    expect(planInference(spec, options).plan.describe().dispatches).toBe(gather + projections + layers + 1);
    const perStep = cell === 'gru-before' ? 2 : 1;
    expect(planInference(spec, options, step).plan.describe().dispatches).toBe(
      gather + projections + perStep * layers * options.timeSteps + 1,
    );
  });

  it.each(variants)('is sound and a pure function: $cell, $input, $layers layers', ({ spec }) => {
    for (const chosen of [
      options,
      { ...options, stateful: true, withLoss: true },
      { ...options, batch: 1, timeSteps: 1, stateful: true },
    ]) {
      const [first, second] = [1, 2].map(() => planInference(structuredClone(spec), { ...chosen }));
      expectSound(first.plan);
      expect(plainPlan(first.plan)).toEqual(plainPlan(second.plan));
    }
  });

  it('keeps outputs and states for the host, and no gradient', () => {
    const { plan, wiring } = planInference(smallSpec(), options);
    expect(wiring.head.logits.storage).toBe('kept');
    expect(wiring.layers.flatMap(({ states, cells }) => [states.storage, cells?.storage])).toEqual(['kept', 'kept']);
    expect(plan.steps.every((each) => each.kind !== 'dispatch' || ['gather', 'forward'].includes(each.phase))).toBe(true);
    expect(plan.describe().tensors.some(({ name }) => /gradient/i.test(name))).toBe(false);
  });

  it('carries states from run to run only if asked to', () => {
    const spec = smallSpec({ recurrent: { layers: 2 } });
    expect(planInference(spec, options).carried).toEqual([]);
    const { carried, plan } = planInference(spec, { ...options, stateful: true });
    expect(carried.map(({ h, c }) => [h.shape, c?.shape])).toEqual([
      [
        [1, 3, 4],
        [1, 3, 4],
      ],
      [
        [1, 3, 4],
        [1, 3, 4],
      ],
    ]);
    expect(plan.describe().copies).toBe(2 * 2 * 2);
  });
});

describe('an evaluation plan', () => {
  it('ends with one sum per window and leaves the logits as they are', () => {
    const { plan, sums, targets } = planInference(smallSpec(), { ...options, withLoss: true });
    expect(sums?.elements).toBe(LOSS_SLOTS);
    expect(targets).toBeUndefined();
    const dispatches = dispatchesOf(plan.steps);
    expect(dispatches.slice(-2).map(({ kernel }) => [kernel.name, kernel.variant])).toEqual([
      ['softmax-cross-entropy', 'loss'],
      ['loss-sum', 'plain'],
    ]);
  });

  it.each([
    ['softmax', 'u32', [1, 3]],
    ['sigmoid', 'f32', [1, 3, 4]],
    ['linear', 'f32', [1, 3, 4]],
  ] as const)('takes uploaded targets for many-to-one with %s outputs', (kind, type, shape) => {
    const spec = smallSpec({ architecture: 'many-to-one', input: inputs.vectors, output: { kind, classes: 3 } });
    const { plan, targets } = planInference(spec, { ...options, withLoss: true });
    expectSound(plan);
    expect([targets?.type, targets?.shape]).toEqual([type, shape]);
  });
});
