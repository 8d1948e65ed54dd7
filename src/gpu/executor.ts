/** Replays a plan: buffers from its memory plan, pipelines, bind groups and uniforms made once; a warm run only encodes. */
import type { Plan } from '../plan/plan.ts';
import { dispatchesOf, runsIn } from '../plan/step.ts';
import type { Tensor } from '../plan/tensor.ts';
import { type BoundDispatch, bindSteps, packUniforms } from './encoding.ts';
import { createLedger, type Ledger, TENSOR_USAGE, UNIFORM_USAGE } from './ledger.ts';
import { createPipeline } from './pipelines.ts';

export interface Executor {
  readonly plan: Plan;
  /** Bytes of the buffers that this executor owns. */
  readonly bytes: number;
  /** Dispatches encoded by all runs so far. */
  readonly dispatches: number;
  /** Encodes the steps of a training step that is measured, or of one that is not: one pass where no copy interrupts. Makes no GPU object but the pass. */
  encode(encoder: GPUCommandEncoder, isMeasured?: boolean): void;
  /** The same, each dispatch in a pass of its own between two timestamps; the query set holds two per dispatch of a measured step. */
  encodeTimed(encoder: GPUCommandEncoder, timestamps: GPUQuerySet): void;
  bufferOf(tensor: Tensor): GPUBuffer;
  /** Gives the plan another buffer for a given tensor; bind groups that hold it are made anew. */
  rebind(name: string, buffer: GPUBuffer): void;
  /** Writes into a kept or given tensor, `offset` in elements. */
  write(tensor: Tensor, data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>, offset?: number): void;
  destroy(): void;
}

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

/** The pipeline is set. */
function dispatchIn(pass: GPUComputePassEncoder, { group, offsets, immediates, workgroups }: BoundDispatch): void {
  pass.setBindGroup(0, group, offsets);
  if (immediates) pass.setImmediates(0, immediates);
  pass.dispatchWorkgroups(...workgroups);
}

async function build(device: GPUDevice, plan: Plan, brought: ReadonlyMap<string, GPUBuffer>, ledger: Ledger): Promise<Executor> {
  const { memory, steps, name } = plan;
  const given = new Map(brought);
  const dispatchSteps = dispatchesOf(steps);
  const pipelines = await Promise.all(dispatchSteps.map(({ kernel }) => createPipeline(device, kernel)));

  device.pushErrorScope('out-of-memory');
  const owned = memory.buffers.map(({ bytes, tensors }) =>
    ledger.create(`${name}: ${tensors.map((tensor) => tensor.name).join(', ')}`, bytes, TENSOR_USAGE),
  );
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

  const bindAll = () => bindSteps(device, steps, pipelines, uniforms, uniformBuffer, bufferOf);
  let bound = bindAll();

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
    encode(encoder, isMeasured = true) {
      let pass: GPUComputePassEncoder | undefined;
      let pipeline: GPUComputePipeline | undefined;
      for (const step of bound) {
        if (step.kind === 'dispatch') {
          if (!runsIn(step, isMeasured)) continue;
          if (!pass) {
            pass = encoder.beginComputePass(passDescriptor);
            pipeline = undefined;
          }
          if (step.pipeline !== pipeline) {
            pipeline = step.pipeline;
            pass.setPipeline(pipeline);
          }
          dispatchIn(pass, step);
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
      for (const step of bound) {
        if (step.kind === 'copy') encoder.copyBufferToBuffer(step.from, step.fromBytes, step.to, step.toBytes, step.bytes);
        else if (step.kind === 'clear') encoder.clearBuffer(step.buffer, 0, step.bytes);
        else if (runsIn(step, true)) {
          const pass = encoder.beginComputePass({
            label: name,
            timestampWrites: { querySet, beginningOfPassWriteIndex: index, endOfPassWriteIndex: index + 1 },
          });
          pass.setPipeline(step.pipeline);
          dispatchIn(pass, step);
          pass.end();
          index += 2;
        }
      }
    },
    bufferOf,
    rebind(label, buffer) {
      given.set(label, buffer);
      bound = bindAll();
    },
    write(tensor, data, offset = 0) {
      device.queue.writeBuffer(bufferOf(tensor), offset * 4, data);
    },
    destroy: () => ledger.destroyAll(),
  };
}
