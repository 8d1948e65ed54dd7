import { type ReadBack, readBuffers } from '../gpu/readback.ts';
import type { RecurrentKernel } from '../spec/engine.ts';
import { InputError } from '../spec/input-error.ts';
import { type ModelSpec, valuesPerStep } from '../spec/model.ts';
import { requireInteger } from '../spec/validation.ts';
import {
  createInferenceRun,
  type InferenceRun,
  type LayerState,
  readResult,
  writeInitialState,
  writeInput,
  writeTold,
} from './inference-run.ts';
import type { Model } from './model.ts';
import type { ModelState } from './model-state.ts';
import { requireLengths } from './rows.ts';
import { rowsAnew } from './start-anew.ts';

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
  readonly kernel?: RecurrentKernel;
}

export interface ForwardResult {
  /** The head's outputs (logits), [T, B, V]; [B, V] for many-to-one. */
  readonly output: Float32Array;
  /** One entry per layer. */
  readonly finalState: readonly LayerState[];
}

/** @throws InputError if the input does not fill whole rows or an id is not in the vocabulary. */
export const forward = (model: Model, state: ModelState, options: ForwardOptions): Promise<ForwardResult> =>
  runForward(model, state, options, false, async (run, readBack) => {
    const { spec } = model;
    const result = await readResult(run, spec, readBack);
    const { lengths } = options;
    if (lengths && !spec.decoder && spec.architecture !== 'many-to-one') clearEnded(result.output, lengths, spec.output.classes);
    return result;
  });

/** A forward pass over a batch, and what `read` makes of it, which must call `readBack` once: that submits the pass. `keepsGates`: the gates of every layer can be read too. */
export async function runForward<Result>(
  model: Model,
  state: ModelState,
  options: ForwardOptions,
  keepsGates: boolean,
  read: (run: InferenceRun, readBack: ReadBack) => Promise<Result>,
): Promise<Result> {
  const { spec } = model;
  const { input, target, initialState, lengths, kernel = state.profile.kernel } = options;
  const batch = requireInteger('batch', options.batch ?? lengths?.length ?? rowsOf(spec, initialState));
  const perRow = valuesPerStep(spec.input);
  const inputSteps = spec.architecture === 'one-to-many' ? 1 : input.length / (batch * perRow);
  if (spec.decoder) requireTold(options);
  else if (target) throw new InputError(`target belongs to a network that writes, got some for architecture '${spec.architecture}'`);
  if (!Number.isInteger(inputSteps) || inputSteps === 0)
    throw new InputError(`input must have a multiple of ${batch * perRow} values (batch ${batch}), got ${input.length}`);
  const timeSteps = target ? target.length / batch : inputSteps;
  if (!Number.isInteger(timeSteps) || timeSteps === 0)
    throw new InputError(`target must have a multiple of ${batch} ids (batch ${batch}), got ${target?.length}`);
  const ends = spec.decoder ? undefined : lengths && requireLengths(lengths, batch, timeSteps);
  const sizes = { batch, timeSteps, sourceSteps: inputSteps };
  const hasLengths = spec.decoder !== undefined || ends !== undefined;
  const make = () =>
    createInferenceRun(state, spec, { ...sizes, stateful: false, withLoss: false, lengths: hasLengths, keepsGates }, kernel);
  const key = [keepsGates ? 'inspect' : 'forward', timeSteps, inputSteps, batch, kernel, hasLengths ? 'lengths' : ''].join(' ');
  return state.runs.use(key, make, (run) => {
    if (spec.decoder) writeTold(run, spec, sizes, { input, lengths, target: target as Int32Array });
    else {
      writeInput(run, spec, input, timeSteps, batch, rowsAnew(batch, initialState === undefined));
      if (ends && run.inference.wiring.lengths?.[0]) run.executor.write(run.inference.wiring.lengths[0], ends);
      writeInitialState(run, spec, batch, initialState);
    }
    const encoder = state.device.createCommandEncoder({ label: 'forward' });
    run.executor.encode(encoder);
    return read(run, (sources) => readBuffers(state.device, sources, encoder));
  });
}

/** Teacher forcing: a network that writes must be told what, and takes its first state from what it reads. */
function requireTold({ target, initialState }: ForwardOptions): void {
  if (initialState) throw new InputError('initialState must not be given to a network that writes: what it reads makes its first state');
  if (!target) throw new InputError('forward must have a target to tell a network that writes, got none; decode writes by itself');
}

function rowsOf({ recurrent: { bidirectional, hiddenSize } }: ModelSpec, initialState: readonly LayerState[] | undefined): number {
  return initialState?.[0] ? initialState[0].h.length / ((bidirectional ? 2 : 1) * hiddenSize[0]) : 1;
}

/** Zeros in the outputs [T, B, V] past the end of each row, as PyTorch's packed sequences give. */
function clearEnded(output: Float32Array, ends: ArrayLike<number>, classes: number): void {
  const batch = ends.length;
  for (let position = 0; position * classes < output.length; position++) {
    if (Math.floor(position / batch) >= ends[position % batch]) output.fill(0, position * classes, (position + 1) * classes);
  }
}
