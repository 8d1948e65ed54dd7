/** What kernels over rows [T, B, columns] share: how many time steps of a row are real, and one thread per piece of work. */
import { type Binding, type Kernel, read } from '../kernel.ts';
import { wgsl } from '../wgsl.ts';

export interface RowsOptions {
  readonly batch: number;
  readonly timeSteps: number;
  /** Row b ends after lengths[b] time steps; false: every row after T. */
  readonly lengths: boolean;
  readonly workgroupSize: number;
}

/** lengths [B] u32, from the uniform `lengths` on. */
export const lengthBindings = (hasLengths: boolean): readonly Binding[] => (hasLengths ? [read('lengths')] : []);

/** length_of(b): how many time steps of row b are real, at most T. */
export const lengthOf = (hasLengths: boolean, timeSteps: number): string => wgsl`
fn length_of(b: u32) -> u32 {
#if ${hasLengths}
  return min(lengths[call.lengths + b], ${timeSteps}u);
#else
  return ${timeSteps}u;
#endif
}`;

/** Workgroups that hold `threads` threads, and that the plan may cut: the kernel's uniform `begin` is the first of them. */
export function cutByWorkgroups(threads: number, workgroupSize: number): Pick<Kernel, 'workgroupSize' | 'workgroups' | 'range'> {
  const count = Math.ceil(threads / workgroupSize);
  return { workgroupSize: [workgroupSize, 1, 1], workgroups: [count, 1, 1], range: { along: 'workgroups', length: count } };
}
