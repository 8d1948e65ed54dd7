import { describe, expect, test } from 'vitest';
import {
  type AttentionChain,
  type AttentionChainOptions,
  type AttentionTwins,
  attentionTwins,
  backwardAttention,
  createAttentionChain,
  forwardAttention,
} from './attention-chain.ts';
import { attentionForward } from './attention-forward.ts';
import { centralDifference, type Mismatch } from './numeric-gradient.ts';
import type { Values } from './options.ts';

/** Everything odd: 5 of 8 units of attention, 6 of 8 of the encoder, 3 of 4 of the decoder; 9 columns to combine, of 12. */
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
const multiplicative: AttentionChainOptions = { ...additive, kind: 'multiplicative', scale: 0.7 };

/** Every element of every parameter, of the states and of the source whose gradient is not the numeric one. */
function mismatches(options: AttentionChainOptions, twins: AttentionTwins = attentionTwins): readonly Mismatch[] {
  const chain = createAttentionChain(options);
  const loss = () => forwardAttention(chain, twins);
  loss();
  backwardAttention(chain, twins);
  const found: Mismatch[] = [];
  const compare = (name: string, values: Values, gradients: Values, index: number) => {
    const gradient = gradients[index];
    const numeric = centralDifference(loss, values, index);
    if (!(Math.abs(gradient - numeric) <= 1e-5 + 1e-3 * Math.abs(numeric))) found.push({ name, index, gradient, numeric });
  };
  const { buffers } = chain;
  for (const { name, offset, rows, columns, isReal } of chain.parameters.values()) {
    for (let i = 0; i < rows * columns; i++) {
      if (isReal(Math.floor(i / columns), i % columns)) compare(name, buffers.parameters, buffers.gradients, offset + i);
      else if (buffers.gradients[offset + i] !== 0) found.push({ name, index: i, gradient: buffers.gradients[offset + i], numeric: 0 });
    }
  }
  forReal(chain, 'states', (i) => compare('states', buffers.states, buffers.stateGradient, i));
  forReal(chain, 'source', (i) => compare('source', buffers.source, buffers.sourceGradient, i));
  return found;
}

/** Numbers of a buffer of rows that are no padding: those that are not 0. */
function forReal({ buffers }: AttentionChain, name: string, visit: (index: number) => void): void {
  buffers[name].forEach((value, index) => {
    if (value !== 0) visit(index);
  });
}

