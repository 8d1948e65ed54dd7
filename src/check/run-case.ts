/** Runs one case on a device, the way the engine runs a plan, and compares what the kernel left with its twin. */
import type { Kernel } from '../../shaders/kernel.ts';
import { createExecutor } from '../gpu/executor.ts';
import { createLedger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { readBuffers } from '../gpu/readback.ts';
import { createPlanBuilder } from '../plan/builder.ts';
import { packedHalves, roundedToHalves } from '../plan/halves.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { type AdapterProfile, defaultProfile } from '../plan/profile.ts';
import { tensor } from '../plan/tensor.ts';
import { type CaseWork, type HostBuffer, type HostBuffers, type KernelCase, widen } from './kernel-case.ts';
import { compare, type Deviation, exact, type Tolerance, worstOf } from './tolerance.ts';

export interface CaseResult extends Deviation {
  readonly kernel: string;
  readonly variant: string;
  /** Sizes, and whatever sets the case apart. */
  readonly label: string;
  /** The reason for the tolerance. */
  readonly why: string;
}

/** `change` makes another kernel of the case's, to see whether the comparison notices. */
export async function runCase(
  device: GPUDevice,
  tested: KernelCase,
  change: (kernel: Kernel) => Kernel = (kernel) => kernel,
): Promise<CaseResult> {
  const work = withHalves(tested.kernel, tested.make());
  const left = await runKernel(device, change(tested.kernel), work);
  const expected = work.expected(widen(work.buffers));
  const actual = work.actual ? work.actual(left) : left;
  const { tolerance } = tested;
  const results = Object.entries(expected).map(([name, values]) => {
    const chosen = values instanceof Uint32Array ? exact : isTolerance(tolerance) ? tolerance : tolerance[name];
    if (!chosen) throw new Error(`case ${tested.label} must have a tolerance for ${name}, got ${Object.keys(tolerance).join(', ')}`);
    return { ...compare(name, actual[name], values, chosen), why: chosen.why };
  });
  const { name, variant } = tested.kernel;
  return { kernel: name, variant, label: tested.label, ...worstOf(results) };
}

/** What a kernel reads as f16 the twin reads as it is left then. */
const withHalves = ({ halves = [] }: Kernel, work: CaseWork): CaseWork => ({
  ...work,
  buffers: {
    ...work.buffers,
    ...Object.fromEntries(halves.map((name) => [name, roundedToHalves(work.buffers[name] as Float32Array)])),
  },
});

const isTolerance = (tolerance: KernelCase['tolerance']): tolerance is Tolerance => typeof tolerance.limit === 'number';

/** The contents of all bindings after the case's dispatches. */
async function runKernel(device: GPUDevice, kernel: Kernel, work: CaseWork): Promise<HostBuffers> {
  const ledger = createLedger(device);
  try {
    const given = new Map<string, GPUBuffer>();
    for (const { name } of kernel.bindings) {
      const contents = kernel.halves?.includes(name) ? packedHalves(work.buffers[name]) : work.buffers[name];
      const buffer = ledger.create(`check ${kernel.name} ${name}`, contents.byteLength, TENSOR_USAGE);
      device.queue.writeBuffer(buffer, 0, contents);
      given.set(name, buffer);
    }
    const executor = await createExecutor(device, planCase(kernel, work), given);
    try {
      const encoder = device.createCommandEncoder({ label: `check ${kernel.name}` });
      executor.encode(encoder);
      device.queue.submit([encoder.finish()]);
      const names = [...given.keys()];
      const bytes = await readBuffers(
        device,
        [...given.values()].map((buffer) => ({ buffer, size: buffer.size })),
      );
      const contents = (name: string, index: number): HostBuffer =>
        kernel.halves?.includes(name) ? work.buffers[name] : like(work.buffers[name], bytes[index]);
      return Object.fromEntries(names.map((name, index) => [name, contents(name, index)]));
    } finally {
      executor.destroy();
    }
  } finally {
    ledger.destroyAll();
  }
}

const like = (values: HostBuffer, bytes: ArrayBuffer): HostBuffer =>
  values instanceof Float32Array ? new Float32Array(bytes) : new Uint32Array(bytes);

/** The case's calls as a plan, cut into the wanted number of dispatches by the plan's own rules. */
function planCase(kernel: Kernel, { buffers, calls, pieces = 1 }: CaseWork): Plan {
  const builder = createPlanBuilder(profileFor(kernel, pieces));
  const tensors = Object.fromEntries(
    kernel.bindings.map(({ name }) => [
      name,
      tensor(name, ['elements'], [buffers[name].length], 'given', kernel.halves?.includes(name) ? 'f16' : 'f32'),
    ]),
  );
  calls.forEach((values, index) => {
    builder.dispatch('forward', `${kernel.name} ${index}`, kernel, tensors, values);
  });
  return createPlan(`check ${kernel.name}`, builder.profile, builder.steps);
}

/** A profile whose work budget or workgroup count lets through one of `pieces` pieces at a time. */
function profileFor({ flop, range }: Kernel, pieces: number): AdapterProfile {
  return {
    ...defaultProfile,
    budgetMilliseconds: 1,
    flopPerMillisecond: Math.max(1, flop) / (pieces - 0.5),
    maxComputeWorkgroupsPerDimension:
      range?.along === 'workgroups' ? Math.ceil(range.length / pieces) : defaultProfile.maxComputeWorkgroupsPerDimension,
  };
}
