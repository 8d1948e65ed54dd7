// Retrograde through its public API: one call per training step, time-major batches.
import { createModel, createTrainer, type ModelOptions, requestDevice } from '../../../src/index.ts';
import type { Data, Weight } from '../data.ts';
import type { Peer } from '../peer.ts';
import { BETA1, BETA2, CLIP, EPS, gatheredTrainFlop, LR, type Workload } from '../workload.ts';
import { toStateDict } from './state-dict.ts';
import { toTimeMajor } from './time-major.ts';

/** The part of the trainer that queues a step and returns; peers are timed this way too where they can. */
interface Submitting {
  submit(batch: { input: Int32Array | Float32Array; target: Int32Array }): void;
  idle(): Promise<unknown>;
}

const canSubmit = (trainer: object): trainer is Submitting => 'submit' in trainer && 'idle' in trainer;

export async function create(_: readonly string[], workload: Workload, data: Data, weights: readonly Weight[]): Promise<Peer> {
  const { task, cell, B, T, I, H, O } = workload;
  const device = await requestDevice();
  const options: ModelOptions = {
    architecture: task === 'A' ? 'many-to-many' : 'many-to-one',
    input: task === 'A' ? { kind: 'tokens', vocabulary: I } : { kind: 'vectors', size: I },
    recurrent: { cell, hiddenSize: H, bias: 'input' },
    output: { kind: 'softmax', classes: O },
  };
  // the test of the kernels runs once a week beside a user's first steps; here it would run beside the steps that are timed
  const model = createModel(device, options, { selfTest: false });
  await model.parameters.write(toStateDict(weights));
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
    executedFlop: gatheredTrainFlop(workload),
    note: 'trainer.step, public API',
  };
}
