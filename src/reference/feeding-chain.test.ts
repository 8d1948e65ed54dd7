import { expect, test } from 'vitest';
import type { AttentionChainOptions } from './attention-chain.ts';
import { createFeedingChain, type FeedingChainOptions } from './feeding-buffers.ts';
import { backwardFeeding, type FeedingTwins, feedingTwins, forwardFeeding } from './feeding-chain.ts';
import { centralDifference } from './numeric-gradient.ts';
import type { Values } from './options.ts';
import { splitColumns } from './split-columns.ts';

const additive: AttentionChainOptions = {
  kind: 'additive',
  scale: 1,
  targetSteps: 4,
  sourceSteps: 5,
  lengths: [2, 5, 1],
  attention: 5,
  values: 6,
  hidden: 3,
  blocks: 1,
};
const multiplicative: AttentionChainOptions = { ...additive, kind: 'multiplicative', scale: 0.7, blocks: 2 };

/** Names of what has an element whose gradient is not the numeric one, or whose padding has a gradient. */
function wrongGradients(options: FeedingChainOptions, twins: FeedingTwins = feedingTwins): readonly string[] {
  const chain = createFeedingChain(options);
  const loss = () => forwardFeeding(chain, twins);
  loss();
  backwardFeeding(chain, twins);
  const wrong = new Set<string>();
  const compare = (name: string, values: Values, gradients: Values, index: number, isReal = true): void => {
    const numeric = isReal ? centralDifference(loss, values, index) : 0;
    const tolerance = isReal ? 1e-5 + 1e-3 * Math.abs(numeric) : 0;
    if (!(Math.abs(gradients[index] - numeric) <= tolerance)) wrong.add(name);
  };
  for (const { parameters, buffers } of [chain, chain.attention]) {
    for (const { name, offset, rows, columns, isReal } of parameters.values())
      for (let i = 0; i < rows * columns; i++)
        compare(name, buffers.parameters, buffers.gradients, offset + i, isReal(Math.floor(i / columns), i % columns));
  }
  const { buffers, attention } = chain;
  const forReal = (name: string, values: Values, gradients: Values, count = values.length): void => {
    for (let i = 0; i < count; i++) if (values[i] !== 0) compare(name, values, gradients, i);
  };
  forReal('embedded', buffers.embedded, buffers.embeddedGradient);
  forReal('first state', buffers.states, buffers.stateGradient, buffers.carry.length);
  forReal('source', attention.buffers.source, attention.buffers.sourceGradient);
  return [...wrong];
}

const cells = [
  { cell: 'rnn-tanh', reset: 'after' },
  { cell: 'rnn-relu', reset: 'after' },
  { cell: 'gru', reset: 'after' },
  { cell: 'gru', reset: 'before' },
  { cell: 'lstm', reset: 'after' },
] as const;

test.each(cells.flatMap((cell) => [additive, multiplicative].map((attention) => ({ ...cell, attention, kind: attention.kind }))))(
  'every gradient is the numeric one, $kind attention fed to $cell, reset $reset',
  (options) => {
    expect(wrongGradients({ ...options, features: 2 })).toEqual([]);
  },
);

test('the first step is fed zeros, and what is fed is heard', () => {
  const options = { ...cells[4], features: 2, attention: additive };
  const chain = createFeedingChain(options);
  const loss = forwardFeeding(chain);
  const { batch } = chain.attention.shape;
  const width = chain.joined.stride;
  const first = chain.buffers.joined.subarray(0, batch * width);
  expect(first.every((value, place) => place % width < 2 || value === 0)).toBe(true);
  const silent = createFeedingChain(options);
  const deaf: FeedingTwins = {
    ...feedingTwins,
    joinColumns: (shape, call, buffers) => {
      const isFed = buffers.first === silent.buffers.embedded;
      feedingTwins.joinColumns(shape, call, isFed ? { ...buffers, second: buffers.second.map(() => 0) } : buffers);
    },
  };
  expect(forwardFeeding(silent, deaf)).not.toBeCloseTo(loss, 3);
});

test('the check sees a gradient that is not fed back', () => {
  const twins: FeedingTwins = {
    ...feedingTwins,
    splitColumns: (options, call, buffers) =>
      splitColumns({ ...options, addsSecond: false }, call, options.addsSecond ? { ...buffers, second: buffers.second.slice() } : buffers),
  };
  const wrong = wrongGradients({ ...cells[2], features: 2, attention: additive }, twins);
  expect(wrong).toEqual(expect.arrayContaining(['rnn.weight_ih_l0', 'attention.combine.weight', 'embedded', 'first state', 'source']));
});
