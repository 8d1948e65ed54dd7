/** Metrics of predicted numbers; those of labels are counted where they are needed. */
import { InputError } from '../spec/input-error.ts';

/** Σ (prediction - target)² / n over all numbers of all examples. */
export function meanSquaredError(predictions: readonly ArrayLike<number>[], targets: readonly ArrayLike<number>[]): number {
  return meanOf(predictions, targets, (error) => error * error);
}

/** Σ |prediction - target| / n over all numbers of all examples. */
export function meanAbsoluteError(predictions: readonly ArrayLike<number>[], targets: readonly ArrayLike<number>[]): number {
  return meanOf(predictions, targets, Math.abs);
}

/**
 * How much noise was taken away: 10 log10 of the squared error of `inputs` over that of `outputs`, both against `targets` and summed over all
 * examples, so that loud and long ones weigh as much as they hold. 0 if nothing is better, negative if it got worse.
 */
export function decibelsGained(
  inputs: readonly ArrayLike<number>[],
  outputs: readonly ArrayLike<number>[],
  targets: readonly ArrayLike<number>[],
): number {
  return 10 * Math.log10(meanSquaredError(inputs, targets) / meanSquaredError(outputs, targets));
}

function meanOf(predictions: readonly ArrayLike<number>[], targets: readonly ArrayLike<number>[], cost: (error: number) => number): number {
  if (predictions.length !== targets.length) {
    throw new InputError(`predictions must be as many as the ${targets.length} targets, got ${predictions.length}`);
  }
  let sum = 0;
  let count = 0;
  for (const [example, target] of targets.entries()) {
    const prediction = predictions[example];
    if (prediction.length !== target.length) {
      throw new InputError(`prediction ${example} must have ${target.length} numbers, got ${prediction.length}`);
    }
    for (let index = 0; index < target.length; index++) sum += cost(prediction[index] - target[index]);
    count += target.length;
  }
  return sum / count;
}
