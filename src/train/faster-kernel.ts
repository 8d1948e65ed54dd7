/**
 * Which kernels are faster on a device, found out by running them: recurrent ones, and on a GPU the tiles of the products. Of the plans only the dispatches in which they
 * differ are run, and of sweeps only the first time steps. The sums run in the same order in all of them, so that the choice is one of time.
 */

import { isSoftwareAdapter, profileOf } from '../gpu/device.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import { type DispatchStep, dispatchesOf, worksOf } from '../plan/step.ts';
import { planTraining } from '../plan/training.ts';
import type { ProductTiles, RecurrentKernel } from '../spec/engine.ts';
import { type ModelOptions, type ModelSpec, modelSpec } from '../spec/model.ts';
import { type TrainOptions, type TrainSpec, trainSpec } from '../spec/train.ts';
import { firstSteps, isSweep } from './first-steps.ts';
import { withRefusals } from './self-test.ts';
import { canTime, differingSteps, fastest, type Times, timePlans } from './time-plans.ts';

/** What `createModel` should be given as `kernel`, `products` and `flopPerMillisecond`. */
export interface FasterKernel {
  readonly kernel: RecurrentKernel;
  readonly products: ProductTiles;
  /** Operations per millisecond of its sweeps, by which long dispatches are cut; absent where nothing was measured. */
  readonly flopPerMillisecond?: number;
  /** What was measured of the recurrent kernels, forward and reverse sweep together, on a GPU with the products between layers; absent where there is only one way, or the plan is larger than 256 MiB. */
  readonly timed?: Times<RecurrentKernel> & {
    /** As many of the first time steps were run. */
    readonly timeSteps: number;
  };
  /** What was measured of the products. */
  readonly timedProducts?: Times<ProductTiles>;
}

/** Of one run of a candidate, by the profile's rate; with five runs of two candidates and the warm-up half a second. */
const RUN_MILLISECONDS = 40;

const session = new WeakMap<GPUDevice, Map<string, Promise<FasterKernel>>>();

/**
 * Times the recurrent kernels for these sizes on this device, and on a GPU the tiles of products, under a second in all besides what has to be compiled; a result is known for 7 days
 * (IndexedDB in a page, a file in Node). The kernels of the choice by shape, and products without workgroup memory, stay unless others are faster by 3 %. `kernel`
 * and `products`: what is chosen already.
 *
 * @throws InputError for a model or training that is not possible.
 * @example
 * const { kernel, products, flopPerMillisecond } = await fasterKernel(device, modelOptions, trainOptions);
 * const model = createModel(device, modelOptions, { kernel, products, flopPerMillisecond });
 */
export async function fasterKernel(
  device: GPUDevice,
  modelOptions: ModelOptions,
  trainOptions: TrainOptions,
  { kernel = 'auto', products = 'auto' }: { readonly kernel?: RecurrentKernel; readonly products?: ProductTiles } = {},
): Promise<FasterKernel> {
  const sizes = { spec: modelSpec(modelOptions), train: trainSpec(trainOptions), kernel, products };
  if (kernel !== 'auto' && (products !== 'auto' || isSoftwareAdapter(device.adapterInfo))) return { kernel, products };
  const profile = withRefusals(device, profileOf(device));
  const known = session.get(device) ?? new Map<string, Promise<FasterKernel>>();
  session.set(device, known);
  const text = JSON.stringify({ ...sizes, profile });
  const choice = known.get(text) ?? choose(device, sizes, profile);
  known.set(text, choice);
  choice.catch(() => known.delete(text));
  return choice;
}

const WORDS = {
  sequence: 'one dispatch per layer',
  step: 'one dispatch per time step',
  wavefront: 'layers beside each other',
  auto: 'by size',
  registers: 'operands in registers',
  shared: 'operands in workgroup memory',
} as const;

/**
 * The choice as a sentence: `recurrent kernels: one dispatch per time step, 21.4 ms against 25.5 ms for one dispatch per layer (32 time steps, measured on this adapter before)`, and of a GPU
 * `; products: operands in workgroup memory, 2.10 ms against 3.05 ms for operands in registers`
 */
export function describeChoice({ kernel, timed, products, timedProducts }: FasterKernel): string {
  const against = <Name extends keyof typeof WORDS>(chosen: Name, { milliseconds }: Times<Name>): string => {
    const timeOf = (name: Name): string => `${(milliseconds[name] ?? Number.NaN).toPrecision(3)} ms`;
    const others = (Object.keys(milliseconds) as Name[]).filter((name) => name !== chosen);
    return `${WORDS[chosen]}, ${timeOf(chosen)} against ${others.map((name) => `${timeOf(name)} for ${WORDS[name]}`).join(' and ')}`;
  };
  const recurrent = timed
    ? `${against(kernel, timed)} (${timed.timeSteps} time steps, measured on this adapter ${timed.known ? 'before' : 'now'})`
    : `${WORDS[kernel]}, ${kernel === 'auto' ? 'there is one way only' : 'as asked for'}`;
  const ofProducts = timedProducts ? `; products: ${against(products, timedProducts)}` : '';
  return `recurrent kernels: ${recurrent}${ofProducts}`;
}

