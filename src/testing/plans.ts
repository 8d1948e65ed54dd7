/** What must hold for every plan, whatever it computes. */
import { expect } from 'vitest';
import { workgroupBytes } from '../../shaders/common/workgroup-memory.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { MOST_UNIFORMS } from '../plan/beside.ts';
import type { Plan } from '../plan/plan.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import { type Step, usesOf } from '../plan/step.ts';
import type { Tensor } from '../plan/tensor.ts';

/** Which buffer a tensor lies in: its number in the memory plan, or the name of what is given. */
const placeOf = ({ memory }: Plan, tensor: Tensor): string => {
  const index = memory.bufferOf.get(tensor);
  return index === undefined ? `given ${tensor.name}` : `buffer ${index}`;
};

/** Steps that bind one buffer for reading and for writing, or copy within one buffer: WebGPU refuses both. */
export function mixedUses(plan: Plan): string[] {
  return plan.steps.flatMap((step) => {
    const modes = new Map<string, Set<boolean>>();
    for (const { tensor, writes } of usesOf(step)) {
      const place = placeOf(plan, tensor);
      modes.set(place, (modes.get(place) ?? new Set()).add(writes));
    }
    return [...modes].filter(([, seen]) => seen.size > 1).map(([place]) => `${step.label}: ${place} is read and written`);
  });
}

/** Temporaries that a step reads before any step of the plan wrote them: their buffer holds whatever another tensor left there. */
export function unwrittenReads({ steps }: Plan): string[] {
  const written = new Set<Tensor>();
  return steps.flatMap((step: Step) => {
    const uses = usesOf(step);
    const wrong = uses.filter(({ tensor, writes }) => tensor.storage === 'temporary' && !writes && !written.has(tensor));
    for (const { tensor, writes } of uses) if (writes) written.add(tensor);
    return wrong.map(({ tensor }) => `${step.label}: ${tensor.name}`);
  });
}

const threadsOf = ({ workgroupSize: [x, y, z] }: Kernel): number => x * y * z;

/** What WebGPU or the plan's own rules would refuse: too many bindings, threads, workgroups or workgroup memory, copies past an end. */
function faultsOf(step: Step, profile: AdapterProfile): string[] {
  if (step.kind === 'clear') return [];
  if (step.kind === 'copy') {
    const { from, fromOffset, to, toOffset, elements } = step;
    return fromOffset + elements <= from.elements && toOffset + elements <= to.elements ? [] : [`${step.label}: past the end`];
  }
  const { kernel, tensors, workgroups } = step;
  const faults: [boolean, string][] = [
    [kernel.bindings.length > profile.maxStorageBuffersPerShaderStage, `${kernel.bindings.length} bindings`],
    [kernel.uniforms.length > MOST_UNIFORMS, `${kernel.uniforms.length} uniforms`],
    [tensors.length !== kernel.bindings.length, `${tensors.length} tensors`],
    [workgroupBytes(kernel) > profile.maxComputeWorkgroupStorageSize, `${workgroupBytes(kernel)} bytes of workgroup memory`],
    [threadsOf(kernel) > profile.maxComputeInvocationsPerWorkgroup, `${threadsOf(kernel)} threads`],
    [
      workgroups.some((count) => !(Number.isInteger(count) && count > 0 && count <= profile.maxComputeWorkgroupsPerDimension)),
      `${workgroups} workgroups`,
    ],
  ];
  return faults.flatMap(([isFault, what]) => (isFault ? [`${step.label}: ${what}`] : []));
}

/** Holds a plan against the rules of WebGPU and its own. */
export function expectSound(plan: Plan): void {
  expect(mixedUses(plan), 'buffers bound in two modes').toEqual([]);
  expect(unwrittenReads(plan), 'temporaries read before they are written').toEqual([]);
  expect(plan.steps.flatMap((step) => faultsOf(step, plan.profile))).toEqual([]);
}

/** A plan without its functions, so that two plans can be compared whole. */
export function plainPlan(plan: Plan): unknown {
  const { name, profile, steps, memory } = plan;
  return { name, profile, steps, buffers: memory.buffers, given: memory.given, described: plan.describe(), printed: plan.print() };
}
