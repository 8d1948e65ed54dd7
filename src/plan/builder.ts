import { readingHalves } from '../../shaders/common/halves.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { InputError } from '../spec/input-error.ts';
import { createTogether } from './beside.ts';
import type { AdapterProfile } from './profile.ts';
import { type DispatchStep, dispatchesOf, type Phase, type Step, type When } from './step.ts';
import { describeTensor, type Tensor } from './tensor.ts';

/** Collects the steps of a plan in order and cuts a dispatch that exceeds the work budget into several. */
export interface PlanBuilder {
  readonly profile: AdapterProfile;
  readonly steps: readonly Step[];
  /** Adds one work; a kernel that reads f32 unpacks what tensors hold as f16. `tensors` by binding name, `values` by uniform name (absent ones are 0); the phase `monitor` is for measured steps. */
  dispatch(
    phase: Phase,
    label: string,
    kernel: Kernel,
    tensors: Readonly<Record<string, Tensor>>,
    values?: Readonly<Record<string, number>>,
    when?: When,
  ): void;
  /** Adds works that do not wait for each other, the dispatches of each in their order: side by side where they fit into one dispatch. */
  together(works: readonly ((own: PlanBuilder) => void)[]): void;
  copy(label: string, from: Tensor, fromOffset: number, to: Tensor, toOffset: number, elements: number): void;
  clear(label: string, tensor: Tensor): void;
}

export function createPlanBuilder(profile: AdapterProfile): PlanBuilder {
  const steps: Step[] = [];
  const join = createTogether(profile);
  return {
    profile,
    steps,
    dispatch(phase, label, given, tensors, values = {}, when = phase === 'monitor' ? 'measured' : undefined) {
      const kernel = withHalves(given, tensors);
      const bound = kernel.bindings.map(({ name }) => {
        const tensor = tensors[name];
        if (!tensor) throw new Error(`step ${label}: kernel ${kernel.name} binds ${name}, got ${Object.keys(tensors).join(', ')}`);
        requireFits(tensor, profile);
        return tensor;
      });
      for (const name of Object.keys(values)) {
        if (!kernel.uniforms.includes(name)) throw new Error(`step ${label}: kernel ${kernel.name} has no uniform ${name}`);
      }
      steps.push(...cut({ kind: 'dispatch', phase, label, kernel, tensors: bound, when }, values, profile));
    },
    together(works) {
      const planned = works.map((work) => {
        const own = createPlanBuilder(profile);
        work(own);
        return own.steps;
      });
      const length = Math.max(0, ...planned.map((own) => own.length));
      for (let place = 0; place < length; place++) {
        const here = planned.flatMap((own) => own.slice(place, place + 1));
        steps.push(...here.filter(({ kind }) => kind !== 'dispatch'), ...join(dispatchesOf(here)));
      }
    },
    copy(label, from, fromOffset, to, toOffset, elements) {
      steps.push({ kind: 'copy', label, from, fromOffset, to, toOffset, elements });
    },
    clear(label, tensor) {
      steps.push({ kind: 'clear', label, tensor });
    },
  };
}

const withHalves = (kernel: Kernel, tensors: Readonly<Record<string, Tensor>>): Kernel => {
  const isPacked = ({ name, access }: Kernel['bindings'][number]): boolean => tensors[name]?.type === 'f16' && access === 'read';
  return kernel.halves
    ? kernel
    : readingHalves(
        kernel,
        kernel.bindings.filter(isPacked).map(({ name }) => name),
      );
};

function requireFits(tensor: Tensor, { maxStorageBufferBindingSize, maxBufferSize }: AdapterProfile): void {
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  if (tensor.bytes > most) {
    throw new InputError(
      `${describeTensor(tensor)} needs ${tensor.bytes} bytes, the adapter binds at most ${most}: use ${fewerSteps(tensor, most)}, a smaller batch or a smaller hiddenSize`,
    );
  }
}

/** How many time steps of a tensor fit, or in words, where it has none or not even one fits. */
function fewerSteps({ dimensions, shape, bytes }: Tensor, most: number): string {
  const index = dimensions.findIndex((dimension) => dimension === 'T' || dimension === 'T+1');
  const fitting = Math.floor((most * shape[index]) / bytes) - (dimensions[index] === 'T+1' ? 1 : 0);
  return index >= 0 && fitting >= 1 ? `at most ${fitting} timeSteps` : 'fewer timeSteps';
}

/** Equal pieces of a kernel's range, each expected to stay within the budget (and within the adapter's workgroup count). */
function cut(
  step: Pick<DispatchStep, 'kind' | 'phase' | 'label' | 'kernel' | 'tensors' | 'when'>,
  values: Readonly<Record<string, number>>,
  { flopPerMillisecond, budgetMilliseconds, maxComputeWorkgroupsPerDimension }: AdapterProfile,
): DispatchStep[] {
  const { range, workgroups, flop } = step.kernel;
  if (!range) return [{ ...step, values, workgroups, flop, chunk: 0 }];
  const byBudget = Math.floor((range.length * flopPerMillisecond * budgetMilliseconds) / flop);
  const byCount = range.along === 'workgroups' ? maxComputeWorkgroupsPerDimension : range.length;
  const most = Math.max(1, Math.min(range.length, byBudget, byCount));
  const size = Math.ceil(range.length / Math.ceil(range.length / most));
  const parts: DispatchStep[] = [];
  for (let begin = 0; begin < range.length; begin += size) {
    const end = Math.min(range.length, begin + size);
    const isTime = range.along === 'time';
    parts.push({
      ...step,
      values: isTime ? { ...values, begin, end } : { ...values, [range.first ?? 'begin']: begin },
      workgroups: isTime ? workgroups : [end - begin, workgroups[1], workgroups[2]],
      flop: (flop * (end - begin)) / range.length,
      chunk: 0,
    });
  }
  if (range.reverse) parts.reverse();
  return parts.map((part, chunk) => ({
    ...part,
    label: parts.length > 1 ? `${step.label} (${chunk + 1} of ${parts.length})` : step.label,
    chunk,
  }));
}
