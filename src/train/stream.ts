import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { createInferenceRun, type InferenceRun, readResult, writeInput } from './inference-run.ts';
import type { Model } from './model.ts';
import type { ModelState } from './model-state.ts';
import { clearAnew, rowsAnew } from './start-anew.ts';

/** Inference one time step at a time; the states stay on the GPU between steps. */
export interface ModelStream {
  /** Input of one step, ids [B] or values [B, I]; resolves to the outputs [B, V]. */
  step(input: Int32Array | Float32Array): Promise<Float32Array>;
  /** Sets the states of these rows (default: all) to zero before the next step. */
  reset(rows?: readonly number[]): void;
  destroy(): void;
}

export function createStream(model: Model, state: ModelState, rows: number): ModelStream {
  const batch = requireInteger('batch', rows);
  const { spec } = model;
  if (spec.decoder || spec.recurrent.bidirectional) {
    throw new InputError(
      `a stream must have a model that reads step by step, got ${spec.decoder ? `architecture '${spec.architecture}'` : 'a bidirectional one'}`,
    );
  }
  const { device } = state;
  let made: Promise<InferenceRun> | undefined;
  let isAlive = true;
  /** Rows that start anew with the next step. */
  const anew = rowsAnew(batch, true);
  state.requireAlive();
  const make = () => createInferenceRun(state, spec, { batch, timeSteps: 1, stateful: true, withLoss: false }, state.profile.kernel);
  const requireAlive = (): void => {
    if (!isAlive) throw new Error('stream must not be destroyed');
    state.requireAlive();
  };
  return {
    async step(input) {
      requireAlive();
      made ??= state.runs.keep(make);
      const ready = await made;
      requireAlive();
      writeInput(ready, spec, input, 1, batch, anew);
      const encoder = device.createCommandEncoder({ label: 'stream step' });
      clearAnew(encoder, ready.executor, ready.inference.carried, anew);
      anew.fill(0);
      ready.executor.encode(encoder);
      device.queue.submit([encoder.finish()]);
      return (await readResult(ready, spec, device)).output;
    },
    reset(chosen) {
      for (const row of chosen ?? []) requireInteger('row', row, 0, batch - 1);
      if (chosen) for (const row of chosen) anew[row] = 1;
      else anew.fill(1);
    },
    destroy() {
      isAlive = false;
      made?.then(state.runs.release, () => undefined);
    },
  };
}
