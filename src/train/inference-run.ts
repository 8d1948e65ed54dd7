/** A forward plan made ready for a model: its executor, its token data, and the host's side of inputs and states. */

import { createExecutor, type Executor } from '../gpu/executor.ts';
import { createLedger } from '../gpu/ledger.ts';
import type { ReadBack } from '../gpu/readback.ts';
import { controlElements, controlRows } from '../plan/host-tables.ts';
import { type InferenceOptions, type InferencePlan, planInference } from '../plan/inference.ts';
import { padded } from '../plan/legend.ts';
import { controlBlocks } from '../plan/training.ts';
import type { RecurrentKernel } from '../spec/engine.ts';
import { InputError } from '../spec/input-error.ts';
import { type ModelSpec, valuesPerStep } from '../spec/model.ts';
import type { Batch } from './batches.ts';
import { type DecoderSizes, decoderElements, writeDecoderBatch } from './decoder-batches.ts';
import type { ModelState } from './model-state.ts';
import { padRows, requireArray, requireIds, toBatchMajor, unpadRows } from './rows.ts';
import { createTokenData, type TokenData } from './token-data.ts';

/** The state of one layer: h and, for the LSTM, c; each [D, B, H]. */
export interface LayerState {
  readonly h: Float32Array;
  readonly c?: Float32Array;
}

export interface InferenceRun {
  readonly inference: InferencePlan;
  readonly executor: Executor;
  readonly data?: TokenData;
  readonly bytes: number;
  destroy(): void;
}

export async function createInferenceRun(
  state: ModelState,
  spec: ModelSpec,
  options: InferenceOptions,
  kernel: RecurrentKernel,
): Promise<InferenceRun> {
  const { device } = state;
  const inference = await state.planTested((profile) => planInference(spec, options, { ...profile, kernel }));
  const ledger = createLedger(device);
  const { batch, timeSteps, sourceSteps = timeSteps } = options;
  const places = spec.decoder ? decoderElements({ batch, timeSteps, sourceSteps, parts: 1 }) : batch * timeSteps;
  const vocabulary = spec.input.kind === 'tokens' ? spec.input.vocabulary : spec.output.classes;
  const data = spec.decoder || spec.input.kind === 'tokens' ? createTokenData(device, ledger, places, vocabulary) : undefined;
  const given = new Map([
    ['parameters', state.parameters],
    ['weights', state.weights],
  ]);
  if (data) given.set('data', data.buffer);
  try {
    const executor = await createExecutor(device, inference.plan, given);
    return {
      inference,
      executor,
      data,
      get bytes() {
        return executor.bytes + ledger.bytes;
      },
      destroy() {
        executor.destroy();
        ledger.destroyAll();
      },
    };
  } catch (error) {
    ledger.destroyAll();
    throw error;
  }
}

/** Uploads one batch of inputs, [T, B] ids or [T, B, I] values, and which of its rows [B] start anew (1). */
export function writeInput(
  run: InferenceRun,
  spec: ModelSpec,
  input: Int32Array | Float32Array,
  timeSteps: number,
  batch: number,
  anew: Uint32Array,
): void {
  const control = new Uint32Array(controlElements(batch));
  const places = controlRows(batch);
  control.set(anew, places.anew);
  if (spec.input.kind !== 'tokens') {
    const size = valuesPerStep(spec.input);
    requireArray('input', input, 'Float32Array', timeSteps * batch * size, `[T=${timeSteps}, B=${batch}, I=${size}]`);
    if (run.inference.wiring.input.uploaded) run.executor.write(run.inference.wiring.input.uploaded, padRows(input, size));
    if (hasControl(run)) run.executor.write(run.inference.control, control);
    return;
  }
  requireArray('input', input, 'Int32Array', timeSteps * batch, `[T=${timeSteps}, B=${batch}]`);
  requireIds('input', input as Int32Array, spec.input.vocabulary, false);
  run.data?.writeBatch(toBatchMajor(input, timeSteps, batch));
  for (let row = 0; row < batch; row++) {
    control[places.starts + row] = row * timeSteps;
    control[places.ends + row] = (row + 1) * timeSteps;
  }
  run.executor.write(run.inference.control, control);
}