interface Sizes {
  readonly spec: ModelSpec;
  readonly train: TrainSpec;
  readonly kernel: RecurrentKernel;
  readonly products: ProductTiles;
}

type Recurrent = Pick<FasterKernel, 'kernel' | 'flopPerMillisecond' | 'timed'>;

async function choose(device: GPUDevice, sizes: Sizes, profile: AdapterProfile): Promise<FasterKernel> {
  const { kernel, products } = sizes;
  const recurrent: Recurrent = kernel === 'auto' ? await chooseRecurrent(device, sizes, profile) : { kernel };
  if (profile.software || products !== 'auto') return { ...recurrent, products };
  const { flopPerMillisecond = profile.flopPerMillisecond } = recurrent;
  return { ...recurrent, ...(await chooseProducts(device, sizes, { ...profile, kernel: recurrent.kernel, flopPerMillisecond })) };
}

async function chooseRecurrent(device: GPUDevice, { spec, train }: Sizes, profile: AdapterProfile): Promise<Recurrent> {
  const codesOf = (plan: Plan): string => `${plan.describe().dispatches} ${plan.describe().kernels.join()}`;
  const planWith = (kernel: RecurrentKernel): Plan => planTraining(spec, train, { ...profile, kernel }).plan;
  const shape = codesOf(planWith('auto'));
  const whole = new Map<RecurrentKernel, Plan>();
  // a software adapter has no threads that a layer leaves idle
  const beside = profile.software ? [] : (['wavefront'] as const);
  for (const kernel of ['sequence', 'step', ...beside, 'auto'] as const) {
    const plan = planWith(kernel);
    if (![...whole.values()].some((other) => codesOf(other) === codesOf(plan))) whole.set(kernel, plan);
  }
  const byShape = [...whole].find(([, plan]) => codesOf(plan) === shape)?.[0] ?? 'auto';

  const differing = differingSteps(whole);
  const flop = Math.max(...[...differing.values()].map((steps) => steps.reduce((sum, step) => sum + step.flop, 0)));
  const affordable = Math.floor((train.timeSteps * profile.flopPerMillisecond * RUN_MILLISECONDS) / Math.max(flop, 1));
  const timeSteps = Math.max(1, Math.min(train.timeSteps, affordable));
  const part = (steps: readonly DispatchStep[]): readonly DispatchStep[] => firstSteps(steps, timeSteps, train.timeSteps, profile);
  const plans = new Map([...differing].map(([kernel, steps]) => [kernel, createPlan(`time ${kernel}`, profile, part(steps))]));
  if (!canTime(plans)) plans.delete('wavefront');
  if (!canTime(plans)) return { kernel: 'auto' };
  const times = await timePlans(device, plans, timeSteps, byShape);
  const kernel = fastest(times.milliseconds, byShape);
  // products between layers, which are faster, are in the time and not in the rate by which sweeps are cut
  const sweeps = worksOf(dispatchesOf(plans.get(kernel)?.steps ?? [])).filter(isSweep);
  const done = sweeps.reduce((sum, step) => sum + step.flop, 0);
  return { kernel, flopPerMillisecond: done / (times.milliseconds[kernel] ?? Number.NaN), timed: { timeSteps, ...times } };
}

/** Of the products as many of the largest as can be afforded. */
async function chooseProducts(
  device: GPUDevice,
  { spec, train }: Sizes,
  profile: AdapterProfile,
): Promise<Pick<FasterKernel, 'products' | 'timedProducts'>> {
  const whole = new Map(
    (['registers', 'shared'] as const).map((products) => [products, planTraining(spec, train, { ...profile, products }).plan]),
  );
  const plans = new Map(
    [...differingSteps(whole)].map(([products, steps]) => [
      products,
      createPlan(`time ${products}`, profile, largestWithin(steps, profile.flopPerMillisecond * RUN_MILLISECONDS)),
    ]),
  );
  if (!canTime(plans)) return { products: 'auto' };
  const timedProducts = await timePlans(device, plans, train.timeSteps, 'registers');
  return { products: fastest(timedProducts.milliseconds, 'registers'), timedProducts };
}

/** The largest dispatches that fit into so many operations together, in their order; the smallest of all where none does. */
export function largestWithin<Step extends { readonly flop: number }>(steps: readonly Step[], flop: number): readonly Step[] {
  const taken = new Set<Step>();
  let free = flop;
  const sorted = [...steps].sort((left, right) => right.flop - left.flop);
  for (const step of sorted) {
    if (step.flop > free) continue;
    taken.add(step);
    free -= step.flop;
  }
  return taken.size > 0 ? steps.filter((step) => taken.has(step)) : sorted.slice(-1);
}
