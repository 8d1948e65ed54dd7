import { describe, expect, it } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { modelSpec } from '../spec/model.ts';
import { trainSpec } from '../spec/train.ts';
import { smallModel } from '../testing/models.ts';
import { capacityOf } from './capacity.ts';
import { defaultProfile } from './profile.ts';
import { planTraining } from './training.ts';

const models = [
  ['one layer', smallModel({ recurrent: { cell: 'lstm' } })],
  ['two directions with lengths', smallModel({ recurrent: { cell: 'gru', bidirectional: true, layers: 2 } })],
  ['layer normalisation', smallModel({ recurrent: { cell: 'rnn-tanh', layerNorm: true } })],
] as const;

describe('the longest context', () => {
  it.each(models)('is planned, and one time step more is refused: %s', (_, options) => {
    const spec = modelSpec(options);
    const train = trainSpec({ batch: 3, timeSteps: 5 });
    const narrow = { ...defaultProfile, kernel: 'sequence' as const, maxStorageBufferBindingSize: 65_536 };
    const { timeSteps, tensor } = capacityOf(spec, train, narrow);
    expect(timeSteps).toBeGreaterThan(64);
    const plan = (steps: number) => planTraining(spec, { ...train, timeSteps: steps }, narrow).plan.describe();
    expect(
      Math.max(
        ...plan(timeSteps)
          .tensors.filter(({ name }) => name === tensor)
          .map(({ bytes }) => bytes),
      ),
    ).toBeLessThanOrEqual(65_536);
    expect(() => plan(timeSteps + 1)).toThrow(InputError);
    expect(() => plan(timeSteps + 1)).toThrow(new RegExp(`^${tensor} .* use (at most ${timeSteps}|fewer) timeSteps`));
  });

  it.each(models)('costs the same bytes for every time step: %s', (_, options) => {
    const spec = modelSpec(options);
    const train = trainSpec({ batch: 3, timeSteps: 5 });
    const bytes = (timeSteps: number): number => {
      const { bytes: owned, givenBytes } = planTraining(spec, { ...train, timeSteps }).plan.describe();
      return owned + givenBytes;
    };
    expect(capacityOf(spec, train).bytesPerTimeStep).toBe((bytes(200) - bytes(100)) / 100);
  });
});
