import type { AdapterProfile } from '../plan/profile.ts';
import { InputError } from '../spec/input-error.ts';
import { type ModelSpec, valuesPerStep } from '../spec/model.ts';
import { requireInteger } from '../spec/validation.ts';
import { createInferenceRun, type LayerState, readResult, writeInitialState, writeInput, writeTold } from './inference-run.ts';
import type { Model } from './model.ts';
import type { ModelState } from './model-state.ts';
import { requireLengths } from './rows.ts';

export interface ForwardOptions {
  /** Ids [T, B] for token input, values [T, B, I] for vectors; time-major. Of a network that writes: what it reads, as in training. */
  readonly input: Int32Array | Float32Array;
  /** Of a network that writes: the ids [T, B] that it is told one behind the other, -1 behind the last of a row; the outputs are those before each. */
  readonly target?: Int32Array;
  /** Rows of the batch; default the rows of initialState, else 1. */
  readonly batch?: number;
  /** Time steps of each row, 1 to T; default T. Outputs past the end of a row are 0. */
  readonly lengths?: ArrayLike<number>;
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
  const { input, initialState, lengths, kernel = state.profile.kernel } = options;
  const batch = requireInteger('batch', options.batch ?? lengths?.length ?? rowsOf(spec, initialState));
  if (spec.decoder) return forwardTold(model, state, options, batch);
  if (options.target) throw new InputError(`target belongs to a network that writes, got some for architecture '${spec.architecture}'`);
  const perRow = valuesPerStep(spec.input);
  const timeSteps = input.length / (batch * perRow);
  if (!Number.isInteger(timeSteps) || timeSteps === 0)
    throw new InputError(`input must have a multiple of ${batch * perRow} values (batch ${batch}), got ${input.length}`);
  const ends = lengths && requireLengths(lengths, batch, timeSteps);
  const key = `forward ${timeSteps} ${batch} ${kernel}${ends ? ' lengths' : ''}`;
  const make = () =>
    createInferenceRun(state, spec, { batch, timeSteps, stateful: false, withLoss: false, lengths: ends !== undefined }, kernel);
  return state.runs.use(key, make, async (run) => {
    writeInput(run, spec, input, timeSteps, batch);
    if (ends && run.inference.wiring.lengths?.[0]) run.executor.write(run.inference.wiring.lengths?.[0], ends);
    writeInitialState(run, spec, batch, initialState);
    const encoder = state.device.createCommandEncoder({ label: 'forward' });
    run.executor.encode(encoder);
    state.device.queue.submit([encoder.finish()]);
    const result = await readResult(run, spec, state.device);
    if (ends && spec.architecture !== 'many-to-one') clearEnded(result.output, ends, spec.output.classes);
    return result;
  });
}

/** Teacher forcing: the outputs [T, B, V] of a network that writes, before each id of the target. */
async function forwardTold(model: Model, state: ModelState, options: ForwardOptions, batch: number): Promise<ForwardResult> {
  const { spec } = model;
  const { input, target, lengths, initialState, kernel = state.profile.kernel } = options;
  if (initialState) throw new InputError('initialState must not be given to a network that writes: what it reads makes its first state');
  if (!target) throw new InputError('forward must have a target to tell a network that writes, got none; decode writes by itself');
  const perRow = valuesPerStep(spec.input);
  const sourceSteps = spec.architecture === 'one-to-many' ? 1 : input.length / (batch * perRow);
  const timeSteps = target.length / batch;
  if (!Number.isInteger(sourceSteps) || sourceSteps === 0)
    throw new InputError(`input must have a multiple of ${batch * perRow} values (batch ${batch}), got ${input.length}`);
  if (!Number.isInteger(timeSteps) || timeSteps === 0)
    throw new InputError(`target must have a multiple of ${batch} ids (batch ${batch}), got ${target.length}`);
  const sizes = { batch, timeSteps, sourceSteps };
  const make = () => createInferenceRun(state, spec, { ...sizes, stateful: false, withLoss: false, lengths: true }, kernel);
  return state.runs.use(`forward ${timeSteps} ${sourceSteps} ${batch} ${kernel}`, make, async (run) => {
    writeTold(run, spec, sizes, { input, lengths, target });
    const encoder = state.device.createCommandEncoder({ label: 'forward' });
    run.executor.encode(encoder);
    state.device.queue.submit([encoder.finish()]);
    return readResult(run, spec, state.device);
  });
}

function rowsOf({ recurrent: { bidirectional, hiddenSize } }: ModelSpec, initialState: readonly LayerState[] | undefined): number {
  return initialState?.[0] ? initialState[0].h.length / ((bidirectional ? 2 : 1) * hiddenSize[0]) : 1;
}

/** Zeros in the outputs [T, B, V] past the end of each row, as PyTorch's packed sequences give. */
function clearEnded(output: Float32Array, ends: Uint32Array, classes: number): void {
  const batch = ends.length;
  for (let position = 0; position * classes < output.length; position++) {
    if (Math.floor(position / batch) >= ends[position % batch]) output.fill(0, position * classes, (position + 1) * classes);
  }
}
