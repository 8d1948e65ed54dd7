// Retrograde through its public API: one call per training step, time-major batches.
import { createTrainer } from '../../../src/index.ts';
import type { Data, Weight } from '../data.ts';
import type { Peer } from '../peer.ts';
import { BETA1, BETA2, CLIP, EPS, gatheredCallFlop, LR, type Workload } from '../workload.ts';
import { createInference } from './retrograde-inference.ts';
import { createWorkloadModel } from './retrograde-model.ts';
import { toTimeMajor } from './time-major.ts';

/** The part of the trainer that queues a step and returns; peers are timed this way too where they can. */
interface Submitting {
  submit(batch: { input: Int32Array | Float32Array; target: Int32Array }): void;
  idle(): Promise<unknown>;
}

const canSubmit = (trainer: object): trainer is Submitting => 'submit' in trainer && 'idle' in trainer;

export async function create(_: readonly string[], workload: Workload, data: Data, weights: readonly Weight[]): Promise<Peer> {
  if (workload.work !== 'train') return createInference(workload, data, weights);
  const { task, B, T, I } = workload;
  const { device, model } = await createWorkloadModel(workload, weights);
  const trainer = createTrainer(model, {
    batch: B,
    timeSteps: T,
    lengths: false, // every row has all time steps, as with the peers
    loss: { reduction: 'sum' },
    clip: { globalNorm: CLIP },
    optimizer: { kind: 'adam', learningRate: LR, beta1: BETA1, beta2: BETA2, epsilon: EPS },
  });
  const batch = {
    input: toTimeMajor(data.x, B, T, task === 'A' ? 1 : I),
    target: task === 'A' ? toTimeMajor(data.y, B, T, 1) : data.y,
  };
  return {
    step: async () => (await trainer.step(batch)).loss,
    ...(canSubmit(trainer) && {
      run: () => trainer.submit(batch),
      sync: async () => {
        await trainer.idle();
      },
    }),
    destroy() {
      trainer.destroy();
      model.destroy();
      device.destroy();
    },
    executedFlop: gatheredCallFlop(workload),
    note: 'trainer.step, public API',
  };
}
