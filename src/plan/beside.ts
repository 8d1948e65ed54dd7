/** Dispatches that do not wait for each other, in as few as the adapter's limits let them be. */
import { beside, type Part, sharesDispatch, uniformOf, untilOf } from '../../shaders/beside.ts';
import { workgroupBytes } from '../../shaders/common/workgroup-memory.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import type { AdapterProfile } from './profile.ts';
import type { DispatchStep } from './step.ts';
import type { Tensor } from './tensor.ts';

/** Numbers of a call: a uniform block of 256 bytes, WebGPU's default distance of two. */
export const MOST_UNIFORMS = 64;

type Together = (dispatches: readonly DispatchStep[]) => DispatchStep[];

/** Puts each dispatch into the first that has room for it. A kernel that was made once is made no second time: a sweep asks for the same one at every time step. */
export function createTogether(profile: AdapterProfile): Together {
  const made: { readonly parts: readonly Part[]; readonly kernel: Kernel | undefined }[] = [];
  const kernelOf = (parts: readonly Part[]): Kernel | undefined => {
    const known = made.find((other) => areSame(other.parts, parts));
    if (known) return known.kernel;
    const kernel = sharesDispatch(parts) ? beside(parts) : undefined;
    const fits = kernel && workgroupBytes(kernel) <= profile.maxComputeWorkgroupStorageSize;
    made.push({ parts, kernel: fits ? kernel : undefined });
    return made[made.length - 1].kernel;
  };
  const join = (steps: readonly DispatchStep[]): DispatchStep | undefined => {
    const { flopPerMillisecond, budgetMilliseconds, maxStorageBuffersPerShaderStage, maxComputeWorkgroupsPerDimension } = profile;
    const places = placesOf(steps);
    const workgroups = steps.reduce((sum, step) => sum + step.workgroups[0], 0);
    const flop = steps.reduce((sum, step) => sum + step.flop, 0);
    if (places.size > maxStorageBuffersPerShaderStage || workgroups > maxComputeWorkgroupsPerDimension) return undefined;
    if (steps.reduce((sum, { kernel }) => sum + kernel.uniforms.length + 1, 0) > MOST_UNIFORMS) return undefined;
    if (flop > flopPerMillisecond * budgetMilliseconds || steps.some(({ when }) => when !== steps[0].when)) return undefined;
    const kernel = kernelOf(steps.map((step) => ({ kernel: step.kernel, names: step.tensors.map((tensor) => places.get(tensor) ?? '') })));
    return kernel && { ...steps[0], kernel, flop, parts: steps, workgroups: [workgroups, 1, 1], ...boundOf(kernel, steps, places) };
  };
  if (profile.refused.includes('beside')) return (dispatches) => [...dispatches];
  return (dispatches) => {
    const groups: DispatchStep[][] = [];
    for (const step of dispatches) {
      const group = groups.find((steps) => join([...steps, step]));
      if (group) group.push(step);
      else groups.push([step]);
    }
    return groups.map((steps) => (steps.length > 1 ? (join(steps) ?? steps[0]) : steps[0]));
  };
}

const areSame = (left: readonly Part[], right: readonly Part[]): boolean =>
  left.length === right.length &&
  left.every(({ kernel, names }, index) => kernel.code === right[index].kernel.code && names.join() === right[index].names.join());

/** What each tensor is called in the dispatch: after its first binding, with the number of the part. */
function placesOf(steps: readonly DispatchStep[]): Map<Tensor, string> {
  const places = new Map<Tensor, string>();
  steps.forEach(({ kernel, tensors }, part) => {
    tensors.forEach((tensor, index) => {
      if (!places.has(tensor)) places.set(tensor, uniformOf(kernel.bindings[index].name, part));
    });
  });
  return places;
}

function boundOf(kernel: Kernel, steps: readonly DispatchStep[], places: ReadonlyMap<Tensor, string>) {
  const tensorOf = new Map([...places].map(([tensor, name]) => [name, tensor]));
  const values: Record<string, number> = {};
  let until = 0;
  steps.forEach((step, part) => {
    for (const [name, value] of Object.entries(step.values)) values[uniformOf(name, part)] = value;
    until += step.workgroups[0];
    values[untilOf(part)] = until;
  });
  return {
    label: steps.map(({ label }) => label).join(' | '),
    tensors: kernel.bindings.map(({ name }) => tensorOf.get(name) as Tensor),
    values,
  };
}
