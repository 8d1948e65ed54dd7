/** One kernel in one shape, with its inputs, its twin, and how far the two may be apart. */
import type { Kernel } from '../../shaders/kernel.ts';
import type { Buffers, Call } from '../reference/options.ts';
import type { Tolerance } from './tolerance.ts';

export type HostBuffer = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;
/** Contents of the bindings by name. Floats that a kernel must not read, and those that it must write or leave alone, are NaN. */
export type HostBuffers = Record<string, HostBuffer>;
/** Numbers to compare, by name. Integer arrays must be equal. */
export type Outputs = Record<string, ArrayLike<number>>;

export interface KernelCase {
  readonly kernel: Kernel;
  /** Sizes, and whatever sets this case apart. */
  readonly label: string;
  /** One for all outputs, or one by the output's name. */
  readonly tolerance: Tolerance | Readonly<Record<string, Tolerance>>;
  make(): CaseWork;
}

export interface CaseWork {
  readonly buffers: HostBuffers;
  /** Uniform values of one dispatch after the other. */
  readonly calls: readonly Call[];
  /** Into how many dispatches each call is cut, as the plan cuts what exceeds the work budget; default 1. */
  readonly pieces?: number;
  /** Runs the twin, in Float64, and says what the kernel should have left. */
  expected(buffers: Buffers): Outputs;
  /** The same numbers from what the kernel left; default: its buffers as they are. */
  actual?(buffers: HostBuffers): Outputs;
}

/** What most twins leave: the buffers that the kernel may write, but for those without a specified result. */
export function written(kernel: Kernel, buffers: Buffers, unspecified: readonly string[] = []): Outputs {
  const names = kernel.bindings
    .filter(({ access, name }) => access === 'read-write' && !unspecified.includes(name))
    .map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, buffers[name]]));
}

/** The twin's buffers: Float64 copies of the floats. */
export const widen = (buffers: HostBuffers): Buffers =>
  Object.fromEntries(
    Object.entries(buffers).map(([name, values]) => [name, values instanceof Float32Array ? Float64Array.from(values) : values.slice()]),
  );
