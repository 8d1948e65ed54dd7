import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, type Model, requestDevice } from '../index.ts';
import { forwardChain } from '../reference/chain.ts';
import { chainTwins } from '../reference/chain-twins.ts';
import { compare, ofLargest, worstOf } from './tolerance.ts';
import { compareSteps, createTwin, parametersOf, runTwin, targetsOf } from './twin-model.ts';

/**
 * 600 time steps of an LSTM of 64 units. Rounding errors of one step fade over the next ones as the gradient does, since the weights are those of
 * PyTorch's initialization: outputs and gradients stay within 1e-5 of the largest, as over a few steps. Fast exp and tanh have
 * collapsed units to zero at such lengths on some GPUs.
 */
const model = { cell: 'lstm', bias: 'both', layers: 1, width: 64, batch: 2, timeSteps: 600 } as const;
const outputs = ofLargest(1e-5, 'f32 states in (-1, 1), each some 1e-6 off');
const steps = ofLargest(1e-5, 'gradients summed over 1,200 positions, in f32');

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

const chain = createTwin(model, 1 / Math.sqrt(model.width));
for (const { states, cells } of chain.layers) for (const values of [states, cells]) values.fill(0);
let logits = new Float64Array();
forwardChain(chain, {
  ...chainTwins,
  softmaxCrossEntropy(options, call, buffers) {
    logits = Float64Array.from(buffers.logits);
    chainTwins.softmaxCrossEntropy(options, call, buffers);
  },
});
const twin = runTwin(chain);

describe.each(['sequence', 'step'] as const)('an LSTM over 600 time steps with the %s kernel', (kernel) => {
  it('gives the outputs of its twin', async () => {
    await withModel(async (made) => {
      const { output, finalState } = await made.forward({ input: Float32Array.from(chain.buffers.input), batch: model.batch, kernel });
      const last = chain.layers[0].states.subarray(-model.batch * model.width);
      const worst = worstOf([compare('output', output, logits, outputs), compare('final state', finalState[0].h, last, outputs)]);
      expect(worst, worst.worst).toMatchObject({ ok: true });
      console.log(`T = 600, ${kernel}: outputs within ${worst.largestError.toExponential(1)} of ${worst.tolerance}`);
    });
  });

  it('gives the loss and the gradients of its twin', async () => {
    await withModel(async (made) => {
      const { batch, timeSteps } = model;
      const trainer = createTrainer(made, { batch, timeSteps, kernel, optimizer: { kind: 'sgd', learningRate: 0 } });
      const { loss } = await trainer.step({ input: Float32Array.from(chain.buffers.input), target: targetsOf(chain) });
      const worst = worstOf(compareSteps({ loss, gradients: await trainer.gradients.read() }, twin, steps));
      trainer.destroy();
      expect(worst, worst.worst).toMatchObject({ ok: true });
      console.log(`T = 600, ${kernel}: gradients within ${worst.largestError.toExponential(1)} of ${worst.tolerance}`);
    });
  });
});

async function withModel(use: (made: Model) => Promise<void>): Promise<void> {
  const made = createModel(device, {
    input: { kind: 'vectors', size: model.width },
    recurrent: { cell: model.cell, hiddenSize: model.width },
    output: { kind: 'softmax', classes: chain.options.classes },
  });
  try {
    await made.parameters.write(parametersOf(chain));
    await use(made);
  } finally {
    made.destroy();
  }
}
