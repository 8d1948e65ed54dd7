/** Replays a plan: buffers from its memory plan, pipelines, bind groups and uniforms made once; a warm run only encodes. */
import type { Plan } from '../plan/plan.ts';
import type { DispatchStep, Step } from '../plan/step.ts';
import type { Tensor } from '../plan/tensor.ts';
import { createLedger, type Ledger, TENSOR_USAGE, UNIFORM_USAGE } from './ledger.ts';
import { createPipeline } from './pipelines.ts';

export interface Executor {
  readonly plan: Plan;
  /** Bytes of the buffers that this executor owns. */
  readonly bytes: number;
  /** Dispatches encoded by all runs so far. */
  readonly dispatches: number;
  /** Encodes every step: one pass where no copy interrupts. Makes no GPU object but the pass. */
  encode(encoder: GPUCommandEncoder): void;
  /** The same, each dispatch in a pass of its own between two timestamps; the query set holds two per dispatch of the plan. */
  encodeTimed(encoder: GPUCommandEncoder, timestamps: GPUQuerySet): void;
  bufferOf(tensor: Tensor): GPUBuffer;
  /** Gives the plan another buffer for a given tensor; bind groups that hold it are made anew. */
  rebind(name: string, buffer: GPUBuffer): void;
  /** Writes into a kept or given tensor, `offset` in elements. */
  write(tensor: Tensor, data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>, offset?: number): void;
  destroy(): void;
}

type Encoded =
  | { readonly kind: 'dispatch'; readonly pipeline: GPUComputePipeline; readonly group: GPUBindGroup; readonly offsets: number[]; readonly x: number; readonly y: number; readonly z: number }
  | { readonly kind: 'copy'; readonly from: GPUBuffer; readonly fromBytes: number; readonly to: GPUBuffer; readonly toBytes: number; readonly bytes: number }
  | { readonly kind: 'clear'; readonly buffer: GPUBuffer; readonly bytes: number };

/** Distance of two uniform blocks: WebGPU's default minUniformBufferOffsetAlignment. */
const UNIFORM_STRIDE = 256;

/**
 * Makes everything a plan needs. `given` brings a buffer for each tensor whose storage is 'given'.
 * Throws if a kernel does not compile or the memory is not there; nothing stays allocated then.
 */
export async function createExecutor(device: GPUDevice, plan: Plan, given: ReadonlyMap<string, GPUBuffer>): Promise<Executor> {
  const ledger = createLedger(device);
  try {
    return await build(device, plan, given, ledger);
  } catch (error) {
    ledger.destroyAll();
    throw error;
  }
}

