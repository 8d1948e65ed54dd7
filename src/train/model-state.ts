/** What a model keeps on the GPU, reached by the trainer, the generator and checkpoints but not by users. */
import type { Ledger } from '../gpu/ledger.ts';
import type { ParameterLayout } from '../plan/layout.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import type { Model } from './model.ts';
import type { RunCache } from './run-cache.ts';

export interface ModelState {
  readonly device: GPUDevice;
  readonly ledger: Ledger;
  readonly profile: AdapterProfile;
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
