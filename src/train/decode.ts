import { readBuffers } from '../gpu/readback.ts';
import { planDecoding } from '../plan/decoding.ts';
import { SAMPLING, SAMPLING_ELEMENTS } from '../plan/host-tables.ts';
import { InputError } from '../spec/input-error.ts';
import { valuesPerStep } from '../spec/model.ts';
import { requireFraction, requireInteger, requireNonNegative, requireSeed } from '../spec/validation.ts';
import { searchBeams } from './beam.ts';
import { createDecodingRun, submit, withoutPadding, writeSources } from './decoding-run.ts';
import type { Model } from './model.ts';
import type { ModelState } from './model-state.ts';

export interface DecodeOptions {
  /** What is read: ids [S, B] or values [S, B, I]; of one-to-many one vector per row, [B, I]. */
  readonly input: Int32Array | Float32Array;
  /** Rows; default as many as lengths has, else 1. */
  readonly batch?: number;
  /** Time steps of each row's source; default S. */
  readonly lengths?: ArrayLike<number>;
  /** Most tokens to write, the end mark included. */
  readonly length: number;
  /** Divides the logits; 0, the default, takes the likeliest token (lowest id on a tie). */
  readonly temperature?: number;
  /** Draw among the k likeliest only; default 0, all. */
  readonly topK?: number;
  /** Draw among the likeliest that together have this probability; default 0, all. */
  readonly topP?: number;
  /** A u32; default 1. */
  readonly seed?: number;
  /** Looks for the likeliest text among as many hypotheses, at most 256, instead of token by token; nothing is drawn then. Default: no search. */
  readonly beam?: number;
  /** With `beam`: what was found is compared by score / ((5 + length) / 6)^a (Wu et al. 2016); default 0, longer texts are no better for it. */
  readonly lengthPenalty?: number;
}

export interface Decoded {
  /** [length, B]: ids up to and with the mark, -1 behind it. */
  readonly ids: Int32Array;
  /** With attention: how much each written step looked at each source step, [length, B, S]; each row sums to 1. */
  readonly alignment?: Float32Array;
  /** With `beam`: the logarithm of the probability of each row's text, [B]. */
  readonly scores?: Float32Array;
}

/** A token that is not forced. */
const FREE = 0xffffffff;

const mostBeams = 256;

/**
 * Writes from what is read, wholly on the GPU.
 *
 * @throws InputError if the model does not write, or if the input does not fit it.
 */
export async function decode(model: Model, state: ModelState, options: DecodeOptions): Promise<Decoded> {
  const { spec } = model;
  const { input, lengths, length, beam } = options;
  if (!spec.decoder) {
    throw new InputError(`decode must have a model of architecture 'encoder-decoder' or 'one-to-many', got '${spec.architecture}'`);
  }
  requireInteger('length', length);
  const perStep = valuesPerStep(spec.input);
  const isVector = spec.architecture === 'one-to-many';
  const batch = requireInteger('batch', options.batch ?? lengths?.length ?? (isVector ? input.length / perStep : 1));
  const sourceSteps = isVector ? 1 : input.length / (batch * perStep);
  if (!Number.isInteger(sourceSteps) || sourceSteps === 0)
    throw new InputError(`input must have a multiple of ${batch * perStep} values (batch ${batch}), got ${input.length}`);

  const sizes = { batch, timeSteps: length, sourceSteps };
  const penalty = requireBeamOptions(options);
  if (beam !== undefined) return searchBeams(spec, state, { ...sizes, beam }, penalty, { input, lengths });
  const sampling = samplingOf(options);
  const mark = spec.decoder.mark;
  return state.runs.use(
    `decode ${length} ${sourceSteps} ${batch}`,
    async () => {
      const run = await createDecodingRun(state, spec, sizes, (profile) => planDecoding(spec, sizes, profile));
      run.executor.write(run.planned.forced, new Uint32Array(run.planned.forced.elements).fill(FREE));
      run.executor.write(run.planned.tokens, new Uint32Array(batch).fill(mark));
      return run;
    },
    async (run) => {
      const { planned, executor } = run;
      writeSources(spec, sizes, run, planned.network, planned.control, { input, lengths });
      executor.write(planned.sampling, sampling);
      submit(state, run);
      const { attention } = planned.network;
      const wanted = [planned.tokens, ...(attention ? [attention.alignment] : [])];
      const [tokens, alignment] = await readBuffers(
        state.device,
        wanted.map((each) => ({ buffer: executor.bufferOf(each), size: each.bytes })),
      );
      const ids = untilMark(new Int32Array(tokens).subarray(batch), batch, mark);
      return attention ? { ids, alignment: withoutPadding(new Float32Array(alignment), sourceSteps) } : { ids };
    },
  );
}

/** Checks what belongs to a search, and that nothing is to be drawn beside it; returns the length penalty. */
function requireBeamOptions({ beam, lengthPenalty, temperature = 0, topK = 0, topP = 0 }: DecodeOptions): number {
  if (beam === undefined) {
    if (lengthPenalty !== undefined) throw new InputError(`lengthPenalty belongs to beam, got ${lengthPenalty} without beam`);
    return 0;
  }
  requireInteger('beam', beam, 1, mostBeams);
  for (const [name, value] of Object.entries({ temperature, topK, topP })) {
    if (value !== 0) throw new InputError(`${name} must be 0 with beam, which draws nothing, got ${value}`);
  }
  return requireNonNegative('lengthPenalty', lengthPenalty ?? 0);
}

function samplingOf({ temperature = 0, topK = 0, topP = 0, seed = 1 }: DecodeOptions): Uint32Array<ArrayBuffer> {
  const sampling = new Uint32Array(SAMPLING_ELEMENTS);
  const floats = new Float32Array(sampling.buffer);
  sampling[SAMPLING.seed] = requireSeed('seed', seed);
  sampling[SAMPLING.topK] = requireInteger('topK', topK, 0);
  floats[SAMPLING.temperature] = requireNonNegative('temperature', temperature);
  floats[SAMPLING.topP] = requireFraction('topP', topP);
  return sampling;
}

/** -1 behind each row's first mark. */
function untilMark(ids: Int32Array, batch: number, mark: number): Int32Array {
  const out = ids.slice();
  for (let row = 0; row < batch; row++) {
    let isOver = false;
    for (let place = row; place < out.length; place += batch) {
      if (isOver) out[place] = -1;
      else isOver = out[place] === mark;
    }
  }
  return out;
}