async function build(device: GPUDevice, plan: Plan, brought: ReadonlyMap<string, GPUBuffer>, ledger: Ledger): Promise<Executor> {
  const { memory, steps, name } = plan;
  const given = new Map(brought);
  const dispatchSteps = steps.filter((step): step is DispatchStep => step.kind === 'dispatch');
  const pipelines = await Promise.all(dispatchSteps.map(({ kernel }) => createPipeline(device, kernel)));

  device.pushErrorScope('out-of-memory');
  const owned = memory.buffers.map(({ bytes, tensors }) => ledger.create(`${name}: ${tensors.map((tensor) => tensor.name).join(', ')}`, bytes, TENSOR_USAGE));
  const uniforms = packUniforms(dispatchSteps);
  const uniformBuffer = ledger.create(`${name}: uniforms`, uniforms.data.byteLength, UNIFORM_USAGE);
  const shortage = await device.popErrorScope();
  if (shortage) throw new Error(`plan ${name} needs ${memory.bytes} bytes of GPU memory: ${shortage.message}`);
  device.queue.writeBuffer(uniformBuffer, 0, uniforms.data);

  const bufferOf = (tensor: Tensor): GPUBuffer => {
    const index = memory.bufferOf.get(tensor);
    const buffer = index === undefined ? given.get(tensor.name) : owned[index];
    if (!buffer) throw new Error(`plan ${name} must be given a buffer for tensor ${tensor.name}, got ${[...given.keys()].join(', ')}`);
    return buffer;
  };

  const groups = new Map<string, GPUBindGroup>();
  const ids = new Map<GPUBuffer | GPUBindGroupLayout, number>();
  const idOf = (object: GPUBuffer | GPUBindGroupLayout): number => {
    const id = ids.get(object) ?? ids.size;
    ids.set(object, id);
    return id;
  };
  const groupOf = ({ kernel, tensors, label }: DispatchStep, layout: GPUBindGroupLayout): GPUBindGroup => {
    const buffers = tensors.map(bufferOf);
    const key = [layout, ...buffers].map(idOf).join();
    const group =
      groups.get(key) ??
      device.createBindGroup({
        label,
        layout,
        entries: [
          ...(kernel.uniforms.length > 0 ? [{ binding: 0, resource: { buffer: uniformBuffer, size: uniformBytes(kernel.uniforms.length) } }] : []),
          ...buffers.map((buffer, index) => ({ binding: index + 1, resource: { buffer } })),
        ],
      });
    groups.set(key, group);
    return group;
  };

  const bindAll = (): Encoded[] => {
    let next = 0;
    return steps.map((step: Step): Encoded => {
    switch (step.kind) {
      case 'dispatch': {
        const { pipeline, layout } = pipelines[next];
        const offset = uniforms.offsets[next];
        next++;
        const [x, y, z] = step.workgroups;
        return { kind: 'dispatch', pipeline, group: groupOf(step, layout), offsets: step.kernel.uniforms.length > 0 ? [offset] : [], x, y, z };
      }
      case 'copy':
        return { kind: 'copy', from: bufferOf(step.from), fromBytes: step.fromOffset * 4, to: bufferOf(step.to), toBytes: step.toOffset * 4, bytes: step.elements * 4 };
      case 'clear':
        return { kind: 'clear', buffer: bufferOf(step.tensor), bytes: step.tensor.bytes };
    }
    });
  };
  let encoded = bindAll();

  const passDescriptor: GPUComputePassDescriptor = { label: name };
  let dispatches = 0;
  return {
    plan,
    get bytes() {
      return ledger.bytes;
    },
    get dispatches() {
      return dispatches;
    },
    encode(encoder) {
      let pass: GPUComputePassEncoder | undefined;
      let pipeline: GPUComputePipeline | undefined;
      for (const step of encoded) {
        if (step.kind === 'dispatch') {
          if (!pass) {
            pass = encoder.beginComputePass(passDescriptor);
            pipeline = undefined;
          }
          if (step.pipeline !== pipeline) {
            pipeline = step.pipeline;
            pass.setPipeline(pipeline);
          }
          pass.setBindGroup(0, step.group, step.offsets);
          pass.dispatchWorkgroups(step.x, step.y, step.z);
          dispatches++;
          continue;
        }
        pass?.end();
        pass = undefined;
        if (step.kind === 'copy') encoder.copyBufferToBuffer(step.from, step.fromBytes, step.to, step.toBytes, step.bytes);
        else encoder.clearBuffer(step.buffer, 0, step.bytes);
      }
      pass?.end();
    },
    encodeTimed(encoder, querySet) {
      let index = 0;
      for (const step of encoded) {
        if (step.kind === 'copy') encoder.copyBufferToBuffer(step.from, step.fromBytes, step.to, step.toBytes, step.bytes);
        else if (step.kind === 'clear') encoder.clearBuffer(step.buffer, 0, step.bytes);
        else {
          const pass = encoder.beginComputePass({ label: name, timestampWrites: { querySet, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 } });
          pass.setPipeline(step.pipeline);
          pass.setBindGroup(0, step.group, step.offsets);
          pass.dispatchWorkgroups(step.x, step.y, step.z);
          pass.end();
          index += 2;
        }
      }
    },
    bufferOf,
    rebind(label, buffer) {
      given.set(label, buffer);
      encoded = bindAll();
    },
    write(tensor, data, offset = 0) {
      device.queue.writeBuffer(bufferOf(tensor), offset * 4, data);
    },
    destroy: () => ledger.destroyAll(),
  };
}

/** A uniform block of u32s, rounded up to 16 bytes. */
const uniformBytes = (values: number): number => Math.ceil(values / 4) * 16;

/** One 256-byte block per distinct set of values; equal blocks are shared. */
function packUniforms(steps: readonly DispatchStep[]): { data: Uint32Array<ArrayBuffer>; offsets: number[] } {
  const blocks = new Map<string, number>();
  const rows: number[][] = [];
  const offsets = steps.map(({ kernel, values }) => {
    const row = kernel.uniforms.map((uniform) => values[uniform] ?? 0);
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
