import { describe, expect, it, vi } from 'vitest';
import type { Kernel } from '../../shaders/kernel.ts';
import { defaultProfile } from '../plan/profile.ts';
import { planTraining } from '../plan/training.ts';
import { modelSpec } from '../spec/model.ts';
import { trainSpec } from '../spec/train.ts';
import { createTester, type KernelVerdict, kernelsOf, planTested, SelfTestError, withRefusals } from './self-test.ts';

const adapterInfo = { vendor: 'acme', architecture: 'nine', device: '', description: 'Acme 9' };
const someDevice = (): GPUDevice => ({ adapterInfo }) as unknown as GPUDevice;
const spec = modelSpec({
  input: { kind: 'tokens', vocabulary: 8 },
  recurrent: { cell: 'lstm', hiddenSize: 16 },
  output: { kind: 'softmax', classes: 8 },
});
const train = trainSpec({ batch: 4, timeSteps: 6 });

/** A device on which the kernels of these names and variants are wrong, and how often it was asked. */
function deviceWithout(wrong: (kernel: Kernel) => boolean) {
  const device = someDevice();
  const planOn = () => planTraining(spec, train, withRefusals(device, { ...defaultProfile, subgroupSize: 4 }));
  const test = vi.fn(async (kernels: readonly Kernel[]) =>
    kernels.map(
      (kernel): KernelVerdict => ({
        kernel: kernel.name,
        variant: kernel.variant,
        largestError: wrong(kernel) ? 0.5 : 1e-7,
        tolerance: 1e-5,
        ok: !wrong(kernel),
        worst: 'states[3] got 1, wants 2',
        known: false,
      }),
    ),
  );
  return { device, planOn, test, tested: () => planTested(device, planOn(), planOn, test) };
}

const namesOf = (kernels: readonly Kernel[]): string[] => kernels.map(({ name, variant }) => `${name} ${variant}`);

describe('a plan', () => {
  it('stays as it is where every kernel is right, each tested once', async () => {
    const { tested, planOn, test } = deviceWithout(() => false);
    const { made, replaced, verdicts } = await tested();
    expect(made.plan.print()).toBe(planOn().plan.print());
    expect(replaced).toEqual([]);
    expect(test).toHaveBeenCalledTimes(1);
    expect(verdicts).toHaveLength(kernelsOf(made.plan).length);
  });

  it('has no kernel that is wrong, but another for the same work, and says so', async () => {
    const { tested, planOn } = deviceWithout(({ name }) => name === 'sequence-forward');
    const before = planOn();
    const { made, replaced } = await tested();
    expect(namesOf(kernelsOf(before.plan)).join()).toContain('sequence-forward');
    expect(namesOf(kernelsOf(made.plan)).filter((name) => name.startsWith('sequence'))).toEqual([]);
    expect(replaced[0]).toMatchObject({
      kernel: 'sequence-forward',
      ok: false,
      by: [expect.stringMatching(/^step-forward \(lstm tokens/)],
    });
    expect(replaced[0].sentence).toMatch(
      /^kernel sequence-forward \(lstm .*\) must be right on acme nine, Acme 9, got an error of 5.0e-1 where 1.0e-5 is allowed \(states\[3\] got 1, wants 2\): step-forward \(.*\) is used instead$/,
    );
  });

  it('has another tile where only one is wrong', async () => {
    const { tested, planOn } = deviceWithout(({ name, variant }) => name === 'weight-gradient' && variant.endsWith('lanes'));
    expect(namesOf(kernelsOf(planOn().plan)).join()).toMatch(/weight-gradient lstm \w+ lanes/);
    const { made } = await tested();
    expect(namesOf(kernelsOf(made.plan)).join()).toMatch(/weight-gradient lstm \w+/);
    expect(namesOf(kernelsOf(made.plan)).join()).not.toMatch(/weight-gradient lstm \w+ lanes/);
  });

  it('is refused where the only kernel for its work is wrong, or each of them', async () => {
    const only = deviceWithout(({ name }) => name === 'update');
    await expect(only.tested()).rejects.toThrow(SelfTestError);
    await expect(only.tested()).rejects.toThrow(
      /^kernel update \(adam\) must be right on acme nine, Acme 9, got .*, and there is no other for its work: /,
    );
    await expect(deviceWithout(({ name }) => name === 'matmul').tested()).rejects.toThrow(/^kernel matmul/);
    await expect(deviceWithout(({ name }) => /-backward/.test(name)).tested()).rejects.toThrow(/^kernel (step|sequence)-backward/);
  });

  it('knows from then on what is wrong on the device', async () => {
    const { tested, planOn, test } = deviceWithout(({ name }) => name === 'sequence-backward');
    const { made } = await tested();
    test.mockClear();
    expect(planOn().plan.print()).toBe(made.plan.print());
    expect((await tested()).replaced).toEqual([]);
    expect(test).toHaveBeenCalledTimes(1);
    expect(withRefusals(someDevice(), defaultProfile)).toBe(defaultProfile);
  });
});

it('without a self-test the plan is used as it is', async () => {
  const plan = planTraining(spec, train, defaultProfile);
  const tester = createTester(someDevice(), { mode: false });
  expect(await tester.planTested(plan, () => plan)).toBe(plan);
  expect(tester.result).toEqual({ verdicts: [], replaced: [] });
});
