/**
 * Before a plan runs on a device for the first time its kernels are held against their Float64 twins (src/check); a variant that is wrong is refused,
 * and the plan is made again with another. What is known of a device is kept with it: plans follow from spec and profile alone.
 */

import type { Tile } from '../../shaders/common/product.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import type { Plan } from '../plan/plan.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import { type DispatchStep, dispatchesOf, testedKernels, worksOf } from '../plan/step.ts';
import { refusal } from '../plan/strategy.ts';

/** `auto`: one small case of each kernel variant of a plan; `full`: every case of those variants; false: none. */
export type SelfTestMode = 'auto' | 'full' | false;

/** One kernel variant on this device. */
export interface KernelVerdict {
  readonly kernel: string;
  readonly variant: string;
  /** In the unit of `tolerance`. */
  readonly largestError: number;
  readonly tolerance: number;
  readonly ok: boolean;
  /** Where the largest error lies and what the two numbers are. */
  readonly worst: string;
  /** Not tested now: it was right on this device not long ago. */
  readonly known: boolean;
}

/** A kernel variant that is wrong on this device, and those that do its work. */
export interface Replacement extends KernelVerdict {
  /** Names and variants of the kernels that are used instead. */
  readonly by: readonly string[];
  /** All of this as a sentence. */
  readonly sentence: string;
}

export interface SelfTest {
  /** Of every kernel variant that the model's plans have needed so far. */
  readonly verdicts: readonly KernelVerdict[];
  readonly replaced: readonly Replacement[];
}

/** No variant of a kernel is right on this device. */
export class SelfTestError extends Error {
  readonly verdict: KernelVerdict;

  constructor(verdict: KernelVerdict, adapter: string) {
    super(
      `${wrongOn(verdict, adapter)}, and there is no other for its work: update the graphics driver, or use another browser or adapter`,
    );
    this.verdict = verdict;
  }
}

/** Tests kernels on a device; a verdict for each, in their order. */
export type TestKernels = (kernels: readonly Kernel[]) => Promise<readonly KernelVerdict[]>;

const wrongOn = ({ kernel, variant, largestError, tolerance, worst }: KernelVerdict, adapter: string): string =>
  `kernel ${kernel} (${variant}) must be right on ${adapter}, got an error of ${largestError.toExponential(1)} where ${tolerance.toExponential(1)} is allowed (${worst})`;

const refusedOn = new WeakMap<GPUDevice, readonly string[]>();

/** The profile without what was found wrong on this device. */
export function withRefusals(device: GPUDevice, profile: AdapterProfile): AdapterProfile {
  const found = refusedOn.get(device);
  return found ? { ...profile, refused: [...new Set([...profile.refused, ...found])] } : profile;
}

const nameOf = ({ name, variant }: { readonly name: string; readonly variant: string }): string => `${name} (${variant})`;

/** The kernels of a plan, each WGSL once. */
export const kernelsOf = (plan: Plan): Kernel[] => [
  ...new Map(dispatchesOf(plan.steps).flatMap((step) => testedKernels(step).map((kernel) => [kernel.code, kernel]))).values(),
];

export interface TestedPlan<Made> {
  readonly made: Made;
  readonly verdicts: readonly KernelVerdict[];
  readonly replaced: readonly Replacement[];
}

/**
 * Tests the kernels of a plan, and makes the plan anew until all are right.
 *
 * @throws SelfTestError if a kernel is wrong and the strategy has no other.
 */
