/** A copy of everything that training changes, kept on the GPU: parameters, forward copies, moments, carried states, counts. */
import { createLedger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { stateOf } from './model-state.ts';
import type { Trainer } from './trainer.ts';
import { stateOfTrainer, type TrainerState } from './trainer-state.ts';
import type { TrainingEngine } from './training-engine.ts';

export interface Snapshot {
  /** Steps of the trainer when it was taken. */
  readonly step: number;
  readonly bytes: number;
  /** Puts model and trainer back to that step. */
  restore(): void;
  destroy(): void;
}

/** Copies on the GPU, without reading anything back. */
export const takeSnapshot = (trainer: Trainer): Promise<Snapshot> => snapshotOf(stateOfTrainer(trainer));

/** The same, from inside a trainer. */
export async function snapshotOf(access: TrainerState): Promise<Snapshot> {
  const engine = await access.start();
  const { device } = access;
  const step = access.currentStep();
  const ledger = createLedger(device);
  const pairs = changedBuffers(access, engine).map((live) => ({
    live,
    copy: ledger.create(`snapshot ${live.label}`, live.size, TENSOR_USAGE),
  }));
  const copy = (from: 'live' | 'copy', to: 'live' | 'copy'): void => {
    const encoder = device.createCommandEncoder({ label: 'snapshot' });
    for (const pair of pairs) encoder.copyBufferToBuffer(pair[from], 0, pair[to], 0, pair.live.size);
    device.queue.submit([encoder.finish()]);
  };
  copy('live', 'copy');
  return {
    step,
    get bytes() {
      return ledger.bytes;
    },
    restore() {
      access.requireAlive();
      copy('copy', 'live');
      access.restoreStep(step);
    },
    destroy: () => ledger.destroyAll(),
  };
}

function changedBuffers({ model, training }: TrainerState, { executor, moments }: TrainingEngine): GPUBuffer[] {
  const { parameters, weights } = stateOf(model);
  const carried = training.carried.flatMap(({ h, c }) => (c ? [h, c] : [h])).map((tensor) => executor.bufferOf(tensor));
  return [parameters, weights, ...(moments ? [moments] : []), ...carried, executor.bufferOf(training.update.metrics)];
}
