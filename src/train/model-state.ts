/** What a model keeps on the GPU, reached by the trainer, the generator and checkpoints but not by users. */
import type { Executor } from '../gpu/executor.ts';
import type { Ledger } from '../gpu/ledger.ts';
import type { ParameterLayout } from '../plan/layout.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import type { Model } from './model.ts';

export interface ModelState {
  readonly device: GPUDevice;
  readonly ledger: Ledger;
  readonly profile: AdapterProfile;
  readonly layout: ParameterLayout;
  readonly parameters: GPUBuffer;
  readonly weights: GPUBuffer;
  /** Executors made for a shape of input; the oldest is destroyed when a fifth shape comes. */
  readonly executors: ExecutorCache;
}

export interface ExecutorCache {
  readonly bytes: number;
  get<Entry extends { readonly executor: Executor; destroy(): void }>(key: string, make: () => Promise<Entry>): Promise<Entry>;
  destroyAll(): void;
}

const MOST_SHAPES = 4;

export function createExecutorCache(): ExecutorCache {
  const entries = new Map<string, { readonly made: Promise<{ readonly executor: Executor; destroy(): void }>; bytes: number }>();
  const drop = (key: string): void => {
    const entry = entries.get(key);
    entries.delete(key);
    entry?.made.then(
      ({ destroy }) => destroy(),
      () => undefined,
    );
  };
  return {
    get bytes() {
      return [...entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    },
    async get<Entry extends { readonly executor: Executor; destroy(): void }>(key: string, make: () => Promise<Entry>): Promise<Entry> {
      const known = entries.get(key);
      if (known) {
        entries.delete(key);
        entries.set(key, known);
        return known.made as Promise<Entry>;
      }
      for (const oldest of [...entries.keys()].slice(0, Math.max(0, entries.size - MOST_SHAPES + 1))) drop(oldest);
      const entry = { made: make(), bytes: 0 };
      entries.set(key, entry);
      try {
        const made = await entry.made;
        entry.bytes = made.executor.bytes;
        return made;
      } catch (error) {
        entries.delete(key);
        throw error;
      }
    },
    destroyAll() {
      for (const key of [...entries.keys()]) drop(key);
    },
  };
}

const states = new WeakMap<Model, ModelState>();

export function rememberState(model: Model, state: ModelState): void {
  states.set(model, state);
}

export function stateOf(model: Model): ModelState {
  const state = states.get(model);
  if (!state) throw new Error('model must be made by createModel and not be destroyed');
  return state;
}

export function forgetState(model: Model): void {
  states.delete(model);
}
