import { withoutTile } from '../../shaders/common/product.ts';
import { type MemoryPlan, planMemory } from './memory.ts';
import type { AdapterProfile } from './profile.ts';
import { measuredDispatchesOf, type Step, worksOf } from './step.ts';
import { describeTensor, type Tensor } from './tensor.ts';

/** What the GPU will do, as data: steps over named tensors, and the buffers that these tensors take turns in. */
export interface Plan {
  readonly name: string;
  readonly profile: AdapterProfile;
  readonly steps: readonly Step[];
  readonly memory: MemoryPlan;
  describe(): PlanDescription;
  /** One line per step: phase, label, kernel and variant, workgroups, operations; then the tensors with their bytes. */
  print(): string;
}

export interface PlanDescription {
  readonly name: string;
  /** Dispatches before the work budget cuts any of them; with `monitor`, of a step that is measured, as all below. */
  readonly dispatches: number;
  /** Dispatches that the executor encodes. */
  readonly dispatchesChunked: number;
  readonly copies: number;
  readonly flop: number;
  /** Bytes of the plan's own buffers, and of the tensors it is given. */
  readonly bytes: number;
  readonly givenBytes: number;
  readonly tensors: readonly { readonly name: string; readonly bytes: number; readonly storage: Tensor['storage'] }[];
  /** Kernel variants in use. */
  readonly kernels: readonly string[];
}

/** Kernel variants as far as the bits of what they compute depend on them. */
export const kernelsByBits = (kernels: readonly string[]): readonly string[] => [...new Set(kernels.map(withoutTile))];

export function createPlan(name: string, profile: AdapterProfile, steps: readonly Step[]): Plan {
  const memory = planMemory(steps);
  const tensors = [...memory.bufferOf.keys(), ...memory.given];
  return Object.freeze({
    name,
    profile,
    steps,
    memory,
    describe(): PlanDescription {
      const dispatches = measuredDispatchesOf(steps);
      return {
        name,
        dispatches: dispatches.filter(({ chunk }) => chunk === 0).length,
        dispatchesChunked: dispatches.length,
        copies: steps.filter(({ kind }) => kind !== 'dispatch').length,
        flop: dispatches.reduce((sum, { flop }) => sum + flop, 0),
        bytes: memory.bytes,
        givenBytes: memory.given.reduce((sum, { bytes }) => sum + bytes, 0),
        tensors: tensors.map(({ name: label, bytes, storage }) => ({ name: label, bytes, storage })),
        kernels: [...new Set(worksOf(dispatches).map(({ kernel }) => `${kernel.name} ${kernel.variant}`))],
      };
    },
    print(): string {
      return [
        ...steps.map(printStep),
        '',
        ...tensors.map((entry) => `${describeTensor(entry)} ${entry.bytes} bytes ${entry.storage}`),
      ].join('\n');
    },
  });
}

function printStep(step: Step): string {
  switch (step.kind) {
    case 'dispatch': {
      const { phase, label, kernel, workgroups, flop, when } = step;
      return `${phase.padEnd(8)} ${label.padEnd(28)} ${kernel.name} (${kernel.variant}) ${workgroups.join('x')} ${(flop / 1e6).toFixed(3)} MFLOP${when ? ` in ${when} steps` : ''}`;
    }
    case 'copy':
      return `copy     ${step.label.padEnd(28)} ${step.from.name} -> ${step.to.name} ${step.elements} elements`;
    case 'clear':
      return `clear    ${step.label.padEnd(28)} ${step.tensor.name}`;
  }
}
