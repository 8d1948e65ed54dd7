/**
 * The whole engine's gradient against its own loss, without a twin: for each parameter tensor the slope of the training loss along a direction
 * must be the sum of gradient times direction. Any kernel of the training step that is wrong on this adapter shows here, or in its own check.
 */

import type { ModelOptions } from '../spec/model.ts';
import type { Batch } from '../train/batches.ts';
import { createModel, type Model } from '../train/model.ts';
import { createTrainer, type Trainer } from '../train/trainer.ts';
import { caseNumbers } from './case-buffers.ts';
import type { CellOptions } from './in-use.ts';
import type { CaseResult } from './run-case.ts';

/**
 * The loss is an f32 of about 2, so a slope is known to 3e-7 / distance = 1.5e-5, of slopes from 0.05 on; the four-point difference itself is off by
 * some (change of a pre-activation)^4 / 30, about 1e-5.
 */
const tolerance = 4e-3;
const usual = 0.02;
/** Two layers over an embedding. */
export const smallTraining = { batch: 1, timeSteps: 4, vocabulary: 7, width: 3, layers: 2 };

/** Every kind of parameter; one result for the tensor that is worst. */
export async function checkGradients(device: GPUDevice, cell: CellOptions): Promise<CaseResult> {
  const { batch, timeSteps, vocabulary, width, layers } = smallTraining;
  const options: ModelOptions = {
    input: { kind: 'tokens', vocabulary, embedding: width },
    recurrent: { ...cell, hiddenSize: width, layers },
    output: { kind: 'softmax', classes: vocabulary },
  };
  const model = createModel(device, options, { selfTest: false });
  const trainer = createTrainer(model, { batch, timeSteps, optimizer: { kind: 'sgd', learningRate: 0 } });
  try {
    const numbers = caseNumbers(61);
    const ids = (): Int32Array => Int32Array.from(numbers.below(timeSteps * batch, vocabulary));
    const errors = await slopeErrors(model, trainer, { input: ids(), target: ids() });
    const worst = errors.reduce((most, next) => (next.error > most.error ? next : most));
    const largestError = Number.isFinite(worst.error) ? worst.error : Number.MAX_VALUE;
    return {
      kernel: 'training-gradient',
      variant: cell.reset === 'before' ? `${cell.cell} reset before` : cell.cell,
      label: `batch ${batch}, T ${timeSteps}, 2 layers of ${width}, embedding ${width}`,
      largestError,
      tolerance,
      ok: largestError <= tolerance,
      worst: `${worst.name}: slope of the loss ${worst.slope}, gradient along it ${worst.expected}`,
      why: 'differences of an f32 loss',
    };
  } finally {
    trainer.destroy();
    model.destroy();
  }
}

export interface SlopeError {
  readonly name: string;
  readonly slope: number;
  readonly expected: number;
  readonly error: number;
}

/**
 * For each parameter tensor the slope of the loss of a batch beside its gradient; the trainer's learning rate must be 0. `distance`: how far parameters
 * are moved; less where the loss bends sharply, at the cost of digits.
 */
export async function slopeErrors(model: Model, trainer: Trainer, examples: Batch, distance = usual): Promise<readonly SlopeError[]> {
  const numbers = caseNumbers(61);
  const start = await startingPoint(model);
  const lossAt = async (tensors: ReadonlyMap<string, Float32Array>): Promise<number> => {
    await model.parameters.write(tensors);
    return (await trainer.step(examples)).loss;
  };
  await lossAt(start);
  const errors: SlopeError[] = [];
  for (const [name, gradient] of await trainer.gradients.read()) {
    const values = start.get(name) ?? gradient;
    // along the gradient's signs, so that nothing cancels; where it is 0, the loss must not change
    const direction = numbers.between(gradient.length, 0.5, 1.5).map((size, i) => (gradient[i] < 0 ? -size : size));
    const moved = (steps: number): Promise<number> =>
      lossAt(
        new Map(start).set(
          name,
          values.map((value, i) => value + steps * distance * direction[i]),
        ),
      );
    const slope = (8 * ((await moved(1)) - (await moved(-1))) - ((await moved(2)) - (await moved(-2)))) / (12 * distance);
    const expected = gradient.reduce((sum, value, i) => sum + value * direction[i], 0);
    errors.push({ name, slope, expected, error: Math.abs(slope - expected) / Math.abs(expected) });
  }
  return errors;
}

/** The model's first parameters; the units of a ReLU are moved well to either side of its corner, where the loss has no slope. */
async function startingPoint(model: Model): Promise<Map<string, Float32Array>> {
  const tensors = await model.parameters.read();
  if (model.spec.recurrent.cell === 'rnn-relu') {
    for (const [name, values] of tensors) {
      if (name.startsWith('rnn.bias_ih'))
        tensors.set(
          name,
          values.map((_, unit) => (unit % 3 === 2 ? -2 : 2)),
        );
      if (name.startsWith('rnn.weight'))
        tensors.set(
          name,
          values.map((value) => 0.3 * value),
        );
    }
  }
  return tensors;
}
