import { createRandom } from '../../data/random.ts';
import { deepFreeze } from '../../spec/validation.ts';
import type { TextTask } from '../task.ts';
import { composeTune, createChoices } from './compose.ts';

const seed = 7;
const leastWords = 90_000;

/**
 * Some 1,300 tunes, one a line, none twice: words such as `C4-2`, see notes.ts and compose.ts. A GRU over words that are one-hot; what it must
 * remember is longer than three words: the key, the bar's time so far, how this tune's bars go and which phrase is on.
 */
export const melodyTask: TextTask = deepFreeze({
  kind: 'text',
  name: 'melody',
  description: 'Continues tunes note by note.',
  text: composeTunes,
  tokens: 'word',
  model: {
    architecture: 'many-to-many',
    embedding: 0,
    recurrent: { cell: 'gru', hiddenSize: 96, layers: 1 },
  },
  train: {
    batch: 16,
    timeSteps: 64,
    stateful: true,
    optimizer: { kind: 'adam', learningRate: 1e-2 },
    schedule: { kind: 'constant' },
    clip: { globalNorm: 1 },
  },
  steps: 800,
});

function composeTunes(): string {
  const choices = createChoices(createRandom(seed));
  const tunes = new Set<string>();
  for (let count = 0; count < leastWords; ) {
    const words = composeTune(choices);
    const tune = words.join(' ');
    if (tunes.has(tune)) continue;
    tunes.add(tune);
    count += words.length;
  }
  return `${[...tunes].join('\n')}\n`;
}