export async function planTested<Made extends { readonly plan: Plan }>(
  device: GPUDevice,
  first: Made,
  again: () => Made,
  test: TestKernels,
): Promise<TestedPlan<Made>> {
  const failed = new Map<string, { readonly verdict: KernelVerdict; readonly work: ReadonlySet<string> }>();
  const verdicts = new Map<string, KernelVerdict>();
  for (let made = first; ; made = again()) {
    const kernels = kernelsOf(made.plan);
    const stuck = kernels.map((kernel) => failed.get(nameOf(kernel))?.verdict).find((verdict) => verdict !== undefined);
    if (stuck) throw new SelfTestError(stuck, adapterOf(device));
    const found = await test(kernels);
    found.forEach((verdict, index) => {
      verdicts.set(nameOf(kernels[index]), verdict);
      if (verdict.ok) return;
      failed.set(nameOf(kernels[index]), { verdict, work: workOf(made.plan, kernels[index]) });
      refuse(device, kernels[index]);
    });
    if (found.every(({ ok }) => ok)) {
      const replaced = [...failed.values()].map(({ verdict, work }) => replacementOf(device, verdict, made.plan, work));
      return { made, verdicts: [...verdicts.values()], replaced };
    }
  }
}

function refuse(device: GPUDevice, { name, options }: Kernel): void {
  const { tile } = (options ?? {}) as { readonly tile?: Tile };
  refusedOn.set(device, [...(refusedOn.get(device) ?? []), refusal(name, tile)]);
}

/** What a step does, whichever kernel does it: its label without the time step or the piece. */
const workLabel = ({ label }: DispatchStep): string => label.replace(/ t=.*| \(\d+ of \d+\)$/, '');

const workOf = (plan: Plan, kernel: Kernel): ReadonlySet<string> =>
  new Set(
    dispatchesOf(plan.steps)
      .filter((step) => testedKernels(step).some((tested) => nameOf(tested) === nameOf(kernel)))
      .flatMap((step) => worksOf([step]).map(workLabel)),
  );

function replacementOf(device: GPUDevice, verdict: KernelVerdict, plan: Plan, work: ReadonlySet<string>): Replacement {
  const steps = worksOf(dispatchesOf(plan.steps)).filter((step) => work.has(workLabel(step)));
  const by = [...new Set(steps.map(({ kernel }) => nameOf(kernel)))];
  return { ...verdict, by, sentence: `${wrongOn(verdict, adapterOf(device))}: ${by.join(' and ')} is used instead` };
}

function adapterOf({ adapterInfo: { vendor, architecture, device, description } }: GPUDevice): string {
  return [[vendor, architecture].filter(Boolean).join(' '), description || device].filter(Boolean).join(', ') || 'this adapter';
}

let defaultMode: SelfTestMode = 'auto';

/** What a model does that is not told; for tests whose point is another. */
export function setDefaultSelfTest(mode: SelfTestMode): void {
  defaultMode = mode;
}

/** The self-test of one model: its plans one after the other. */
export interface Tester {
  readonly result: SelfTest;
  /** `first` if its kernels are right, else what `again` makes of the device's profile then. */
  planTested<Made extends { readonly plan: Plan }>(first: Made, again: () => Made): Promise<Made>;
}

export interface TesterOptions {
  readonly mode?: SelfTestMode;
  /** Called once for each kernel variant that is replaced; default: a warning on the console. */
  readonly onReplaced?: (replacement: Replacement) => void;
}

export function createTester(
  device: GPUDevice,
  { mode = defaultMode, onReplaced = ({ sentence }) => console.warn(sentence) }: TesterOptions,
): Tester {
  const verdicts = new Map<string, KernelVerdict>();
  const replaced = new Map<string, Replacement>();
  return {
    get result() {
      return { verdicts: [...verdicts.values()], replaced: [...replaced.values()] };
    },
    async planTested(first, again) {
      if (mode === false) return first;
      // the twins are loaded by those who test
      const { testKernels } = await import('../check/self-test.ts');
      const tested = await planTested(device, first, again, (kernels) => testKernels(device, kernels, { full: mode === 'full' }));
      for (const verdict of tested.verdicts) verdicts.set(`${verdict.kernel} ${verdict.variant}`, verdict);
      for (const replacement of tested.replaced) {
        const key = `${replacement.kernel} ${replacement.variant}`;
        if (!replaced.has(key)) onReplaced(replacement);
        replaced.set(key, replacement);
      }
      return tested.made;
    },
  };
}
