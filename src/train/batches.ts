/** What one training step reads, as the few numbers of its control buffer and the uploads of a batch that the user brought. */

import { hashWords } from '../data/random.ts';
import type { Executor } from '../gpu/executor.ts';
import { CONTROL, controlElements, controlRows } from '../plan/host-tables.ts';
import { controlBlocks, partsOf, type TrainingPlan } from '../plan/training.ts';
import type { ClipSpec } from '../spec/clip.ts';
import { InputError } from '../spec/input-error.ts';
import { type ModelSpec, valuesPerStep } from '../spec/model.ts';
import { segmentsOf } from '../spec/recompute.ts';
import { overlapOf, type TrainSpec } from '../spec/train.ts';
import { decoderElements, writeDecoderBatch } from './decoder-batches.ts';
import { byPart, padRows, requireArray, requireIds, requireLengths, toBatchMajor } from './rows.ts';
import { requireAnew } from './start-anew.ts';
import type { StepWindow } from './step-window.ts';
import type { TokenData } from './token-data.ts';

/** One batch, time-major; with `accumulate` A it has A·batch rows, of which part a gets rows a·batch and on. */
export interface Batch {
  /** Ids [T, B] or values [T, B, I]; of an encoder-decoder what is read, [S, B] or [S, B, I]; of one-to-many one vector per row, [B, I]. */
  readonly input: Int32Array | Float32Array;
  /** Softmax: ids [T, B] ([B] for many-to-one), -1 does not count: behind the end mark of what is written, only -1. Otherwise values [T, B, V]. */
  readonly target: Int32Array | Float32Array;
  /** Time steps of each row, 1 to T; default T. Targets past the end of a row do not count. */
  readonly lengths?: ArrayLike<number>;
  /** Of a stateful training: 1 for each row that starts anew, from its initial state; default none does. */
  readonly anew?: ArrayLike<number>;
}

/** Rows in one step, over all micro-batches. */
export const totalRows = ({ batch, accumulate }: TrainSpec): number => batch * accumulate;

/** Sizes of a step of a network that writes. */
const decoderSizes = ({ batch, timeSteps, sourceSteps = timeSteps, accumulate }: TrainSpec) => ({
  batch,
  timeSteps,
  sourceSteps,
  parts: accumulate,
});

/** Elements that a batch needs at the beginning of the token data: inputs and targets; 0 where there are no tokens. */
export function batchElements(spec: ModelSpec, train: TrainSpec): number {
  if (spec.decoder) return decoderElements(decoderSizes(train));
  return spec.input.kind === 'tokens' ? 2 * totalRows(train) * train.timeSteps : 0;
}

/** Checks a batch whole before anything is uploaded, then uploads it. */
export function writeBatch(
  spec: ModelSpec,
  train: TrainSpec,
  training: TrainingPlan,
  executor: Executor,
  data: TokenData | undefined,
  batch: Batch,
): StepWindow {
  const { wiring } = training;
  if (spec.decoder) return writeDecoderBatch(spec, decoderSizes(train), wiring, executor, data, batch);
  const { input, target, lengths: given } = batch;
  const { timeSteps, batch: partRows, accumulate: parts } = train;
  const rows = totalRows(train);
  const shape = `[T=${timeSteps}, B=${rows}`;
  const steps = spec.architecture === 'many-to-one' ? 1 : timeSteps;
  const { classes, kind } = spec.output;
  const isSoftmax = kind === 'softmax';
  const size = valuesPerStep(spec.input);
  if (spec.input.kind === 'tokens') {
    requireArray('input', input, 'Int32Array', timeSteps * rows, `${shape}]`);
    requireIds('input', input as Int32Array, spec.input.vocabulary, false);
  } else {
    requireArray('input', input, 'Float32Array', timeSteps * rows * size, `${shape}, I=${size}]`);
  }
  const targetShape = steps === 1 && spec.architecture === 'many-to-one' ? `[B=${rows}` : shape;
  if (isSoftmax) {
    requireArray('target', target, 'Int32Array', steps * rows, `${targetShape}]`);
    requireIds('target', target as Int32Array, classes, true);
  } else {
    requireArray('target', target, 'Float32Array', steps * rows * classes, `${targetShape}, V=${classes}]`);
  }
  if (given && !train.lengths)
    throw new InputError('lengths belong to a trainer with lengths true, which one with stateful true cannot have');
  const lengths = given ? requireLengths(given, rows, timeSteps) : new Uint32Array(rows).fill(timeSteps);
  const isOver = (position: number): boolean => steps > 1 && Math.floor(position / rows) >= lengths[position % rows];
  const counted = isSoftmax && given ? (target as Int32Array).map((id, position) => (isOver(position) ? -1 : id)) : target;
  const anew = requireAnew(batch.anew, rows, train.stateful);
  const overlap = steps > 1 ? overlapOf(train) : 0;
  const isNew = (position: number): boolean => Math.floor(position / rows) >= overlap || anew[position % rows] === 1;
  const steady = steps > 1 ? lengths.reduce((sum, length) => sum + length, 0) : rows;
  const repeated = overlap * anew.reduce((count, value) => count + 1 - value, 0);
  const countIds = (isIn: (position: number) => boolean): number =>
    (counted as Int32Array).reduce((count, id, position) => count + (id >= 0 && isIn(position) ? 1 : 0), 0);
  const wholeCount = isSoftmax ? countIds(() => true) : steady * classes;
  const targetCount = isSoftmax ? countIds(isNew) : (steady - repeated) * classes;
  if (targetCount === 0) throw new InputError('target must have at least one id that counts, got only -1');

  if (spec.input.kind === 'tokens') data?.writeBatch(toBatchMajor(input, timeSteps, rows));
  else if (wiring.input.uploaded) executor.write(wiring.input.uploaded, byPart(padRows(input, size), timeSteps, parts, rows));
  if (!training.targets) data?.writeBatch(toBatchMajor(counted, timeSteps, rows), rows * timeSteps);
  else if (isSoftmax) executor.write(training.targets, new Uint32Array(byPart(counted as Int32Array, steps, parts, rows)));
  else executor.write(training.targets, byPart(padRows(target, classes), steps, parts, rows));

  wiring.lengths?.forEach((tensor, part) => {
    executor.write(tensor, lengths.slice(part * partRows, (part + 1) * partRows));
  });

  const first = (row: number): number => row * timeSteps;
  const starts = Uint32Array.from({ length: rows }, (_, row) => first(row));
  return {
    starts,
    targetStarts: starts.map((start) => start + rows * timeSteps),
    ends: starts.map((start) => start + timeSteps),
    anew,
    targetCount,
    wholeCount,
  };
}

