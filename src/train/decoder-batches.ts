/** What one step of a network that writes reads: sources or vectors, the tokens before each target, the targets; and where they lie. */
import type { Executor } from '../gpu/executor.ts';
import type { Wiring } from '../plan/wiring.ts';
import { InputError } from '../spec/input-error.ts';
import { type ModelSpec, valuesPerStep } from '../spec/model.ts';
import type { Batch } from './batches.ts';
import { byPart, padRows, requireArray, requireIds, requireLengths, toBatchMajor } from './rows.ts';
import { rowsAnew } from './start-anew.ts';
import type { StepWindow } from './step-window.ts';
import type { TokenData } from './token-data.ts';

export interface DecoderSizes {
  /** Rows of a micro-batch. */
  readonly batch: number;
  readonly parts: number;
  readonly timeSteps: number;
  readonly sourceSteps: number;
}

/** Elements that a batch needs at the beginning of the token data: sources, then for each row the mark and its targets. */
export const decoderElements = ({ batch, parts, timeSteps, sourceSteps }: DecoderSizes): number =>
  batch * parts * (sourceSteps + timeSteps + 1);

/** What a decoder is told before it writes: `input` and `lengths` of a batch. Returns where sources lie; nothing is uploaded unless all is right. */
export function writeCondition(
  spec: ModelSpec,
  { batch, parts, sourceSteps }: DecoderSizes,
  wiring: Pick<Wiring, 'condition' | 'input' | 'lengths'>,
  executor: Executor,
  data: TokenData | undefined,
  { input, lengths: given }: Pick<Batch, 'input' | 'lengths'>,
): StepWindow['sources'] {
  const rows = batch * parts;
  const source = spec.input;
  const size = valuesPerStep(source);
  if (spec.architecture === 'one-to-many') {
    const each = source.kind === 'image' ? `H=${source.height}, W=${source.width}, C=${source.channels}` : `I=${size}`;
    requireArray('input', input, 'Float32Array', rows * size, `[B=${rows}, ${each}]`);
    if (given) throw new InputError("lengths belong to what is read over time, got some for architecture 'one-to-many'");
    if (wiring.condition) executor.write(wiring.condition, padRows(input, size));
    return undefined;
  }
  const shape = `[S=${sourceSteps}, B=${rows}`;
  if (source.kind === 'tokens') {
    requireArray('input', input, 'Int32Array', sourceSteps * rows, `${shape}]`);
    requireIds('input', input as Int32Array, source.vocabulary, false);
  } else {
    requireArray('input', input, 'Float32Array', sourceSteps * rows * size, `${shape}, I=${size}]`);
  }
  const lengths = given ? requireLengths(given, rows, sourceSteps) : new Uint32Array(rows).fill(sourceSteps);
  if (source.kind === 'tokens') data?.writeBatch(toBatchMajor(input, sourceSteps, rows));
  else if (wiring.input.uploaded) executor.write(wiring.input.uploaded, byPart(padRows(input, size), sourceSteps, parts, rows));
  wiring.lengths?.forEach((tensor, part) => {
    executor.write(tensor, lengths.slice(part * batch, (part + 1) * batch));
  });
  const starts = Uint32Array.from({ length: rows }, (_, row) => row * sourceSteps);
  return { starts, ends: starts.map((start) => start + sourceSteps) };
}

/** Checks a batch whole before anything is uploaded, then uploads it. */
export function writeDecoderBatch(
  spec: ModelSpec,
  sizes: DecoderSizes,
  wiring: Pick<Wiring, 'condition' | 'input' | 'lengths' | 'targetLengths'>,
  executor: Executor,
  data: TokenData | undefined,
  batch: Batch,
): StepWindow {
  const { timeSteps, sourceSteps, parts } = sizes;
  const rows = sizes.batch * parts;
  const mark = spec.decoder?.mark ?? 0;
  requireArray('target', batch.target, 'Int32Array', timeSteps * rows, `[T=${timeSteps}, B=${rows}]`);
  const target = batch.target as Int32Array;
  requireIds('target', target, spec.output.classes, true);
  const lengths = targetLengths(target, timeSteps, rows);
  const sources = writeCondition(spec, sizes, wiring, executor, data, batch);

  const first = spec.architecture === 'encoder-decoder' && spec.input.kind === 'tokens' ? rows * sourceSteps : 0;
  const written = new Uint32Array(rows * (timeSteps + 1));
  for (let row = 0; row < rows; row++) {
    const at = row * (timeSteps + 1);
    written[at] = mark;
    for (let t = 0; t < lengths[row]; t++) written[at + t + 1] = target[t * rows + row];
  }
  data?.writeBatch(written, first);
  wiring.targetLengths?.forEach((tensor, part) => {
    executor.write(tensor, lengths.slice(part * sizes.batch, (part + 1) * sizes.batch));
  });
  const starts = Uint32Array.from({ length: rows }, (_, row) => first + row * (timeSteps + 1));
  const targetCount = lengths.reduce((sum, length) => sum + length, 0);
  return {
    starts,
    targetStarts: starts.map((start) => start + 1),
    ends: starts.map((start, row) => start + lengths[row]),
    anew: rowsAnew(rows, true),
    targetCount,
    wholeCount: targetCount,
    sources,
  };
}

/** How many ids each row writes before the first -1; none may follow it. */
function targetLengths(target: Int32Array, timeSteps: number, rows: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: rows }, (_, row) => {
    let length = 0;
    while (length < timeSteps && target[length * rows + row] >= 0) length++;
    for (let t = length; t < timeSteps; t++) {
      if (target[t * rows + row] >= 0)
        throw new InputError(
          `target of row ${row} must hold ids and then -1 alone, got ${target[t * rows + row]} at time step ${t} behind a -1`,
        );
    }
    if (length === 0) throw new InputError(`target of row ${row} must have at least one id, got only -1`);
    return length;
  });
}
