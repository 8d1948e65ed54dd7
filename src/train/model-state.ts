/** What a model keeps on the GPU, reached by the trainer, the generator and checkpoints but not by users. */
import type { Ledger } from '../gpu/ledger.ts';
import type { ParameterLayout } from '../plan/layout.ts';
import type { Plan } from '../plan/plan.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import type { Model } from './model.ts';
import type { RunCache } from './run-cache.ts';

export interface ModelState {
  readonly device: GPUDevice;
  readonly ledger: Ledger;
  /** Without what was found wrong on the device so far. */
  readonly profile: AdapterProfile;
  /** A plan whose kernels are right on the device: `first`, made unless given, or one without those that are wrong. */
  planTested<Made extends { readonly plan: Plan }>(make: (profile: AdapterProfile) => Made, first?: Made): Promise<Made>;
  readonly layout: ParameterLayout;
  readonly parameters: GPUBuffer;
  readonly weights: GPUBuffer;
  /** Forward plans made ready for a shape of input, generation, streams. */
  readonly runs: RunCache;
  /** Throws once the model is destroyed. */
  requireAlive(): void;
}

const states = new WeakMap<Model, ModelState>();

export function rememberState(model: Model, state: ModelState): void {
  states.set(model, state);
}

export const notAlive = (): Error => new Error('model must be made by createModel and not be destroyed');

export function stateOf(model: Model): ModelState {
  const state = states.get(model);
  if (!state) throw notAlive();
  return state;
}

export function forgetState(model: Model): void {
  states.delete(model);
}
