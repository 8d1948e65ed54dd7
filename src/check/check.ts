/** What `retrograde check` runs: the kernels of an adapter against their twins, then whole models against their losses, their twins and themselves. */
import type { Kernel } from '../../shaders/kernel.ts';
import { profileOf } from '../gpu/device.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import { InputError } from '../spec/input-error.ts';
import { type KernelVerdict, planTested, type Replacement, SelfTestError, withRefusals } from '../train/self-test.ts';
import { kernelCases } from './cases.ts';
import { plantFaultOn } from './fault.ts';
import { checkGradients } from './gradient-check.ts';
import { cellOptions, defaultPlans, variantName, variantsInUse } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';
import type { CaseResult } from './run-case.ts';
import { resultOf } from './self-test.ts';
import { worstOf } from './tolerance.ts';
import { checkOverTime, checkRepeats } from './training-check.ts';
import { caseOf } from './variant-case.ts';

/** One kernel variant (or one model's gradients): the case that came nearest to its tolerance, or went furthest beyond. */
export type CheckResult = CaseResult;

export interface CheckOptions {
  /** Every case of every kernel. Default: one shape of each variant that default models of each cell use on this adapter. */
  readonly full?: boolean;
  /** Default: the device's own. */
  readonly profile?: AdapterProfile;
  /** Name of a kernel that gets a fault on purpose, to see that the check finds it. */
  readonly fault?: string;
  /** Called for each variant that is wrong and that default models then go on without. */
  readonly onReplaced?: (replacement: Replacement) => void;
}

/** Results that are computed ahead of the one that is waited for, so that pipelines compile on every core. */
const ahead = 4;

/**
 * Checks one variant after the other; each result comes when it is known. A kernel that does not even compile is a result too, not an exception.
 * Variants that take the place of wrong ones follow, then models that go on with them: each cell's gradient along its slope, against its twin over 200 time
 * steps, and a training that is repeated bit for bit.
 *
 * @throws InputError if `fault` names no kernel.
 */
export async function* checkKernels(
  device: GPUDevice,
  { full = false, profile = profileOf(device), fault, onReplaced = () => undefined }: CheckOptions = {},
): AsyncGenerator<CheckResult, void, void> {
  const names = new Set(kernelCases.map(({ kernel }) => kernel.name));
  if (fault !== undefined && !names.has(fault)) throw new InputError(`fault must be one of ${[...names].join(', ')}, got ${fault}`);
  if (fault !== undefined) plantFaultOn(device, fault);
  try {
    const variants = byVariant(full ? kernelCases.filter(runsOn(device)) : defaultCases(profile, fault));
    const unknown = [...variantsInUse(profile)].filter((name) => !kernelCases.some(({ kernel }) => variantName(kernel) === name));
    if (unknown.length > 0) throw new Error(`every kernel variant in use must have a case, got none for ${unknown.join(', ')}`);
    const found = new Map<string, CheckResult>();
    for await (const result of inParallel([...variants.values()].map((cases) => () => checkVariant(device, cases)))) {
      found.set(variantName({ name: result.kernel, variant: result.variant }), result);
      yield result;
    }
    const isWrong = [...found.values()].some(({ ok }) => !ok);
    if (isWrong) yield* replace(device, profile, found, onReplaced);
    // where a kernel is wrong, what is left of the two kinds
    const kernels = full && !isWrong ? (['sequence', 'step'] as const) : (['auto'] as const);
    const chosen = withRefusals(device, profile);
    yield* inParallel(
      cellOptions.flatMap((cell) => [
        () => checkGradients(device, cell),
        ...kernels.map((kernel) => () => checkOverTime(device, cell, { ...chosen, kernel })),
        () => checkRepeats(device, cell, full),
      ]),
    );
  } finally {
    if (fault !== undefined) plantFaultOn(device, undefined);
  }
}

async function* inParallel(work: readonly (() => Promise<CheckResult>)[]): AsyncGenerator<CheckResult, void, void> {
  const running: Promise<CheckResult>[] = [];
  for (const start of work) {
    running.push(start());
    if (running.length > ahead) yield await (running.shift() as Promise<CheckResult>);
  }
  for (const result of running) yield await result;
}

/** Plans default models without what is wrong; gives the results of what they use instead. */
async function* replace(
  device: GPUDevice,
  profile: AdapterProfile,
  found: Map<string, CheckResult>,
  onReplaced: (replacement: Replacement) => void,
): AsyncGenerator<CheckResult, void, void> {
  const replaced = new Set<string>();
  for (const planOn of cellOptions.flatMap(defaultPlans)) {
    const results: CheckResult[] = [];
    const test = async (kernels: readonly Kernel[]): Promise<KernelVerdict[]> => {
      const verdicts: KernelVerdict[] = [];
      for (const kernel of kernels) {
        const known = found.get(variantName(kernel));
        const result = known ?? { ...(await checkVariant(device, [await plainest(kernel)])), variant: kernel.variant };
        if (!known) results.push(result);
        found.set(variantName(kernel), result);
        verdicts.push({ ...result, known: known !== undefined });
      }
      return verdicts;
    };
    const again = () => planOn(withRefusals(device, profile));
    const tested = await planTested(device, planOn(profile), again, test).catch((error: unknown) => {
      // what is wrong has been said; nothing can take its place
      if (!(error instanceof SelfTestError)) throw error;
    });
    yield* results;
    for (const replacement of tested?.replaced ?? []) {
      const name = variantName({ name: replacement.kernel, variant: replacement.variant });
      if (!replaced.has(name)) onReplaced(replacement);
      replaced.add(name);
    }
  }
}

async function plainest(kernel: Kernel): Promise<KernelCase> {
  const same = kernelCases.filter((tested) => variantName(tested.kernel) === variantName(kernel));
  return same.length === 0
    ? caseOf(kernel)
    : same.reduce((short, next) => (next.kernel.code.length < short.kernel.code.length ? next : short));
}

/** Kernels with lanes are only chosen where WGSL has subgroups, several beside each other where they have bindings enough; elsewhere they do not compile. */
const runsOn =
  (device: GPUDevice) =>
  ({ kernel }: KernelCase): boolean =>
    kernel.bindings.length <= device.limits.maxStorageBuffersPerShaderStage &&
    (device.features.has('subgroups') || !kernel.code.includes('enable subgroups;'));

/** One shape of each variant in use, and of the kernel that has a fault. */
function defaultCases(profile: AdapterProfile, fault: string | undefined): readonly KernelCase[] {
  const inUse = variantsInUse(profile);
  const shapes = new Map<string, string>();
  return kernelCases.filter(({ kernel }) => {
    const name = variantName(kernel);
    if (!inUse.has(name) && kernel.name !== fault) return false;
    const { code } = kernel;
    if (!shapes.has(name)) shapes.set(name, code);
    return shapes.get(name) === code;
  });
}

function byVariant(cases: readonly KernelCase[]): ReadonlyMap<string, readonly KernelCase[]> {
  const groups = new Map<string, KernelCase[]>();
  for (const tested of cases) {
    const name = variantName(tested.kernel);
    groups.set(name, [...(groups.get(name) ?? []), tested]);
  }
  return groups;
}

async function checkVariant(device: GPUDevice, cases: readonly KernelCase[]): Promise<CheckResult> {
  const results: CaseResult[] = [];
  for (const tested of cases) results.push(await resultOf(device, tested));
  return worstOf(results);
}
