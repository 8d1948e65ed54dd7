import { describe, expect, test } from 'vitest';
import type { Settings } from '../protocol.ts';
import { entryOf, presetOf } from '../state/catalogue.ts';
import { fitted } from '../state/fitting.ts';
import { createMaterial } from './create-material.ts';

const specsOf = async (task: string, changed: Partial<Settings> = {}) => {
  const entry = entryOf(task);
  const { model, train } = await createMaterial(fitted(entry, { ...presetOf(entry), ...changed }), undefined);
  return { model, train };
};

describe('every setting reaches the specs that the engine is given', () => {
  test.each([
    ['text', { layerNorm: true }, { model: { recurrent: { layerNorm: true } } }],
    ['text', { embedding: 64, tiedEmbeddings: true }, { model: { tiedEmbeddings: true, input: { embedding: 64 } } }],
    ['dates', { embedding: 64, hiddenSize: 64, tiedEmbeddings: true }, { model: { tiedEmbeddings: true, decoder: { embedding: 64 } } }],
    ['dates', { inputFeeding: true }, { model: { attention: { kind: 'multiplicative', inputFeeding: true } } }],
    ['dates', { resetGate: 'before' }, { model: { recurrent: { reset: 'before' } } }],
    ['text', { learnedState: true }, { model: { recurrent: { initialState: 'learned' } } }],
    ['sentiment', { pooling: 'max' }, { model: { pooling: 'max' } }],
    [
      'text',
      { recurrentDropout: 0.1, zoneout: 0.2, zoneoutCell: 0.3 },
      { model: { recurrent: { recurrentDropout: 0.1, zoneout: 0.2, zoneoutCell: 0.3 } } },
    ],
    ['text', { updateEvery: 8 }, { train: { updateEvery: 8, timeSteps: 32 } }],
    ['text', { clipValue: 0.5, clipStepNorm: 2 }, { train: { clip: { globalNorm: 1, value: 0.5, timeStepNorm: 2 } } }],
    ['text', { warmupSteps: 50, schedule: 'constant' }, { train: { schedule: { kind: 'constant', warmupSteps: 50 } } }],
    ['text', { weightDecay: 0.02, labelSmoothing: 0.1 }, { train: { optimizer: { weightDecay: 0.02 }, loss: { labelSmoothing: 0.1 } } }],
    ['text', { optimizer: 'adamw' }, { train: { optimizer: { weightDecay: 0.01 } } }],
    ['captions', { feedback: 'scheduled' }, { train: { feedback: { kind: 'scheduled' } } }],
    ['prices', { feedback: 'free' }, { train: { feedback: { kind: 'free', given: 60 } } }],
  ] as const)('%s %o', async (task, changed, expected) => {
    const before = await specsOf(task);
    const made = await specsOf(task, changed);
    expect(made).toMatchObject(expected);
    expect(made).not.toEqual(before);
  });
});
