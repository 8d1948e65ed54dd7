import { createStagingRing, type StagingRing } from '../gpu/readback.ts';
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { createInferenceRun, type InferenceRun, writeInput } from './inference-run.ts';
import type { Model } from './model.ts';
import type { ModelState } from './model-state.ts';
import { unpadRows } from './rows.ts';
import type { Runnable } from './run-cache.ts';
import { clearAnew, rowsAnew } from './start-anew.ts';

/** Inference one time step at a time; the states stay on the GPU between steps. */
export interface ModelStream {
  /** Input of one step, ids [B] or values [B, I]; resolves to the outputs [B, V]. */
  step(input: Int32Array | Float32Array): Promise<Float32Array>;
  /** Sets the states of these rows (default: all) to zero before the next step. */
  reset(rows?: readonly number[]): void;
  destroy(): void;
}

interface StreamRun extends Runnable {
  readonly run: InferenceRun;
  /** Where outputs come back, made once. */
  readonly outputs: StagingRing;
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
  let made: Promise<StreamRun> | undefined;
  /** Steps that are called without waiting take their turns: there is one buffer in which outputs come back. */
  let lastStep: Promise<unknown> = Promise.resolve();
  let isAlive = true;
  /** Rows that start anew with the next step. */
  const anew = rowsAnew(batch, true);
  /** Rows that should have, with a step that could not be taken. */
  const owed = new Uint32Array(batch);
  state.requireAlive();
  const make = async (): Promise<StreamRun> => {
    const run = await createInferenceRun(state, spec, { batch, timeSteps: 1, stateful: true, withLoss: false }, state.profile.kernel);
    const { logits } = run.inference.wiring.head;
    const outputs = createStagingRing(device, run.executor.bufferOf(logits), logits.bytes, { count: 1, isShort: true });
    return {
      run,
      outputs,
      get bytes() {
        return run.bytes + outputs.bytes;
      },
      destroy() {
        outputs.destroy();
        run.destroy();
      },
    };
  };
  const requireAlive = (): void => {
    if (!isAlive) throw new Error('stream must not be destroyed');
    state.requireAlive();
  };
  /** `begun`: which rows start anew, as it was when the step was called. */
  const stepOnce = async (input: Int32Array | Float32Array, begun: Uint32Array): Promise<Float32Array> => {
    requireAlive();
    made ??= state.runs.keep(make);
    const { run, outputs } = await made;
    requireAlive();
    owed.forEach((isOwed, row) => {
      begun[row] |= isOwed;
    });
    owed.set(begun);
    writeInput(run, spec, input, 1, batch, begun);
    const encoder = device.createCommandEncoder({ label: 'stream step' });
    clearAnew(encoder, run.executor, run.inference.carried, begun);
    run.executor.encode(encoder);
    const take = outputs.request(encoder);
    device.queue.submit([encoder.finish()]);
    owed.fill(0);
    return unpadRows(new Float32Array(await take()), spec.output.classes);
  };
  return {
    step(input) {
      const begun = anew.slice();
      anew.fill(0);
      const step = lastStep.then(() => stepOnce(input, begun));
      lastStep = step.catch(() => undefined);
      return step;
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
