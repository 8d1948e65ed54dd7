/** Plans that do the same work in different ways, timed in turn on a device: each once, and remembered. */

import { createExecutor, type Executor } from '../gpu/executor.ts';
import { type Kept, keep, keptKey, keptStoreOf, readKept } from '../gpu/kept.ts';
import { createLedger, TENSOR_USAGE } from '../gpu/ledger.ts';
import type { Plan } from '../plan/plan.ts';
import { type DispatchStep, dispatchesOf, runsIn, worksOf } from '../plan/step.ts';

/** A run is repeated until it takes about as long: waiting for it costs up to a millisecond. */
const LEAST_MILLISECONDS = 15;
const ROUNDS = 5;
/** A candidate takes over from the usual choice only if it is faster by this: less is noise, and would differ from run to run. */
const LEAST_GAIN = 0.03;
/** Larger plans are not measured: their buffers exist a second time meanwhile. */
const MOST_BYTES = 268_435_456;

export type Milliseconds<Name extends string> = Readonly<Partial<Record<Name, number>>>;

export interface Times<Name extends string> {
  readonly milliseconds: Milliseconds<Name>;
  /** Not measured now: it was on this device not long ago. */
  readonly known: boolean;
}

/** Of each plan the dispatches that not every plan has as often. */
export function differingSteps<Name extends string>(plans: ReadonlyMap<Name, Plan>): ReadonlyMap<Name, readonly DispatchStep[]> {
  const dispatches = new Map([...plans].map(([name, plan]) => [name, dispatchesOf(plan.steps).filter((step) => runsIn(step, false))]));
  const times = [...dispatches.values()].map((steps) => {
    const counts = new Map<string, number>();
    for (const { kernel } of steps) counts.set(kernel.code, (counts.get(kernel.code) ?? 0) + 1);
    return counts;
  });
  const isCommon = ({ kernel }: DispatchStep): boolean => new Set(times.map((counts) => counts.get(kernel.code))).size === 1;
  return new Map([...dispatches].map(([name, steps]) => [name, steps.filter((step) => !isCommon(step))]));
}

/** Whether there is more than one, and room for their buffers beside those of the training. */
export const canTime = (plans: ReadonlyMap<string, Plan>): boolean =>
  plans.size > 1 && [...plans.values()].reduce((sum, plan) => sum + plan.describe().bytes + plan.describe().givenBytes, 0) <= MOST_BYTES;

interface KeptTimes extends Kept {
  readonly milliseconds: Readonly<Record<string, number>>;
}

/** Milliseconds of each plan, known for 7 days (IndexedDB in a page, a file in Node); `timeSteps`: how many of them are run. */
export async function timePlans<Name extends string>(
  device: GPUDevice,
  plans: ReadonlyMap<Name, Plan>,
  timeSteps: number,
  usual: Name,
): Promise<Times<Name>> {
  // everything that the times depend on but the device
  const codes = [...plans].map(([name, { steps }]) => [
    name,
    steps.length,
    ...new Set(dispatchesOf(steps).map((step) => step.kernel.code)),
  ]);
  const store = keptStoreOf(device);
  const key = await keptKey(device, store?.software ?? '', JSON.stringify([timeSteps, usual, ...codes]));
  const isWhole = ({ milliseconds }: Partial<KeptTimes>): boolean =>
    [...plans.keys()].every((name) => Number.isFinite(milliseconds?.[name]));
  const before = (await readKept<KeptTimes>(store, 'kernel-times', isWhole)).get(key);
  const milliseconds = (before?.milliseconds as Milliseconds<Name> | undefined) ?? (await timesOf(device, plans, timeSteps));
  if (!before) await keep(store, 'kernel-times', new Map([[key, { time: Date.now(), milliseconds } as KeptTimes]]));
  return { milliseconds, known: before !== undefined };
}

/** The one with the least time, or the usual one if that is nearly as fast. */
export function fastest<Name extends string>(milliseconds: Milliseconds<Name>, usual: Name): Name {
  const entries = Object.entries(milliseconds) as [Name, number][];
  const [name, least] = entries.reduce((best, entry) => (entry[1] < best[1] ? entry : best));
  const own = milliseconds[usual] ?? Number.POSITIVE_INFINITY;
  return least < own * (1 - LEAST_GAIN) ? name : usual;
}

async function timesOf<Name extends string>(
  device: GPUDevice,
  plans: ReadonlyMap<Name, Plan>,
  timeSteps: number,
): Promise<Record<Name, number>> {
  const ledger = createLedger(device);
  const executors: [Name, Executor][] = [];
  try {
    for (const [name, plan] of plans) {
      const given = new Map(
        plan.memory.given.map((tensor) => [tensor.name, ledger.create(`time ${tensor.name}`, tensor.bytes, TENSOR_USAGE)]),
      );
      executors.push([name, await createExecutor(device, plan, given)]);
    }
    for (const [, executor] of executors) fillLengths(executor, timeSteps);
    const run = async (executor: Executor, times: number): Promise<number> => {
      const began = performance.now();
      const encoder = device.createCommandEncoder({ label: executor.plan.name });
      for (let index = 0; index < times; index++) executor.encode(encoder, false);
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return (performance.now() - began) / times;
    };
    const first: number[] = [];
    for (const [, executor] of executors) first.push(await run(executor, 1));
    const times = Math.max(1, Math.min(100, Math.ceil(LEAST_MILLISECONDS / Math.min(...first))));
    const least = new Map<Name, number>();
    // in turn: the same kernel can be twice as slow for minutes
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, executor] of executors)
        least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, await run(executor, times)));
    }
    return Object.fromEntries(least) as Record<Name, number>;
  } finally {
    for (const [, executor] of executors) executor.destroy();
    ledger.destroyAll();
  }
}

/** Rows that all have the time steps that are run: a row past its end only holds its state. */
function fillLengths(executor: Executor, timeSteps: number): void {
  for (const { kernel, tensors } of worksOf(dispatchesOf(executor.plan.steps))) {
    const index = kernel.bindings.findIndex(({ name }) => name === 'lengths');
    if (index >= 0) executor.write(tensors[index], new Uint32Array(tensors[index].bytes / 4).fill(timeSteps));
  }
}
