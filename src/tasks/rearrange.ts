import type { TextPair } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { answerBaselines } from './baselines/by-kind.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

/** How a task rearranges its symbols. */
interface Rearrangement {
  readonly name: string;
  readonly description: string;
  /** Each character is a symbol. */
  readonly alphabet: string;
  readonly fewest: number;
  readonly most: number;
  rearrange(symbols: readonly string[]): readonly string[];
}

/**
 * A task of pairs: some symbols in, the same symbols out in another order. Texts of characters without spaces, drawn evenly from the
 * lengths; an encoder-decoder of 64 units, whose longest sequence is the longest answer and its end mark.
 */
export function rearrangementTask({ name, description, alphabet, fewest, most, rearrange }: Rearrangement): ExampleTask<'text-pair'> {
  const draw = (random: Random): TextPair => {
    const length = fewest + random.integer(most - fewest + 1);
    const symbols = Array.from({ length }, () => alphabet[random.integer(alphabet.length)]);
    return { kind: 'text-pair', source: symbols.join(''), target: rearrange(symbols).join('') };
  };
  return deepFreeze({
    kind: 'text-pair',
    name,
    description,
    examples: (split, seed) => drawExamples(split, seed, draw, ({ source }) => source),
    identity: ({ source }) => source,
    metric: { name: 'exact match', better: 'higher' },
    baselines: answerBaselines,
    model: {
      architecture: 'encoder-decoder',
      embedding: 16,
      recurrent: { cell: 'gru', hiddenSize: 64, bidirectional: true },
      attention: { kind: 'multiplicative' },
    },
    train: { batch: 32, timeSteps: most + 1, sourceSteps: most, optimizer: { kind: 'adam', learningRate: 5e-3 }, clip: { globalNorm: 1 } },
    steps: 2000,
  });
}
