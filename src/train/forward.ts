import type { AdapterProfile } from '../plan/profile.ts';
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { createInferenceRun, type LayerState, readResult, writeInitialState, writeInput } from './inference-run.ts';
import type { Model } from './model.ts';
import type { ModelState } from './model-state.ts';

export interface ForwardOptions {
  /** Ids [T, B] for token input, values [T, B, I] for vectors; time-major. */
  readonly input: Int32Array | Float32Array;
  /** Rows of the batch; default the rows of initialState, else 1. */
  readonly batch?: number;
  /** One entry per layer; default zeros. */
  readonly initialState?: readonly LayerState[];
  /** Which recurrent kernel; default the model's. */
  readonly kernel?: AdapterProfile['kernel'];
}

export interface ForwardResult {
  /** The head's outputs (logits), [T, B, V]; [B, V] for many-to-one. */
  readonly output: Float32Array;
  /** One entry per layer. */
  readonly finalState: readonly LayerState[];
}

/** @throws InputError if the input does not fill whole rows or an id is not in the vocabulary. */
export async function forward(model: Model, state: ModelState, options: ForwardOptions): Promise<ForwardResult> {
  const { spec } = model;
  const { input, initialState, kernel = state.profile.kernel } = options;
  const batch = requireInteger('batch', options.batch ?? (initialState?.[0] ? initialState[0].h.length / spec.recurrent.hiddenSize[0] : 1));
  const perRow = spec.input.kind === 'vectors' ? spec.input.size : 1;
  const timeSteps = input.length / (batch * perRow);
  if (!Number.isInteger(timeSteps) || timeSteps === 0)
    throw new InputError(`input must have a multiple of ${batch * perRow} values (batch ${batch}), got ${input.length}`);
  const key = `forward ${timeSteps} ${batch} ${kernel}`;
  const make = () => createInferenceRun(state, spec, { batch, timeSteps, stateful: false, withLoss: false }, kernel);
  return state.runs.use(key, make, (run) => {
    writeInput(run, spec, input, timeSteps, batch);
    writeInitialState(run, spec, batch, initialState);
    const encoder = state.device.createCommandEncoder({ label: 'forward' });
    run.executor.encode(encoder);
    state.device.queue.submit([encoder.finish()]);
    return readResult(run, spec, state.device);
  });
}
