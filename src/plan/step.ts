import type { Kernel } from '../../shaders/kernel.ts';
import type { Tensor } from './tensor.ts';

export type Phase = 'gather' | 'forward' | 'loss' | 'backward' | 'update' | 'sample' | 'monitor';

/** In which training steps a dispatch runs, if not in all: those that `monitor` measures, or the others. */
export type When = 'measured' | 'unmeasured';

/** One dispatch of a kernel: which tensors it binds, in the order of its bindings, and the values of its uniform. */
export interface DispatchStep {
  readonly kind: 'dispatch';
  readonly phase: Phase;
  readonly label: string;
  readonly kernel: Kernel;
  readonly tensors: readonly Tensor[];
  readonly values: Readonly<Record<string, number>>;
  readonly workgroups: readonly [x: number, y: number, z: number];
  readonly flop: number;
  readonly when?: When;
  /** Works that this dispatch does side by side; see beside.ts. */
  readonly parts?: readonly DispatchStep[];
  /** Which part of a work that the budget cut into several dispatches; 0 counts as the dispatch before chunking. */
  readonly chunk: number;
}

/** A copy between two tensors, outside of any pass; offsets and length in elements. */
export interface CopyStep {
  readonly kind: 'copy';
  readonly label: string;
  readonly from: Tensor;
  readonly fromOffset: number;
  readonly to: Tensor;
  readonly toOffset: number;
  readonly elements: number;
}

/** Sets a tensor to zeros, outside of any pass. */
export interface ClearStep {
  readonly kind: 'clear';
  readonly label: string;
  readonly tensor: Tensor;
}

export type Step = DispatchStep | CopyStep | ClearStep;

export const dispatchesOf = (steps: readonly Step[]): DispatchStep[] => steps.filter((step) => step.kind === 'dispatch');

/** The works of dispatches: each of those that stand side by side in one for itself. */
export const worksOf = (dispatches: readonly DispatchStep[]): DispatchStep[] => dispatches.flatMap((step) => step.parts ?? [step]);

/** What a self-test runs of a dispatch: its kernel, and those of its parts where they differ. */
export function testedKernels({ kernel, parts }: DispatchStep): readonly Kernel[] {
  const codes = new Set(parts?.map((part) => part.kernel.code));
  return parts && codes.size > 1 ? [...parts.map((part) => part.kernel), kernel] : [kernel];
}

/** Whether a dispatch runs in a training step that is measured, or that is not. */
export const runsIn = ({ when }: { readonly when?: When }, isMeasured: boolean): boolean =>
  when !== (isMeasured ? 'unmeasured' : 'measured');

/** What is dispatched when everything is measured; without `monitor` all there is. */
export const measuredDispatchesOf = (steps: readonly Step[]): DispatchStep[] => dispatchesOf(steps).filter((step) => runsIn(step, true));

/** The tensors of a step, with whether it writes them. */
export function usesOf(step: Step): readonly { readonly tensor: Tensor; readonly writes: boolean }[] {
  switch (step.kind) {
    case 'dispatch':
      return step.tensors.map((tensor, index) => ({ tensor, writes: step.kernel.bindings[index].access === 'read-write' }));
    case 'copy':
      return [
        { tensor: step.from, writes: false },
        { tensor: step.to, writes: true },
      ];
    case 'clear':
      return [{ tensor: step.tensor, writes: true }];
  }
}
