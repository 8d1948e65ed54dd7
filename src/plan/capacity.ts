/** How long a context may be: what a time step costs, and how many of them an adapter can bind. */
import type { ModelSpec } from '../spec/model.ts';
import type { TrainSpec } from '../spec/train.ts';
import type { Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import type { Tensor } from './tensor.ts';
import { planTraining } from './training.ts';

export interface Capacity {
  /** Bytes that each further time step of the whole batch costs. */
  readonly bytesPerTimeStep: number;
  /** The most time steps for which the adapter can bind every tensor; what memory there is WebGPU does not say. */
  readonly timeSteps: number;
  /** The tensor that ends it. */
  readonly tensor: string;
}

/** The more time steps the better for the slopes, but each is two dispatches of step kernels, which are made for nothing. */
const PROBE = 32;

/** From two plans: every tensor grows evenly with time, or not at all. */
export function capacityOf(spec: ModelSpec, train: TrainSpec, profile: AdapterProfile = defaultProfile): Capacity {
  const { recompute = 1 } = train;
  const probe = Math.ceil(PROBE / recompute) * recompute;
  const [short, long] = [probe, 2 * probe].map((timeSteps) => planTraining(spec, { ...train, timeSteps }, profile).plan);
  const most = Math.min(profile.maxStorageBufferBindingSize, profile.maxBufferSize);
  const before = new Map(tensorsOf(short).map(({ name, bytes }) => [name, bytes]));
  let timeSteps = Number.POSITIVE_INFINITY;
  let tensor = '';
  for (const { name, bytes } of tensorsOf(long)) {
    const slope = (bytes - (before.get(name) ?? bytes)) / probe;
    const fitting = slope > 0 ? 2 * probe + Math.floor((most - bytes) / slope / recompute) * recompute : Number.POSITIVE_INFINITY;
    if (fitting < timeSteps) [timeSteps, tensor] = [fitting, name];
  }
  return { bytesPerTimeStep: (bytesOf(long) - bytesOf(short)) / probe, timeSteps, tensor };
}

const tensorsOf = ({ memory }: Plan): Tensor[] => [...memory.bufferOf.keys(), ...memory.given];
const bytesOf = (plan: Plan): number => plan.describe().bytes + plan.describe().givenBytes;