/** Of a network of vectors only a learned initial state asks control for anything. */
const hasControl = ({ inference: { plan, control } }: InferenceRun): boolean => plan.memory.bufferOf.has(control);

/** Uploads what a network that writes reads, and the targets that it is told one behind the other. */
export function writeTold(
  run: InferenceRun,
  spec: ModelSpec,
  sizes: Omit<DecoderSizes, 'parts'>,
  batch: Pick<Batch, 'input' | 'lengths' | 'target'>,
): void {
  const window = writeDecoderBatch(spec, { ...sizes, parts: 1 }, run.inference.wiring, run.executor, run.data, batch);
  const fields = controlElements(sizes.batch);
  const control = new Uint32Array(controlBlocks(spec, 1) * fields);
  const { starts, ends } = controlRows(sizes.batch);
  [window, window.sources].forEach((places, block) => {
    if (!places) return;
    control.set(places.starts, block * fields + starts);
    control.set(places.ends, block * fields + ends);
  });
  run.executor.write(run.inference.control, control);
}

/** Writes row 0 of every layer's states; zeros where none are given. */
export function writeInitialState(run: InferenceRun, spec: ModelSpec, batch: number, states: readonly LayerState[] | undefined): void {
  const { hiddenSize, cell } = spec.recurrent;
  if (states && states.length !== hiddenSize.length)
    throw new InputError(`initialState must have ${hiddenSize.length} layers, got ${states.length}`);
  run.inference.wiring.stack.layers.forEach(({ directions }, index) => {
    const size = hiddenSize[index];
    const rows = (name: 'h' | 'c', place: number): Float32Array<ArrayBuffer> => {
      if (!states) return new Float32Array(batch * padded(size));
      const shape = `[D=${directions.length}, B=${batch}, H=${size}]`;
      const values = states[index][name];
      requireArray(`initialState of layer ${index}, ${name}`, values, 'Float32Array', directions.length * batch * size, shape);
      return padRows((values as Float32Array).subarray(place * batch * size, (place + 1) * batch * size), size);
    };
    directions.forEach((direction, place) => {
      run.executor.write(direction.states, rows('h', place));
      if (direction.cells && cell === 'lstm') run.executor.write(direction.cells, rows('c', place));
    });
  });
}

/** Reads the outputs, unpadded, and the last row of every layer's states. */
export async function readResult(
  run: InferenceRun,
  spec: ModelSpec,
  readBack: ReadBack,
): Promise<{ output: Float32Array; finalState: LayerState[] }> {
  const { head, stack } = run.inference.wiring;
  const sources = [{ buffer: run.executor.bufferOf(head.logits), size: head.logits.bytes, offset: 0 }];
  for (const { states, cells, timeSteps, batch, hiddenSize } of stack.layers.flatMap(({ directions }) => directions)) {
    const size = batch * hiddenSize * 4;
    for (const tensor of cells ? [states, cells] : [states])
      sources.push({ buffer: run.executor.bufferOf(tensor), size, offset: timeSteps * size });
  }
  const [logits, ...rest] = (await readBack(sources)).map((bytes) => new Float32Array(bytes));
  let next = 0;
  const finalState = stack.layers.map(({ directions }, index): LayerState => {
    const found = directions.map(({ cells }) => {
      const h = unpadRows(rest[next++], spec.recurrent.hiddenSize[index]);
      return { h, c: cells ? unpadRows(rest[next++], spec.recurrent.hiddenSize[index]) : undefined };
    });
    const h = joined(found.map((state) => state.h));
    return found[0].c ? { h, c: joined(found.map(({ c }) => c as Float32Array)) } : { h };
  });
  return { output: unpadRows(logits, spec.output.classes), finalState };
}

/** [D, ...] of the directions one behind the other. */
function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
