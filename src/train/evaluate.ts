/** The loss of a held-out stream: forward only, states carried from window to window, every target exactly once. */

import type { TokenStream } from '../data/token-stream.ts';
import { readBuffers } from '../gpu/readback.ts';
import { CONTROL, controlElements, controlRows } from '../plan/host-tables.ts';
import { LOSS_SLOTS } from '../plan/inference.ts';
import type { RecurrentKernel } from '../spec/engine.ts';
import type { ModelSpec } from '../spec/model.ts';
import { createInferenceRun, type InferenceRun } from './inference-run.ts';
import type { ModelState } from './model-state.ts';
import { requireNextToken } from './next-token.ts';
import { clearAnew } from './start-anew.ts';

export interface Evaluation {
  /** Nats per target. */
  readonly loss: number;
  /** e^loss. */
  readonly perplexity: number;
  /** loss / ln 2; per character where a token is one. */
  readonly bitsPerCharacter: number;
  /** Targets counted. */
  readonly count: number;
}

/** @throws InputError if the model does not predict the next token at every step. */
export async function evaluate(state: ModelState, spec: ModelSpec, stream: TokenStream, kernel: RecurrentKernel): Promise<Evaluation> {
  requireNextToken('evaluate', spec);
  const { batch, timeSteps } = stream;
  const key = `evaluate ${timeSteps} ${batch} ${kernel}`;
  const make = () => createInferenceRun(state, spec, { batch, timeSteps, stateful: true, withLoss: true }, kernel);
  return state.runs.use(key, make, (run) => evaluateWith(state, run, stream));
}

async function evaluateWith(state: ModelState, { inference, executor, data }: InferenceRun, stream: TokenStream): Promise<Evaluation> {
  const { device } = state;
  const { batch, windowsPerEpoch } = stream;
  if (!data || !inference.sums) throw new Error('an evaluation plan must have token data and sums, got none');
  const place = data.useStream(executor, stream);
  let sum = 0;
  let count = 0;
  for (let first = 0; first < windowsPerEpoch; first += LOSS_SLOTS) {
    const end = Math.min(windowsPerEpoch, first + LOSS_SLOTS);
    state.requireAlive();
    for (let index = first; index < end; index++) {
      const window = stream.window(index);
      const { starts, targetStarts, ends, anew } = place(window);
      const control = new Uint32Array(controlElements(batch));
      control[CONTROL.slot] = index - first;
      const places = controlRows(batch);
      control.set(starts, places.starts);
      control.set(targetStarts, places.targetStarts);
      control.set(ends, places.ends);
      control.set(anew, places.anew);
      executor.write(inference.control, control);
      const encoder = device.createCommandEncoder({ label: 'evaluate' });
      clearAnew(encoder, executor, inference.carried, anew);
      executor.encode(encoder);
      device.queue.submit([encoder.finish()]);
      count += window.targetCount;
    }
    const [bytes] = await readBuffers(device, [{ buffer: executor.bufferOf(inference.sums), size: LOSS_SLOTS * 4 }]);
    for (const part of new Float32Array(bytes).subarray(0, end - first)) sum += part;
  }
  const loss = sum / count;
  return { loss, perplexity: Math.exp(loss), bitsPerCharacter: loss / Math.LN2, count };
}
