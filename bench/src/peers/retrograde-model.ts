// A model of the public API with the workload's shape and weights.
import { createModel, type Model, type ModelOptions, requestDevice } from '../../../src/index.ts';
import type { Weight } from '../data.ts';
import type { Workload } from '../workload.ts';
import { toStateDict } from './state-dict.ts';

/** Asks for a device too; who destroys the model destroys the device. */
export async function createWorkloadModel(
  { task, cell, I, E, L, H, O }: Workload,
  weights: readonly Weight[],
): Promise<{ readonly device: GPUDevice; readonly model: Model }> {
  const device = await requestDevice();
  const options: ModelOptions = {
    architecture: task === 'A' ? 'many-to-many' : 'many-to-one',
    input: task === 'A' ? { kind: 'tokens', vocabulary: I, embedding: E } : { kind: 'vectors', size: I },
    recurrent: { cell, hiddenSize: H, layers: L, bias: 'input' },
    output: { kind: 'softmax', classes: O },
  };
  // the test of the kernels runs once a week beside a user's first steps; here it would run beside the steps that are timed
  const model = createModel(device, options, { selfTest: false });
  await model.parameters.write(toStateDict(weights));
  return { device, model };
}