describe('attention', () => {
  test.each([
    ['additive', additive],
    ['multiplicative', multiplicative],
    ['additive over two directions of 3 units', { ...additive, blocks: 2 }],
    ['multiplicative over two directions of 3 units', { ...multiplicative, blocks: 2 }],
    ['additive over a single step', { ...additive, targetSteps: 1, sourceSteps: 1, lengths: [1] }],
  ])('every gradient is the numeric one, %s', (_, options) => {
    expect(mismatches(options)).toEqual([]);
  });

  test.each([additive, multiplicative])('has gradients that are worth the check, and none in padding: $kind', (options) => {
    const chain = createAttentionChain(options);
    forwardAttention(chain);
    backwardAttention(chain);
    const { gradients, stateGradient, sourceGradient, states, source } = chain.buffers;
    for (const { name, offset, rows, columns } of chain.parameters.values()) {
      expect(Math.max(...gradients.subarray(offset, offset + rows * columns)), name).toBeGreaterThan(1e-2);
    }
    for (const [values, gradient] of [
      [states, stateGradient],
      [source, sourceGradient],
    ]) {
      expect(Math.max(...gradient)).toBeGreaterThan(1e-2);
      expect(gradient.every((slope, i) => values[i] !== 0 || slope === 0)).toBe(true);
    }
  });

  test.each([additive, multiplicative])('shares out 1 among the real steps of each row, and nothing behind: $kind', (options) => {
    const chain = createAttentionChain(options);
    forwardAttention(chain);
    const { alignment, lengths } = chain.buffers;
    for (let row = 0; row < 12; row++) {
      const shares = alignment.subarray(row * 8, (row + 1) * 8);
      expect(Array.from(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(shares.subarray(lengths[row % 3]).every((share) => share === 0)).toBe(true);
    }
  });

  test('by hand: scores log 3 and 0 give shares 3/4 and 1/4', () => {
    const buffers = {
      queries: Float64Array.of(1, 0, 0, 0),
      keys: Float64Array.of(Math.log(3), 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9),
      values: Float64Array.of(4, 0, 0, 0, 0, 8, 0, 0, 9, 9, 9, 9),
      lengths: Uint32Array.of(2),
      alignment: new Float64Array(4),
      context: new Float64Array(4),
    };
    const shape = { ...multiplicative, scale: 1, batch: 1, targetSteps: 1, sourceSteps: 3, attentionSize: 4, valueSize: 4 };
    attentionForward(shape, { queries: 0, keys: 0, values: 0, score: 0, lengths: 0, alignment: 0, context: 0 }, buffers);
    [0.75, 0.25, 0, 0].forEach((share, s) => {
      expect(buffers.alignment[s]).toBeCloseTo(share, 12);
    });
    [3, 2, 0, 0].forEach((value, c) => {
      expect(buffers.context[c]).toBeCloseTo(value, 12);
    });
  });
});

interface Mistake {
  readonly name: string;
  readonly options?: AttentionChainOptions;
  readonly twins: Partial<AttentionTwins>;
  /** What must be reported; more may be. */
  readonly wrong: readonly string[];
}

const { attentionQueryBackward, attentionSourceBackward } = attentionTwins;
const unmasked = (lengths: Values): Uint32Array => new Uint32Array(lengths.length).fill(additive.sourceSteps);

const mistakes: readonly Mistake[] = [
  {
    name: 'the mask dropped in the forward sweep alone',
    twins: {
      attentionForward: (options, call, buffers) => attentionForward(options, call, { ...buffers, lengths: unmasked(buffers.lengths) }),
    },
    wrong: ['attention.query.weight', 'source'],
  },
  {
    name: 'the sum over all steps left out of the gradient of the softmax',
    twins: {
      attentionScoreBackward: (options, _, buffers) => {
        const { scoreGradient, alignment, contextGradient, values, lengths } = buffers;
        const { batch, valueSize } = options;
        scoreGradient.forEach((_old, i) => {
          const [row, s] = [Math.floor(i / 8), i % 8];
          let slope = 0;
          const key = s * batch + (row % batch);
          for (let c = 0; s < lengths[row % batch] && c < valueSize; c++)
            slope += contextGradient[row * valueSize + c] * values[key * valueSize + c];
          scoreGradient[i] = alignment[i] * slope;
        });
      },
    },
    wrong: ['attention.query.weight', 'attention.key.weight', 'attention.score.weight', 'states', 'source'],
  },
  {
    name: 'keys and queries swapped at the queries',
    options: multiplicative,
    twins: {
      attentionQueryBackward: (options, call, buffers) =>
        attentionQueryBackward(options, call, {
          ...buffers,
          keys: Float64Array.from(buffers.keys, (_, i) => buffers.queries[i % buffers.queries.length]),
        }),
    },
    wrong: ['attention.query.weight', 'states'],
  },
  {
    name: 'keys and queries swapped at the keys',
    options: multiplicative,
    twins: {
      attentionSourceBackward: (options, call, buffers) =>
        attentionSourceBackward(options, call, { ...buffers, queries: Float64Array.from(buffers.queries, (_, i) => buffers.keys[i]) }),
    },
    wrong: ['source'],
  },
  {
    name: 'the slope of tanh forgotten at the keys',
    twins: {
      attentionSourceBackward: (options, call, buffers) =>
        attentionSourceBackward(options, call, { ...buffers, keys: buffers.keys.map(() => 0), queries: buffers.queries.map(() => 0) }),
    },
    wrong: ['attention.key.weight', 'source'],
  },
  {
    name: 'the scale forgotten in the reverse sweep',
    options: multiplicative,
    twins: { attentionQueryBackward: (options, call, buffers) => attentionQueryBackward({ ...options, scale: 1 }, call, buffers) },
    wrong: ['attention.query.weight', 'states'],
  },
  {
    name: 'values without their gradient where they are the keys too',
    options: multiplicative,
    twins: {
      attentionSourceBackward: (options, call, buffers) =>
        attentionSourceBackward(options, call, { ...buffers, alignment: buffers.alignment.map(() => 0) }),
    },
    wrong: ['source'],
  },
  {
    name: 'the gradient through the query overwriting that of the state',
    twins: { matmul: (options, call, buffers) => attentionTwins.matmul({ ...options, accumulate: false }, call, buffers) },
    wrong: ['states', 'source'],
  },
  {
    name: 'the slope of the output tanh forgotten',
    twins: { tanhRowsBackward: () => undefined },
    wrong: ['attention.combine.weight', 'states', 'source'],
  },
];

describe('the numeric gradient check sees', () => {
  test.each(mistakes)('$name', ({ options = additive, twins, wrong }) => {
    const found = mismatches(options, { ...attentionTwins, ...twins });
    expect(found.every(({ gradient }) => Number.isFinite(gradient))).toBe(true);
    expect([...new Set(found.map(({ name }) => name))]).toEqual(expect.arrayContaining([...wrong]));
  });
});
