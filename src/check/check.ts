/** What `retrograde check` runs: the kernels of an adapter against their twins, and the gradients of whole models against their losses. */

import { profileOf } from '../gpu/device.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import { InputError } from '../spec/input-error.ts';
import { kernelCases } from './cases.ts';
import { plantFault } from './fault.ts';
import { checkGradients } from './gradient-check.ts';
import { cellOptions, variantName, variantsInUse } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';
import { type CaseResult, runCase } from './run-case.ts';
import { worstOf } from './tolerance.ts';

/** One kernel variant (or one model's gradients): the case that came nearest to its tolerance, or went furthest beyond. */
export type CheckResult = CaseResult;

export interface CheckOptions {
  /** Every case of every kernel. Default: one shape of each variant that default models of each cell use on this adapter. */
  readonly full?: boolean;
  /** Default: the device's own. */
  readonly profile?: AdapterProfile;
  /** Name of a kernel that gets a fault on purpose, to see that the check finds it. */
  readonly fault?: string;
}

/** Results that are computed ahead of the one that is waited for, so that pipelines compile on every core. */
const ahead = 4;

/**
 * Checks one variant after the other; each result comes when it is known. A kernel that does not even compile is a result too, not an exception.
 *
 * @throws InputError if `fault` names no kernel.
 */
export async function* checkKernels(
  device: GPUDevice,
  { full = false, profile = profileOf(device), fault }: CheckOptions = {},
): AsyncGenerator<CheckResult, void, void> {
  if (fault !== undefined && !kernelCases.some(({ kernel }) => kernel.name === fault)) {
    throw new InputError(`fault must be one of ${[...new Set(kernelCases.map(({ kernel }) => kernel.name))].join(', ')}, got ${fault}`);
  }
  const variants = byVariant(full ? kernelCases : defaultCases(profile, fault));
  const unknown = [...variantsInUse(profile)].filter((name) => !kernelCases.some(({ kernel }) => variantName(kernel) === name));
  if (unknown.length > 0) throw new Error(`every kernel variant in use must have a case, got none for ${unknown.join(', ')}`);
  const work = [
    ...[...variants.values()].map((cases) => () => checkVariant(device, cases, fault)),
    ...cellOptions.map((cell) => () => checkGradients(device, cell)),
  ];
  const running: Promise<CheckResult>[] = [];
  for (const start of work) {
    running.push(start());
    if (running.length > ahead) yield await (running.shift() as Promise<CheckResult>);
  }
  for (const result of running) yield await result;
}

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

async function checkVariant(device: GPUDevice, cases: readonly KernelCase[], fault: string | undefined): Promise<CheckResult> {
  const results: CaseResult[] = [];
  for (const tested of cases) {
    try {
      results.push(await runCase(device, tested, tested.kernel.name === fault ? plantFault : undefined));
    } catch (error) {
      results.push(failure(tested, error));
    }
  }
  return worstOf(results);
}

const failure = ({ kernel: { name, variant }, label }: KernelCase, error: unknown): CaseResult => ({
  kernel: name,
  variant,
  label,
  largestError: Number.MAX_VALUE,
  tolerance: 0,
  ok: false,
  worst: error instanceof Error ? error.message : String(error),
  why: 'the kernel could not be run',
});
