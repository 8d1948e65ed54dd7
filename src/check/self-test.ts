/** Holds kernels of plans against their twins on the device that will run them, each WGSL once; what was right is known for a week. */
import type { Kernel } from '../../shaders/kernel.ts';
import { type Kept, keep, keptKey, keptStoreOf, readKept } from '../gpu/kept.ts';
import { createPipeline, kernelOn } from '../gpu/pipelines.ts';
import type { Plan } from '../plan/plan.ts';
import { type KernelVerdict, kernelsOf } from '../train/self-test.ts';
import type { KernelCase } from './kernel-case.ts';
import { type CaseResult, runCase } from './run-case.ts';
import { worstOf } from './tolerance.ts';
import { caseOf } from './variant-case.ts';

export interface SelfTestOptions {
  /** Every case of the variants, instead of one; nothing that is known counts then. */
  readonly full?: boolean;
}

/** Tests the kernels of a plan: a verdict for each. Throws only if the device is lost. */
export const selfTest = (device: GPUDevice, plan: Plan, options: SelfTestOptions = {}): Promise<readonly KernelVerdict[]> =>
  testKernels(device, kernelsOf(plan), options);

/** A kernel that was right. Wrong ones are not kept: they are tested at each start, so that a mended driver is noticed. */
interface KeptVerdict extends Kept {
  readonly largestError: number;
  readonly tolerance: number;
}

const isWhole = ({ largestError, tolerance }: Partial<KeptVerdict>): boolean => Number.isFinite(largestError) && Number.isFinite(tolerance);

/** Verdicts of this session, by the WGSL that the device compiles. */
const verdictsOn = new WeakMap<GPUDevice, Map<string, Promise<KernelVerdict>>>();

/** A verdict for each kernel, in their order. */
export async function testKernels(
  device: GPUDevice,
  kernels: readonly Kernel[],
  { full = false }: SelfTestOptions = {},
): Promise<readonly KernelVerdict[]> {
  const session = verdictsOn.get(device) ?? new Map<string, Promise<KernelVerdict>>();
  verdictsOn.set(device, session);
  const codeOf = (kernel: Kernel): string => `${full ? 'full ' : ''}${kernelOn(device, kernel).code}`;
  const fresh = kernels.filter((kernel) => !session.has(codeOf(kernel)));
  if (fresh.length > 0) {
    const store = full ? undefined : keptStoreOf(device);
    const kept = await readKept(store, 'self-test', isWhole);
    const keys = await Promise.all(fresh.map((kernel) => keptKey(device, store?.software ?? '', codeOf(kernel))));
    const isNew = (_: Kernel, index: number): boolean => !kept.has(keys[index]);
    // what is not to be tested compiles meanwhile, as it would without a test
    if (fresh.some(isNew)) for (const kernel of fresh) createPipeline(device, kernel).catch(() => undefined);
    fresh.forEach((kernel, index) => {
      const known = kept.get(keys[index]);
      const verdict = known ? Promise.resolve(knownVerdict(kernel, known)) : testKernel(device, kernel, full);
      session.set(codeOf(kernel), verdict);
    });
    const found = new Map<string, KeptVerdict>();
    const tested = await Promise.all(fresh.map((kernel) => session.get(codeOf(kernel)) as Promise<KernelVerdict>));
    tested.forEach(({ ok, known, largestError, tolerance }, index) => {
      if (ok && !known) found.set(keys[index], { time: Date.now(), largestError, tolerance });
    });
    await keep(store, 'self-test', found);
  }
  return Promise.all(kernels.map((kernel) => session.get(codeOf(kernel)) as Promise<KernelVerdict>));
}

const knownVerdict = ({ name, variant }: Kernel, { largestError, tolerance }: KeptVerdict): KernelVerdict => ({
  kernel: name,
  variant,
  largestError,
  tolerance,
  ok: true,
  worst: '',
  known: true,
});

async function testKernel(device: GPUDevice, kernel: Kernel, full: boolean): Promise<KernelVerdict> {
  const cases = [await caseOf(kernel), ...(full ? await casesLike(kernel) : [])];
  const results: CaseResult[] = [];
  for (const tested of cases) results.push(await resultOf(device, tested));
  const { largestError, tolerance, ok, worst } = worstOf(results);
  return { kernel: kernel.name, variant: kernel.variant, largestError, tolerance, ok, worst, known: false };
}

/** Every case of the table of the same variant. */
async function casesLike({ name, variant }: Kernel): Promise<readonly KernelCase[]> {
  const { kernelCases } = await import('./cases.ts');
  return kernelCases.filter(({ kernel }) => kernel.name === name && kernel.variant === variant);
}

/** The result of a case; a kernel that does not even compile has one too. Throws if the device is lost. */
export async function resultOf(device: GPUDevice, tested: KernelCase): Promise<CaseResult> {
  try {
    return await runCase(device, tested);
  } catch (error) {
    const lost = await Promise.race([device.lost, Promise.resolve(undefined)]);
    if (lost)
      throw new Error(`the device must be there until its kernels are tested, got lost: ${lost.message || lost.reason}`, { cause: error });
    const { name, variant } = tested.kernel;
    return {
      kernel: name,
      variant,
      label: tested.label,
      largestError: Number.MAX_VALUE,
      tolerance: 0,
      ok: false,
      worst: error instanceof Error ? error.message : String(error),
      why: 'the kernel could not be run',
    };
  }
}
