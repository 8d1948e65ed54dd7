import { sampleText } from '../data/sample-text.ts';
import { deepFreeze } from '../spec/validation.ts';
import type { TextTask } from './task.ts';

/**
 * The next character of 40,000 characters of little stories: an LSTM of 128 units over one-hot characters, truncated BPTT
 * over a continuing stream.
 *
 * The learning rate is constant, so that a run stopped and resumed is the same as one that went through.
 */
export const textTask: TextTask = deepFreeze({
  kind: 'text',
  name: 'text',
  description: 'Continues little stories character by character.',
  text: () => sampleText(),
  model: {
    architecture: 'many-to-many',
    embedding: 0,
    recurrent: { cell: 'lstm', hiddenSize: 128, layers: 1 },
  },
  train: {
    batch: 16,
    timeSteps: 32,
    stateful: true,
    optimizer: { kind: 'adam', learningRate: 1e-2 },
    schedule: { kind: 'constant' },
    clip: { globalNorm: 1 },
  },
  steps: 500,
});
