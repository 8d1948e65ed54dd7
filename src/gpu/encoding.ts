/** Steps of a plan bound to buffers: everything that encoding needs, looked up once, so that a warm step only calls the encoder. */
import { MOST_UNIFORMS } from '../plan/beside.ts';
import type { DispatchStep, Step, When } from '../plan/step.ts';
import type { Tensor } from '../plan/tensor.ts';
import type { Pipeline } from './pipelines.ts';

export interface BoundDispatch {
  readonly kind: 'dispatch';
  readonly when?: When;
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  /** Of the uniform block, for a pipeline that takes one. */
  readonly offsets: number[];
  /** What `setImmediates` is given, for a pipeline that takes them. */
  readonly immediates?: Uint32Array<ArrayBuffer>;
  readonly workgroups: readonly [x: number, y: number, z: number];
}

export type BoundStep =
  | BoundDispatch
  | {
      readonly kind: 'copy';
      readonly from: GPUBuffer;
      readonly fromBytes: number;
      readonly to: GPUBuffer;
      readonly toBytes: number;
      readonly bytes: number;
    }
  | { readonly kind: 'clear'; readonly buffer: GPUBuffer; readonly bytes: number };

/** Distance of two uniform blocks: WebGPU's default minUniformBufferOffsetAlignment. */
const UNIFORM_STRIDE = 4 * MOST_UNIFORMS;

/** A uniform block of u32s, rounded up to 16 bytes. */
const uniformBytes = (values: number): number => Math.ceil(values / 4) * 16;

export interface Uniforms {
  readonly data: Uint32Array<ArrayBuffer>;
  /** Byte offset of each dispatch's block. */
  readonly offsets: readonly number[];
}

/** One 256-byte block per distinct set of values; equal blocks are shared. */
export function packUniforms(steps: readonly DispatchStep[]): Uniforms {
  const blocks = new Map<string, number>();
  const rows: number[][] = [];
  const offsets = steps.map(({ kernel, values }) => {
    const row = kernel.uniforms.map((uniform) => values[uniform] ?? 0);
    if (row.length > MOST_UNIFORMS) throw new Error(`kernel ${kernel.name} must have at most ${MOST_UNIFORMS} uniforms, got ${row.length}`);
    const key = row.join();
    const index = blocks.get(key) ?? rows.push(row) - 1;
    blocks.set(key, index);
    return index * UNIFORM_STRIDE;
  });
  const data = new Uint32Array(Math.max(1, rows.length) * (UNIFORM_STRIDE / 4));
  rows.forEach((row, index) => {
    data.set(row, (index * UNIFORM_STRIDE) / 4);
  });
  return { data, offsets };
}

/** Binds every step; dispatches of one kernel over the same buffers share a bind group. */
export function bindSteps(
  device: GPUDevice,
  steps: readonly Step[],
  pipelines: readonly Pipeline[],
  uniforms: Uniforms,
  uniformBuffer: GPUBuffer,
  bufferOf: (tensor: Tensor) => GPUBuffer,
): BoundStep[] {
  const groups = new Map<string, GPUBindGroup>();
  const ids = new Map<GPUBuffer | GPUBindGroupLayout, number>();
  const idOf = (object: GPUBuffer | GPUBindGroupLayout): number => {
    const id = ids.get(object) ?? ids.size;
    ids.set(object, id);
    return id;
  };
  const groupOf = ({ kernel, tensors, label }: DispatchStep, { layout, call }: Pipeline): GPUBindGroup => {
    const buffers = tensors.map(bufferOf);
    const key = [layout, ...buffers].map(idOf).join();
    const uniform = { binding: 0, resource: { buffer: uniformBuffer, size: uniformBytes(kernel.uniforms.length) } };
    const entries = buffers.map((buffer, index) => ({ binding: index + 1, resource: { buffer } }));
    const group =
      groups.get(key) ?? device.createBindGroup({ label, layout, entries: call === 'uniforms' ? [uniform, ...entries] : entries });
    groups.set(key, group);
    return group;
  };

  let next = 0;
  return steps.map((step): BoundStep => {
    if (step.kind === 'clear') return { kind: 'clear', buffer: bufferOf(step.tensor), bytes: step.tensor.bytes };
    if (step.kind === 'copy') {
      const { from, fromOffset, to, toOffset, elements } = step;
      return {
        kind: 'copy',
        from: bufferOf(from),
        fromBytes: fromOffset * 4,
        to: bufferOf(to),
        toBytes: toOffset * 4,
        bytes: elements * 4,
      };
    }
    const made = pipelines[next];
    const offset = uniforms.offsets[next];
    next++;
    return {
      kind: 'dispatch',
      when: step.when,
      pipeline: made.pipeline,
      group: groupOf(step, made),
      offsets: made.call === 'uniforms' ? [offset] : [],
      immediates: made.call === 'immediates' ? uniforms.data.subarray(offset / 4, offset / 4 + step.kernel.uniforms.length) : undefined,
      workgroups: step.workgroups,
    };
  });
}
