/** The GPU side of a trainer: its plan's executor, optimizer state, token data and metrics ring; submits one step at a time. */

import { createExecutor, type Executor } from '../gpu/executor.ts';
import { createLedger, type Ledger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { type DispatchTime, profile } from '../gpu/profiler.ts';
import { createStagingRing } from '../gpu/readback.ts';
import { METRICS, METRICS_ELEMENTS } from '../plan/host-tables.ts';
import { chunkTable } from '../plan/layout.ts';
import { normTable } from '../plan/norm-pieces.ts';
import type { TrainingPlan } from '../plan/training.ts';
import { METRICS_SLOTS } from '../plan/update.ts';
import { entryOf, lowestFirst } from '../plan/watch.ts';
import type { ClipSpec } from '../spec/clip.ts';
import type { ModelSpec } from '../spec/model.ts';
import { isMeasured } from '../spec/monitor.ts';
import type { TrainSpec } from '../spec/train.ts';
import { batchElements, controlOf } from './batches.ts';
import type { ModelState } from './model-state.ts';
import { clearAnew } from './start-anew.ts';
import type { StepWindow } from './step-window.ts';
import { createTokenData, type TokenData } from './token-data.ts';

/** Updates since a trainer was made. */
export interface Counts {
  readonly applied: number;
  readonly skipped: number;
  /** That each clip changed; absent is zero. */
  readonly clipped?: { readonly [Name in keyof ClipSpec]?: number };
}

/** What may change from step to step. */
export interface LiveNumbers {
  readonly learningRate: number;
  /** Of the clips that are on. */
  readonly clip: ClipSpec;
}

/** What lies in the rings after a step. */
export interface StepReport {
  readonly metrics: ArrayBuffer;
  /** Of each watched layer, the lowest first; empty if no step since the last report was measured. */
  readonly norms: readonly ArrayBuffer[];
}

export interface TrainingEngine {
  readonly executor: Executor;
  readonly data?: TokenData;
  readonly gradients: GPUBuffer;
  readonly moments?: GPUBuffer;
  readonly bytes: number;
  /** Encodes and submits one step: one encoder, one submit. `report`: resolves to the rings after it. */
  submit(window: StepWindow, step: number, live: LiveNumbers, report: boolean): Promise<StepReport> | undefined;
  /** The last step that was measured. */
  readonly measuredStep?: number;
  /** One step as `submit` makes it, each dispatch in a pass of its own between two timestamps. */
  profile(window: StepWindow, step: number, live: LiveNumbers): Promise<DispatchTime[]>;
  /** Sets what was counted before step number `step`. */
  writeCounts(step: number, counts: Counts): void;
  destroy(): void;
}

/** Ring slot of step number 1, 2, ...; slot 0 of the numbering is "before the first". */
export const slotOf = (step: number): number => step % METRICS_SLOTS;

export async function createTrainingEngine(
  model: ModelState,
  spec: ModelSpec,
  train: TrainSpec,
  training: TrainingPlan,
): Promise<TrainingEngine> {
  const { device } = model;
  const ledger: Ledger = createLedger(device);
  try {
    const { layout, update, tensors } = training;
    const gradients = ledger.create('gradients', tensors.gradients.bytes, TENSOR_USAGE);
    const moments = update.moments ? ledger.create('moments', update.moments.bytes, TENSOR_USAGE) : undefined;
    const chunks = ledger.create('chunks', update.chunks.bytes, TENSOR_USAGE);
    device.queue.writeBuffer(chunks, 0, chunkTable(layout));
    const pieces = ledger.create('pieces', update.pieces.bytes, TENSOR_USAGE);
    device.queue.writeBuffer(pieces, 0, normTable(layout, training.plan.profile));
    const places = batchElements(spec, train);
    const vocabulary = spec.input.kind === 'tokens' ? spec.input.vocabulary : spec.output.classes;
    const data = places > 0 ? createTokenData(device, ledger, places, vocabulary) : undefined;
    const given = new Map<string, GPUBuffer>([
      ['parameters', model.parameters],
      ['weights', model.weights],
      ['gradients', gradients],
      ['chunks', chunks],
      ['pieces', pieces],
      ...(moments ? ([['moments', moments]] as const) : []),
      ...(data ? ([['data', data.buffer]] as const) : []),
    ]);
    const executor = await createExecutor(device, training.plan, given);
    const ring = createStagingRing(device, executor.bufferOf(update.metrics), update.metrics.bytes);
    const normRings = lowestFirst(training.watched).map(({ norms }) => createStagingRing(device, executor.bufferOf(norms), norms.bytes));
    const { monitor } = train;
    let measuredStep: number | undefined;
    let hasNews = false;
    const writeControl = (window: StepWindow, step: number, live: LiveNumbers, measures: boolean): void => {
      const monitored = monitor && measures ? 1 + entryOf(monitor, step) : 0;
      if (monitored > 0) measuredStep = step;
      hasNews ||= monitored > 0;
      const numbers = { step, slot: slotOf(step), previousSlot: slotOf(step - 1), monitored, ...live };
      executor.write(training.control, controlOf(spec, train, window, numbers));
    };
    const requestReport = (encoder: GPUCommandEncoder): (() => Promise<StepReport>) => {
      const takes = [ring, ...(hasNews ? normRings : [])].map((each) => each.request(encoder));
      hasNews = false;
      return async () => {
        const [metrics, ...norms] = await Promise.all(takes.map((take) => take()));
        return { metrics, norms };
      };
    };
    const clear = (encoder: GPUCommandEncoder, { anew }: StepWindow): void => clearAnew(encoder, executor, training.carried, anew);
    return {
      executor,
      data,
      gradients,
      moments,
      get bytes() {
        return [ring, ...normRings].reduce((sum, each) => sum + each.bytes, ledger.bytes + executor.bytes);
      },
      get measuredStep() {
        return measuredStep;
      },
      submit(window, step, live, report) {
        const measures = isMeasured(monitor, step);
        writeControl(window, step, live, measures);
        const encoder = device.createCommandEncoder(encoderDescriptor);
        clear(encoder, window);
        executor.encode(encoder, measures);
        const take = report ? requestReport(encoder) : undefined;
        device.queue.submit([encoder.finish()]);
        return take?.();
      },
      profile(window, step, live) {
        writeControl(window, step, live, true);
        return profile(device, executor, (encoder) => clear(encoder, window));
      },
      writeCounts(step, { applied, skipped, clipped = {} }) {
        const entry = new Uint32Array(METRICS_ELEMENTS);
        entry[METRICS.applied] = applied;
        entry[METRICS.skipped] = skipped;
        entry[METRICS.valueClipped] = clipped.value ?? 0;
        entry[METRICS.tensorClipped] = clipped.tensorNorm ?? 0;
        entry[METRICS.globalClipped] = clipped.globalNorm ?? 0;
        entry[METRICS.stepValueClipped] = clipped.timeStepValue ?? 0;
        entry[METRICS.stepNormClipped] = clipped.timeStepNorm ?? 0;
        executor.write(update.metrics, entry, slotOf(step - 1) * METRICS_ELEMENTS);
      },
      destroy() {
        for (const each of [ring, ...normRings]) each.destroy();
        executor.destroy();
        ledger.destroyAll();
      },
    };
  } catch (error) {
    ledger.destroyAll();
    throw error;
  }
}

const encoderDescriptor: GPUCommandEncoderDescriptor = { label: 'train' };
