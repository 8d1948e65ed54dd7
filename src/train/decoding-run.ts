/** What every way to decode shares: a plan that reads once and then writes in a closed loop, the buffers it runs on, and what the host tells it. */
import { createExecutor, type Executor } from '../gpu/executor.ts';
import { createLedger } from '../gpu/ledger.ts';
import type { DecodingSizes } from '../plan/decoding.ts';
import type { EncoderDecoder } from '../plan/encoder-decoder.ts';
import { controlElements, controlRows } from '../plan/host-tables.ts';
import type { Plan } from '../plan/plan.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import type { Tensor } from '../plan/tensor.ts';
import type { ModelSpec } from '../spec/model.ts';
import type { Batch } from './batches.ts';
import { writeCondition } from './decoder-batches.ts';
import type { ModelState } from './model-state.ts';
import type { StepWindow } from './step-window.ts';
import { createTokenData, type TokenData } from './token-data.ts';

export interface DecodingRun<Planned> {
  readonly planned: Planned;
  readonly executor: Executor;
  readonly data?: TokenData;
  readonly bytes: number;
  destroy(): void;
}

/** Buffers and pipelines of a plan that reads sources of these sizes. */
export async function createDecodingRun<Planned extends { readonly plan: Plan }>(
  { device, parameters, weights, planTested }: ModelState,
  spec: ModelSpec,
  { batch, sourceSteps }: DecodingSizes,
  planOn: (profile: AdapterProfile) => Planned,
): Promise<DecodingRun<Planned>> {
  const planned = await planTested(planOn);
  const ledger = createLedger(device);
  try {
    const isTokens = spec.architecture === 'encoder-decoder' && spec.input.kind === 'tokens';
    const data = isTokens ? createTokenData(device, ledger, batch * sourceSteps, spec.output.classes) : undefined;
    const given = new Map([['parameters', parameters], ['weights', weights], ...(data ? ([['data', data.buffer]] as const) : [])]);
    const executor = await createExecutor(device, planned.plan, given);
    return {
      planned,
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

/** Uploads what is read, and where it lies; nothing unless all of it fits. */
export function writeSources(
  spec: ModelSpec,
  sizes: DecodingSizes,
  { executor, data }: DecodingRun<unknown>,
  network: EncoderDecoder,
  control: Tensor,
  read: Pick<Batch, 'input' | 'lengths'>,
): void {
  const reading = { condition: network.condition, input: network.encoder?.input ?? network.decoder.input, lengths: network.lengths };
  const sources = writeCondition(spec, { ...sizes, parts: 1 }, reading, executor, data, read);
  // only a gather looks for its windows in control
  if (data && sources) executor.write(control, controlOfSources(sources, sizes.batch));
}

export function submit({ device }: ModelState, { executor, planned }: DecodingRun<{ readonly plan: Plan }>): void {
  const encoder = device.createCommandEncoder({ label: planned.plan.name });
  executor.encode(encoder);
  device.queue.submit([encoder.finish()]);
}

/** The second block of control names the sources; the first is of no use here. */
function controlOfSources({ starts, ends }: NonNullable<StepWindow['sources']>, batch: number): Uint32Array<ArrayBuffer> {
  const fields = controlElements(batch);
  const control = new Uint32Array(2 * fields);
  const places = controlRows(batch);
  control.set(starts, fields + places.starts);
  control.set(ends, fields + places.ends);
  return control;
}

/** Rows [.., S] of rows [.., S padded]. */
export function withoutPadding(alignment: Float32Array, sourceSteps: number): Float32Array {
  const stride = Math.ceil(sourceSteps / 4) * 4;
  const rows = alignment.length / stride;
  const out = new Float32Array(rows * sourceSteps);
  for (let row = 0; row < rows; row++) out.set(alignment.subarray(row * stride, row * stride + sourceSteps), row * sourceSteps);
  return out;
}
