/** How long each dispatch of a plan takes on the GPU, by timestamps (rounded to 100 µs in browsers unless a developer flag is set). */
import type { Plan } from '../plan/plan.ts';
import { measuredDispatchesOf, type Phase } from '../plan/step.ts';
import type { Executor } from './executor.ts';
import { createLedger } from './ledger.ts';
import { readBuffers } from './readback.ts';

/** One dispatch of a plan, and how long it took. */
export interface DispatchTime {
  readonly phase: Phase;
  readonly label: string;
  /** Kernel and variant. */
  readonly kernel: string;
  readonly workgroups: readonly [x: number, y: number, z: number];
  readonly milliseconds: number;
  readonly flop: number;
}

const QUERIES = 4096;

/** @throws Error if the device lacks the feature 'timestamp-query', or for plans of more than 2048 dispatches. */
export function requireProfilable(device: GPUDevice, { steps }: Plan): void {
  if (!device.features.has('timestamp-query'))
    throw new Error("profiling must have the device feature 'timestamp-query', got a device without it");
  const { length } = measuredDispatchesOf(steps);
  if (length * 2 > QUERIES) throw new Error(`profiling must have at most ${QUERIES / 2} dispatches, got ${length}`);
}

/** Runs the plan once; `prepare` encodes what comes before it. Throws as requireProfilable. */
export async function profile(
  device: GPUDevice,
  executor: Executor,
  prepare?: (encoder: GPUCommandEncoder) => void,
): Promise<DispatchTime[]> {
  requireProfilable(device, executor.plan);
  const dispatches = measuredDispatchesOf(executor.plan.steps);
  const count = dispatches.length * 2;
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const ledger = createLedger(device);
  try {
    const resolved = ledger.create('timestamps', count * 8, 0x200 | 0x04); // QUERY_RESOLVE | COPY_SRC
    const encoder = device.createCommandEncoder({ label: 'profile' });
    prepare?.(encoder);
    executor.encodeTimed(encoder, querySet);
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    device.queue.submit([encoder.finish()]);
    const [bytes] = await readBuffers(device, [{ buffer: resolved, size: count * 8 }]);
    const times = new BigUint64Array(bytes);
    return dispatches.map(({ phase, label, kernel, workgroups, flop }, index) => ({
      phase,
      label,
      kernel: `${kernel.name} (${kernel.variant})`,
      workgroups,
      milliseconds: Number(times[2 * index + 1] - times[2 * index]) / 1e6,
      flop,
    }));
  } finally {
    ledger.destroyAll();
    querySet.destroy();
  }
}