export interface StepNumbers {
  /** Number of the step, from 1: what dropout draws follows from it and the seed. */
  readonly step: number;
  readonly slot: number;
  readonly previousSlot: number;
  readonly learningRate: number;
  /** Bounds of the clips that are on; default the trainer's. */
  readonly clip?: ClipSpec;
  /** CONTROL.monitored; default 0. */
  readonly monitored?: number;
}

/** The control buffer of one step: a block per micro-batch, or per segment of the window, each with the numbers of the whole step. */
export function controlOf(spec: ModelSpec, train: TrainSpec, window: StepWindow, numbers: StepNumbers): Uint32Array<ArrayBuffer> {
  const { batch, loss } = train;
  const { segments, segmentSteps } = segmentsOf(train);
  const parts = partsOf(train);
  const { clip = train.clip } = numbers;
  const fields = controlElements(batch);
  const control = new Uint32Array(controlBlocks(spec, parts) * fields);
  const floats = new Float32Array(control.buffer);
  const perRow = spec.output.kind === 'softmax' ? 1 : spec.output.classes;
  for (let part = 0; part < parts; part++) {
    const at = part * fields;
    floats[at + CONTROL.gradientScale] = loss.reduction === 'mean' ? 1 / window.targetCount : 1 / (totalRows(train) * perRow);
    floats[at + CONTROL.lossScale] = 1 / window.targetCount;
    control[at + CONTROL.slot] = numbers.slot;
    control[at + CONTROL.previousSlot] = numbers.previousSlot;
    control[at + CONTROL.seed] = hashWords(train.seed, numbers.step, part);
    floats[at + CONTROL.learningRate] = numbers.learningRate;
    floats[at + CONTROL.clipNorm] = clip.globalNorm ?? 0;
    floats[at + CONTROL.clipValue] = clip.value ?? 0;
    floats[at + CONTROL.clipTensorNorm] = clip.tensorNorm ?? 0;
    floats[at + CONTROL.clipStepValue] = clip.timeStepValue ?? 0;
    floats[at + CONTROL.clipStepNorm] = clip.timeStepNorm ?? 0;
    control[at + CONTROL.monitored] = numbers.monitored ?? 0;
    const first = segments > 1 ? 0 : part * batch;
    const rows = [first, first + batch] as const;
    const later = segments > 1 ? part * segmentSteps : 0;
    const places = controlRows(batch);
    control.set(movedBy(window.starts.subarray(...rows), later), at + places.starts);
    control.set(movedBy(window.targetStarts.subarray(...rows), later), at + places.targetStarts);
    control.set(window.ends.subarray(...rows), at + places.ends);
    control.set(window.anew.subarray(...rows), at + places.anew);
    if (window.sources) {
      const source = (parts + part) * fields;
      control.set(window.sources.starts.subarray(...rows), source + places.starts);
      control.set(window.sources.ends.subarray(...rows), source + places.ends);
    }
  }
  return control;
}

const movedBy = (starts: Uint32Array, steps: number): Uint32Array => (steps === 0 ? starts : starts.map((start) => start + steps));
