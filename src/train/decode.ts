import { createExecutor, type Executor } from '../gpu/executor.ts';
import { createLedger } from '../gpu/ledger.ts';
import { readBuffers } from '../gpu/readback.ts';
import { type DecodingPlan, type DecodingSizes, planDecoding } from '../plan/decoding.ts';
import { CONTROL, controlElements, SAMPLING, SAMPLING_ELEMENTS } from '../plan/host-tables.ts';
import { InputError } from '../spec/input-error.ts';
import type { ModelSpec } from '../spec/model.ts';
import { requireFraction, requireInteger, requireNonNegative, requireSeed } from '../spec/validation.ts';
import type { StepWindow } from './batches.ts';
import { writeCondition } from './decoder-batches.ts';
import type { Model } from './model.ts';
import type { ModelState } from './model-state.ts';
import { createTokenData, type TokenData } from './token-data.ts';

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
}

export interface Decoded {
  /** [length, B]: ids up to and with the mark, -1 behind it. */
  readonly ids: Int32Array;
  /** With attention: how much each written step looked at each source step, [length, B, S]; each row sums to 1. */
  readonly alignment?: Float32Array;
}

interface DecodingRun {
  readonly decoding: DecodingPlan;
  readonly executor: Executor;
  readonly data?: TokenData;
  readonly bytes: number;
  destroy(): void;
}

/** A token that is not forced. */
const FREE = 0xffffffff;

async function createDecodingRun(state: ModelState, spec: ModelSpec, sizes: DecodingSizes): Promise<DecodingRun> {
  const { device } = state;
  const decoding = planDecoding(spec, sizes, state.profile);
  const ledger = createLedger(device);
  try {
    const isTokens = spec.architecture === 'encoder-decoder' && spec.input.kind === 'tokens';
    const data = isTokens ? createTokenData(device, ledger, sizes.batch * sizes.sourceSteps, spec.output.classes) : undefined;
    const given = new Map([
      ['parameters', state.parameters],
      ['weights', state.weights],
      ...(data ? ([['data', data.buffer]] as const) : []),
    ]);
    const executor = await createExecutor(device, decoding.plan, given);
    executor.write(decoding.forced, new Uint32Array(decoding.forced.elements).fill(FREE));
    executor.write(decoding.tokens, new Uint32Array(sizes.batch).fill(spec.decoder?.mark ?? 0));
    return {
      decoding,
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

/**
 * Writes from what is read, wholly on the GPU.
 *
 * @throws InputError if the model does not write, or if the input does not fit it.
 */
export async function decode(model: Model, state: ModelState, options: DecodeOptions): Promise<Decoded> {
  const { spec } = model;
  const { input, lengths, length, temperature = 0, topK = 0, topP = 0, seed = 1 } = options;
  if (!spec.decoder) {
    throw new InputError(`decode must have a model of architecture 'encoder-decoder' or 'one-to-many', got '${spec.architecture}'`);
  }
  requireInteger('length', length);
  requireNonNegative('temperature', temperature);
  requireInteger('topK', topK, 0);
  requireFraction('topP', topP);
  requireSeed('seed', seed);
  const perStep = spec.input.kind === 'vectors' ? spec.input.size : 1;
  const isVector = spec.architecture === 'one-to-many';
  const batch = requireInteger('batch', options.batch ?? lengths?.length ?? (isVector ? input.length / perStep : 1));
  const sourceSteps = isVector ? 1 : input.length / (batch * perStep);
  if (!Number.isInteger(sourceSteps) || sourceSteps === 0)
    throw new InputError(`input must have a multiple of ${batch * perStep} values (batch ${batch}), got ${input.length}`);

  const sampling = new Uint32Array(SAMPLING_ELEMENTS);
  const floats = new Float32Array(sampling.buffer);
  sampling[SAMPLING.seed] = seed;
  sampling[SAMPLING.topK] = topK;
  floats[SAMPLING.temperature] = temperature;
  floats[SAMPLING.topP] = topP;
  const sizes = { batch, timeSteps: length, sourceSteps };
  return state.runs.use(
    `decode ${length} ${sourceSteps} ${batch}`,
    () => createDecodingRun(state, spec, sizes),
    async (run) => {
      const { decoding, executor } = run;
      const { network } = decoding;
      const reading = { condition: network.condition, input: network.encoder?.input ?? network.decoder.input, lengths: network.lengths };
      const sources = writeCondition(spec, { ...sizes, parts: 1 }, reading, executor, run.data, { input, lengths });
      executor.write(decoding.control, controlOfSources(sources, batch));
      executor.write(decoding.sampling, sampling);
      const encoder = state.device.createCommandEncoder({ label: 'decode' });
      executor.encode(encoder);
      state.device.queue.submit([encoder.finish()]);
      const { attention } = network;
      const wanted = [decoding.tokens, ...(attention ? [attention.alignment] : [])];
      const [tokens, alignment] = await readBuffers(
        state.device,
        wanted.map((each) => ({ buffer: executor.bufferOf(each), size: each.bytes })),
      );
      const ids = untilMark(new Int32Array(tokens).subarray(batch), batch, spec.decoder?.mark ?? 0);
      return attention ? { ids, alignment: withoutPadding(new Float32Array(alignment), sourceSteps) } : { ids };
    },
  );
}

/** The second block of control names the sources; the first is of no use here. */
function controlOfSources(sources: StepWindow['sources'], batch: number): Uint32Array<ArrayBuffer> {
  const fields = controlElements(batch);
  const control = new Uint32Array(sources ? 2 * fields : fields);
  if (sources) {
    control.set(sources.starts, fields + CONTROL.starts);
    control.set(sources.ends, fields + CONTROL.starts + 2 * batch);
  }
  return control;
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

function withoutPadding(alignment: Float32Array, sourceSteps: number): Float32Array {
  const stride = Math.ceil(sourceSteps / 4) * 4;
  const rows = alignment.length / stride;
  const out = new Float32Array(rows * sourceSteps);
  for (let row = 0; row < rows; row++) out.set(alignment.subarray(row * stride, row * stride + sourceSteps), row * sourceSteps);
  return out;
}
