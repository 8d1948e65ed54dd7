/**
 * Lifetimes to buffers: a temporary tensor needs its buffer from its first to its last step; before and after, another may have it.
 * One tensor at a time holds a buffer, so no dispatch ever binds one buffer both for reading and for writing, which WebGPU refuses.
 */
import { type Step, usesOf } from './step.ts';
import type { Tensor } from './tensor.ts';

export interface MemoryPlan {
  /** Which buffer each temporary or kept tensor lies in. */
  readonly bufferOf: ReadonlyMap<Tensor, number>;
  /** Size of each buffer in bytes and the tensors that take turns in it. */
  readonly buffers: readonly { readonly bytes: number; readonly tensors: readonly Tensor[] }[];
  /** Tensors that the plan's owner must bring. */
  readonly given: readonly Tensor[];
  /** Of all buffers, without what is given. */
  readonly bytes: number;
}

interface Lifetime {
  readonly tensor: Tensor;
  readonly first: number;
  last: number;
}

export function planMemory(steps: readonly Step[]): MemoryPlan {
  const lifetimes = new Map<Tensor, Lifetime>();
  steps.forEach((step, index) => {
    for (const { tensor } of usesOf(step)) {
      const known = lifetimes.get(tensor);
      if (known) known.last = index;
      else lifetimes.set(tensor, { tensor, first: index, last: index });
    }
  });
  const buffers: { bytes: number; tensors: Tensor[]; freeFrom: number }[] = [];
  const bufferOf = new Map<Tensor, number>();
  const given: Tensor[] = [];
  for (const { tensor, first, last } of lifetimes.values()) {
    if (tensor.storage === 'given') {
      given.push(tensor);
      continue;
    }
    const freeFrom = tensor.storage === 'kept' ? Number.POSITIVE_INFINITY : last + 1;
    const free = tensor.storage === 'kept' ? -1 : bestFit(buffers, tensor.bytes, first);
    if (free >= 0) {
      const buffer = buffers[free];
      buffer.bytes = Math.max(buffer.bytes, tensor.bytes);
      buffer.tensors.push(tensor);
      buffer.freeFrom = freeFrom;
      bufferOf.set(tensor, free);
    } else {
      bufferOf.set(tensor, buffers.push({ bytes: tensor.bytes, tensors: [tensor], freeFrom }) - 1);
    }
  }
  return { bufferOf, buffers, given, bytes: buffers.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** The free buffer that wastes least: the smallest that is large enough, else the largest (which then grows). */
function bestFit(buffers: readonly { bytes: number; freeFrom: number }[], bytes: number, step: number): number {
  let best = -1;
  buffers.forEach((buffer, index) => {
    if (buffer.freeFrom > step) return;
    if (best < 0) {
      best = index;
      return;
    }
    const holds = buffer.bytes >= bytes;
    const bestHolds = buffers[best].bytes >= bytes;
    const isBetter = holds && bestHolds ? buffer.bytes < buffers[best].bytes : holds || (!bestHolds && buffer.bytes > buffers[best].bytes);
    if (isBetter) best = index;
  });
  return best;
}
