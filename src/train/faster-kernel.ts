/**
 * Which recurrent kernels are faster on a device, found out by running them: of the plans with sequence and with step kernels only the dispatches in which they
 * differ, and of these only the first time steps. The sums run in the same order in both, so that the choice is one of time.
 */

import { profileOf } from '../gpu/device.ts';
import { createExecutor, type Executor } from '../gpu/executor.ts';
import { type Kept, keep, keptKey, keptStoreOf, readKept } from '../gpu/kept.ts';
import { createLedger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { type DispatchStep, dispatchesOf, runsIn } from '../plan/step.ts';
import { planTraining } from '../plan/training.ts';
import type { RecurrentKernel } from '../spec/engine.ts';
import { type ModelOptions, modelSpec } from '../spec/model.ts';
import { type TrainOptions, trainSpec } from '../spec/train.ts';
import { withRefusals } from './self-test.ts';

/** What `createModel` should be given as `kernel` and `flopPerMillisecond`. */
export interface FasterKernel {
  readonly kernel: RecurrentKernel;
  /** Operations per millisecond of its sweeps, by which long dispatches are cut; absent where nothing was measured. */
  readonly flopPerMillisecond?: number;
  /** What was measured; absent where there is only one way, or the plan is larger than 256 MiB. */
  readonly timed?: {
    /** As many of the first time steps were run. */
    readonly timeSteps: number;
    /** Of forward and reverse sweep together, by kernel. */
    readonly milliseconds: Readonly<Partial<Record<RecurrentKernel, number>>>;
    /** Not measured now: it was on this device not long ago. */
    readonly known: boolean;
  };
}

/** A candidate takes over from the choice by shape only if it is faster by this: less is noise, and would differ from run to run. */
const LEAST_GAIN = 0.03;
/** Of one run of a candidate, by the profile's rate; with five runs of two candidates and the warm-up half a second. */
const RUN_MILLISECONDS = 40;
/** A run is repeated until it takes about as long: waiting for it costs up to a millisecond. */
const LEAST_MILLISECONDS = 15;
const ROUNDS = 5;
/** Larger plans are not measured: their buffers exist a second time meanwhile. */
const MOST_BYTES = 268_435_456;

const session = new WeakMap<GPUDevice, Map<string, Promise<FasterKernel>>>();

/**
 * Times the recurrent kernels for these sizes on this device, under a second in all besides what has to be compiled; a result is known for 7 days
 * (IndexedDB in a page, a file in Node). The kernels of the choice by shape stay unless others are faster by 3 %.
 *
 * @throws InputError for a model or training that is not possible.
 * @example
 * const { kernel, flopPerMillisecond } = await fasterKernel(device, modelOptions, trainOptions);
 * const model = createModel(device, modelOptions, { kernel, flopPerMillisecond });
 */
export async function fasterKernel(device: GPUDevice, modelOptions: ModelOptions, trainOptions: TrainOptions): Promise<FasterKernel> {
  const candidates = candidatesOf(device, modelOptions, trainOptions);
  if (candidates.plans.size < 2 || bytesOf(candidates) > MOST_BYTES) return { kernel: 'auto' };
  const known = session.get(device) ?? new Map<string, Promise<FasterKernel>>();
  session.set(device, known);
  const text = textOf(candidates);
  const choice = known.get(text) ?? choose(device, candidates, text);
  known.set(text, choice);
  choice.catch(() => known.delete(text));
  return choice;
}

const WORDS = { sequence: 'one dispatch per layer', step: 'one dispatch per time step', auto: 'by size' } as const;

/** The choice as a sentence: `recurrent kernels: one dispatch per time step, 21.4 ms against 25.5 ms for one dispatch per layer (32 time steps, measured on this adapter before)` */
export function describeChoice({ kernel, timed }: FasterKernel): string {
  if (!timed) return `recurrent kernels: ${WORDS[kernel]}, there is one way only`;
  const { milliseconds, timeSteps, known } = timed;
  const others = (Object.keys(milliseconds) as RecurrentKernel[]).filter((name) => name !== kernel);
  const timeOf = (name: RecurrentKernel): string => `${(milliseconds[name] ?? Number.NaN).toPrecision(3)} ms`;
  const against = others.map((name) => `${timeOf(name)} for ${WORDS[name]}`).join(' and ');
  return `recurrent kernels: ${WORDS[kernel]}, ${timeOf(kernel)} against ${against} (${timeSteps} time steps, measured on this adapter ${known ? 'before' : 'now'})`;
}

interface Candidates {
  readonly byShape: RecurrentKernel;
  /** What of each candidate is run. */
  readonly plans: ReadonlyMap<RecurrentKernel, Plan>;
  readonly timeSteps: number;
}

function candidatesOf(device: GPUDevice, modelOptions: ModelOptions, trainOptions: TrainOptions): Candidates {
  const spec = modelSpec(modelOptions);
  const train = trainSpec(trainOptions);
  const profile = withRefusals(device, profileOf(device));
  const codesOf = (plan: Plan): string => plan.describe().kernels.join();
  const planWith = (kernel: RecurrentKernel): Plan => planTraining(spec, train, { ...profile, kernel }).plan;
  const shape = codesOf(planWith('auto'));
  const plans = new Map<RecurrentKernel, Plan>();
  for (const kernel of ['sequence', 'step', 'auto'] as const) {
    const plan = planWith(kernel);
    if (![...plans.values()].some((other) => codesOf(other) === codesOf(plan))) plans.set(kernel, plan);
  }
  const byShape = [...plans].find(([, plan]) => codesOf(plan) === shape)?.[0] ?? 'auto';

  const dispatches = new Map([...plans].map(([kernel, plan]) => [kernel, dispatchesOf(plan.steps).filter((step) => runsIn(step, false))]));
  const isCommon = ({ kernel }: DispatchStep): boolean =>
    [...dispatches.values()].every((steps) => steps.some((step) => step.kernel.code === kernel.code));
  const differing = new Map([...dispatches].map(([kernel, steps]) => [kernel, steps.filter((step) => !isCommon(step))]));
  const flop = Math.max(...[...differing.values()].map((steps) => steps.reduce((sum, step) => sum + step.flop, 0)));
  const affordable = Math.floor((train.timeSteps * profile.flopPerMillisecond * RUN_MILLISECONDS) / Math.max(flop, 1));
  const timeSteps = Math.max(1, Math.min(train.timeSteps, affordable));
  return {
    byShape,
    timeSteps,
    plans: new Map(
      [...differing].map(([kernel, steps]) => [
        kernel,
        createPlan(
          `time ${kernel}`,
          profile,
          steps.flatMap((step) => within(step, timeSteps)),
        ),
      ]),
    ),
  };
}

/** The part of a dispatch that belongs to the first time steps; all of one that has no place in time. */
function within(step: DispatchStep, timeSteps: number): DispatchStep[] {
  const { begin, end } = step.values;
  if (begin === undefined || end === undefined) return [step];
  if (begin >= timeSteps) return [];
  const last = Math.min(end, timeSteps);
  return [{ ...step, values: { ...step.values, end: last }, flop: (step.flop * (last - begin)) / (end - begin) }];
}

const bytesOf = ({ plans }: Candidates): number =>
  [...plans.values()].reduce((sum, plan) => sum + plan.describe().bytes + plan.describe().givenBytes, 0);

/** Everything that the times depend on but the device. */
const textOf = ({ plans, timeSteps, byShape }: Candidates): string =>
  JSON.stringify([
    timeSteps,
    byShape,
    ...[...plans].map(([kernel, { steps }]) => [kernel, steps.length, ...new Set(dispatchesOf(steps).map((step) => step.kernel.code))]),
  ]);

interface KeptTimes extends Kept {
  readonly milliseconds: Readonly<Partial<Record<RecurrentKernel, number>>>;
}

async function choose(device: GPUDevice, candidates: Candidates, text: string): Promise<FasterKernel> {
  const { timeSteps, plans, byShape } = candidates;
  const store = keptStoreOf(device);
  const key = await keptKey(device, store?.software ?? '', text);
  const isWhole = ({ milliseconds }: Partial<KeptTimes>): boolean =>
    [...plans.keys()].every((kernel) => Number.isFinite(milliseconds?.[kernel]));
  const before = (await readKept<KeptTimes>(store, 'kernel-times', isWhole)).get(key);
  const milliseconds = before?.milliseconds ?? (await timesOf(device, candidates));
  if (!before) await keep(store, 'kernel-times', new Map([[key, { time: Date.now(), milliseconds } satisfies KeptTimes]]));
  const kernel = fastest(milliseconds, byShape);
  const flop = plans.get(kernel)?.describe().flop ?? Number.NaN;
  return {
    kernel,
    flopPerMillisecond: flop / (milliseconds[kernel] ?? Number.NaN),
    timed: { timeSteps, milliseconds, known: before !== undefined },
  };
}

/** The kernel with the least time, or the one by shape if that is nearly as fast. */
export function fastest(milliseconds: Readonly<Partial<Record<RecurrentKernel, number>>>, byShape: RecurrentKernel): RecurrentKernel {
  const entries = Object.entries(milliseconds) as [RecurrentKernel, number][];
  const [kernel, least] = entries.reduce((best, entry) => (entry[1] < best[1] ? entry : best));
  const own = milliseconds[byShape] ?? Number.POSITIVE_INFINITY;
  return least < own * (1 - LEAST_GAIN) ? kernel : byShape;
}

async function timesOf(device: GPUDevice, { plans, timeSteps }: Candidates): Promise<Record<RecurrentKernel, number>> {
  const ledger = createLedger(device);
  const executors: [RecurrentKernel, Executor][] = [];
  try {
    for (const [kernel, plan] of plans) {
      const given = new Map(
        plan.memory.given.map((tensor) => [tensor.name, ledger.create(`time ${tensor.name}`, tensor.bytes, TENSOR_USAGE)]),
      );
      executors.push([kernel, await createExecutor(device, plan, given)]);
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
    const least = new Map<RecurrentKernel, number>();
    // in turn: the same kernel can be twice as slow for minutes
    for (let round = 0; round < ROUNDS; round++) {
      for (const [kernel, executor] of executors)
        least.set(kernel, Math.min(least.get(kernel) ?? Number.POSITIVE_INFINITY, await run(executor, times)));
    }
    return Object.fromEntries(least) as Record<RecurrentKernel, number>;
  } finally {
    for (const [, executor] of executors) executor.destroy();
    ledger.destroyAll();
  }
}

/** Rows that all have the time steps that are run: a row past its end only holds its state. */
function fillLengths(executor: Executor, timeSteps: number): void {
  for (const { kernel, tensors } of dispatchesOf(executor.plan.steps)) {
    const index = kernel.bindings.findIndex(({ name }) => name === 'lengths');
    if (index >= 0) executor.write(tensors[index], new Uint32Array(tensors[index].bytes / 4).fill(timeSteps));
  }
}
