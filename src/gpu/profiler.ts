/** How long each dispatch of a plan takes on the GPU, by timestamps (rounded to 100 µs in browsers unless a developer flag is set). */
import { dispatchesOf } from './encoding.ts';
import type { Executor } from './executor.ts';
import { createLedger } from './ledger.ts';
import { readBuffers } from './readback.ts';

export interface StepTime {
  readonly label: string;
  readonly kernel: string;
  readonly milliseconds: number;
  readonly flop: number;
}

const QUERIES = 4096;

/** Runs the plan once. @throws Error if the device lacks the feature 'timestamp-query', or for plans of more than 2048 dispatches. */
export async function profile(device: GPUDevice, executor: Executor): Promise<StepTime[]> {
  const dispatches = dispatchesOf(executor.plan.steps);
  const count = dispatches.length * 2;
  if (!device.features.has('timestamp-query'))
    throw new Error("profiling must have the device feature 'timestamp-query', got a device without it");
  if (count > QUERIES) throw new Error(`profiling must have at most ${QUERIES / 2} dispatches, got ${dispatches.length}`);
  const querySet = device.createQuerySet({ type: 'timestamp', count });
  const ledger = createLedger(device);
  try {
    const resolved = ledger.create('timestamps', count * 8, 0x200 | 0x04); // QUERY_RESOLVE | COPY_SRC
    const encoder = device.createCommandEncoder({ label: 'profile' });
    executor.encodeTimed(encoder, querySet);
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    device.queue.submit([encoder.finish()]);
    const [bytes] = await readBuffers(device, [{ buffer: resolved, size: count * 8 }]);
    const times = new BigUint64Array(bytes);
    return dispatches.map(({ label, kernel, flop }, index) => ({
      label,
      kernel: `${kernel.name} (${kernel.variant})`,
      milliseconds: Number(times[2 * index + 1] - times[2 * index]) / 1e6,
      flop,
    }));
  } finally {
    ledger.destroyAll();
    querySet.destroy();
  }
}
