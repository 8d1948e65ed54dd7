import type { Vocabulary } from '../data/vocabulary.ts';
import { createExecutor, type Executor } from '../gpu/executor.ts';
import { createLedger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { readBuffers } from '../gpu/readback.ts';
import { type GenerationPlan, planGeneration } from '../plan/generation.ts';
import { SAMPLING, SAMPLING_ELEMENTS } from '../plan/host-tables.ts';
import { InputError } from '../spec/input-error.ts';
import { requireFraction, requireInteger, requireNonNegative, requireSeed } from '../spec/validation.ts';
import type { Model } from './model.ts';
import { type ModelState, stateOf } from './model-state.ts';
import { startAll } from './start-anew.ts';

export interface SamplingOptions {
  /** Tokens to write after the prompt; default 200. */
  readonly length?: number;
  /** Divides the logits; 0 takes the likeliest token (lowest id on a tie); default 1. */
  readonly temperature?: number;
  /** Draw among the k likeliest only; default 0, all. */
  readonly topK?: number;
  /** Draw among the likeliest only that together have this probability, in [0, 1); default 0, all. */
  readonly topP?: number;
  /** A u32; default 1. The same seed draws the same tokens on one adapter. */
  readonly seed?: number;
}

/** Steps of one generation run: one submit each. */
const WINDOW = 16;

/** A token that is not forced. */
const FREE = 0xffffffff;

interface GenerationRun {
  readonly generation: GenerationPlan;
  readonly executor: Executor;
  readonly bytes: number;
  destroy(): void;
}

async function createGenerationRun(state: ModelState, model: Model): Promise<GenerationRun> {
  const generation = await state.planTested((profile) => planGeneration(model.spec, 1, WINDOW, profile));
  const given = new Map([
    ['parameters', state.parameters],
    ['weights', state.weights],
  ]);
  const executor = await createExecutor(state.device, generation.plan, given);
  return { generation, executor, bytes: executor.bytes, destroy: () => executor.destroy() };
}

/**
 * Continues a prompt of at least one token, wholly on the GPU: each drawn id feeds the next step there, at the same cost per token however long
 * the text. Resolves to the `length` new ids.
 *
 * @throws InputError if the prompt is empty or an id is not in the vocabulary, or if the model does not predict tokens.
 */
export async function generateTokens(
  model: Model,
  options: SamplingOptions & { readonly prompt: Int32Array | Uint32Array },
): Promise<Int32Array> {
  const { prompt, length = 200, temperature = 1, topK = 0, topP = 0, seed = 1 } = options;
  requireInteger('length', length);
  requireNonNegative('temperature', temperature);
  requireInteger('topK', topK, 0);
  requireFraction('topP', topP);
  requireSeed('seed', seed);
  const { input } = model.spec;
  const vocabulary = input.kind === 'tokens' ? input.vocabulary : 0;
  if (prompt.length === 0) throw new InputError('prompt must have at least one token, got none');
  for (const id of prompt)
    if (id < 0 || id >= vocabulary) throw new InputError(`prompt must hold ids from 0 to ${vocabulary - 1}, got ${id}`);

  const state = stateOf(model);
  const sampling = new Uint32Array(SAMPLING_ELEMENTS);
  sampling[SAMPLING.seed] = seed;
  sampling[SAMPLING.topK] = topK;
  const floats = new Float32Array(sampling.buffer);
  floats[SAMPLING.temperature] = temperature;
  floats[SAMPLING.topP] = topP;
  const make = () => createGenerationRun(state, model);
  return state.runs.use('generate', make, (run) => generateWith(state, run, prompt, length, sampling));
}

async function generateWith(
  { device, parameters }: ModelState,
  { generation, executor }: GenerationRun,
  prompt: Int32Array | Uint32Array,
  length: number,
  sampling: Uint32Array<ArrayBuffer>,
): Promise<Int32Array> {
  const steps = prompt.length - 1 + length;
  const windows = Math.ceil(steps / WINDOW);
  const ledger = createLedger(device);
  try {
    const history = ledger.create('generated tokens', windows * WINDOW * 4, TENSOR_USAGE);
    executor.write(generation.lastToken, Uint32Array.of(prompt[0]));
    for (let window = 0; window < windows; window++) {
      const first = window * WINDOW;
      sampling[SAMPLING.position] = first;
      executor.write(generation.sampling, sampling);
      executor.write(
        generation.forced,
        Uint32Array.from({ length: WINDOW + 1 }, (_, index) => prompt[first + index] ?? FREE),
      );
      const encoder = device.createCommandEncoder({ label: 'generate' });
      if (window === 0) startAll(encoder, executor, generation.carried, parameters);
      executor.encode(encoder);
      encoder.copyBufferToBuffer(executor.bufferOf(generation.tokens), 4, history, first * 4, WINDOW * 4);
      device.queue.submit([encoder.finish()]);
    }
    const [bytes] = await readBuffers(device, [{ buffer: history, size: history.size }]);
    return new Int32Array(bytes).slice(prompt.length - 1, steps);
  } finally {
    ledger.destroyAll();
  }
}

/**
 * Continues a text and resolves to prompt and continuation. The vocabulary is the model's own unless one is given.
 *
 * @throws InputError if there is no vocabulary or it does not know a character of the prompt.
 * @example
 * const text = await generate(model, { prompt: 'The ', length: 200, temperature: 0.8, seed: 7 });
 */
export async function generate(
  model: Model,
  options: SamplingOptions & { readonly prompt?: string; readonly vocabulary?: Vocabulary } = {},
): Promise<string> {
  const { vocabulary = model.vocabulary, ...sampling } = options;
  if (!vocabulary) throw new InputError('generate must have a vocabulary (model.vocabulary or the option), got none');
  const { input } = model.spec;
  if (input.kind === 'tokens' && vocabulary.size !== input.vocabulary)
    throw new InputError(`vocabulary must have the model's ${input.vocabulary} symbols, got ${vocabulary.size}`);
  const prompt = vocabulary.encode(options.prompt || startOf(vocabulary));
  const ids = await generateTokens(model, { ...sampling, prompt });
  // prompt and continuation at once: what stands between two words follows from both
  const known = options.prompt ? prompt : new Int32Array(0);
  return vocabulary.decode([...known, ...ids]);
}

/** What is read before a text that has no prompt: a line end, else the first token that stands for text. */
function startOf({ kind, symbols, marks, decode }: Vocabulary): string {
  return kind === 'bpe' || symbols.includes('\n') ? '\n' : decode([Object.keys(marks).length]);
}
