/** Layer normalisation within the recurrence: every gradient is the numeric one, and padding stays out of means and variances. */
import { describe, expect, test } from 'vitest';
import { backwardChain, forwardChain } from './chain.ts';
import { type Chain, createChain } from './chain-buffers.ts';
import { type ChainOptions, smallChain } from './chain-layout.ts';
import { type ChainTwins, chainTwins } from './chain-twins.ts';
import { normalized, normalizedGradient } from './layer-norm.ts';
import { centralDifference, gradientMismatches } from './numeric-gradient.ts';

const cells: readonly (readonly [string, Pick<ChainOptions, 'cell' | 'reset'>])[] = [
  ['rnn-tanh', { cell: 'rnn-tanh', reset: 'after' }],
  ['rnn-relu', { cell: 'rnn-relu', reset: 'after' }],
  ['lstm', { cell: 'lstm', reset: 'after' }],
  ['gru reset-after', { cell: 'gru', reset: 'after' }],
  ['gru reset-before', { cell: 'gru', reset: 'before' }],
];

const noisy = ({ cell }: Pick<ChainOptions, 'cell'>): Partial<ChainOptions> => ({
  recurrentDropout: 0.4,
  zoneout: 0.4,
  ...(cell === 'lstm' ? { zoneoutCell: 0.3 } : {}),
});

test('a normalised row has mean 0 and variance 1 over its units, and its gradient is the numeric one', () => {
  const row = Float64Array.from({ length: 16 }, (_, place) => 1000 + Math.sin(7 * place));
  const ofRow = () => normalized((place) => row[place], 16, 8, 5);
  const { y, scale } = ofRow();
  const units = Array.from(y).filter((_, place) => place % 8 < 5);
  expect(units.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
  expect(units.reduce((sum, value) => sum + value * value, 0) / 10).toBeCloseTo(1, 3);
  const e = Float64Array.from(row, (_, place) => (place % 8 < 5 ? Math.cos(3 * place) : 0));
  const gradient = normalizedGradient(
    (place) => e[place],
    (place) => y[place],
    scale,
    16,
    8,
    5,
  );
  const loss = (): number => ofRow().y.reduce((sum, value, place) => sum + value * e[place], 0);
  gradient.forEach((value, place) => {
    expect(value).toBeCloseTo(centralDifference(loss, row, place), 5);
  });
});

describe.each(cells)('%s', (_, cell) => {
  const layerNorm = { ...smallChain, ...cell, layerNorm: true };

  test.each(['vectors', 'one-hot'] as const)('every gradient is the numeric one, input %s', (kind) => {
    const chain = createChain({ ...layerNorm, input: { ...smallChain.input, kind } });
    expect(gradientMismatches(chain)).toEqual([]);
    expect(silent(chain)).toEqual([]);
    expect(forwardChain(chain)).not.toBe(forwardChain(createChain({ ...layerNorm, layerNorm: false, input: chain.options.input })));
  });

  test.each([
    { bias: 'none' },
    { layers: 2, units: 4, padding: 1, bias: 'input', dropout: 0.4 },
    { lengths: [2, 4, 1] },
    { recurrentDropout: 0.4 },
    { zoneout: 0.4 },
    { ...noisy(cell), bidirectional: true, lengths: [2, 4, 1] },
  ] as const)('every gradient is the numeric one, %j', (changed) => {
    const chain = createChain({ ...layerNorm, ...changed });
    expect(gradientMismatches(chain)).toEqual([]);
    expect(silent(chain)).toEqual([]);
  });

  test('padding changes nothing: two layers of 5 units in 5 places and in 8', () => {
    const input = { kind: 'vectors', size: 4, vocabulary: 4 } as const;
    const [plain, padded] = [1, 4].map((padding) => createChain({ ...layerNorm, layers: 2, input, classes: 4, padding }));
    const reals = (chain: Chain, values: ArrayLike<number>) =>
      [...chain.parameters.values()].flatMap(({ offset, rows, columns, isReal }) =>
        Array.from({ length: rows * columns }, (_, i) => i)
          .filter((i) => isReal(Math.floor(i / columns), i % columns))
          .map((i) => values[offset + i]),
      );
    expect(reals(padded, padded.buffers.parameters)).toEqual(reals(plain, plain.buffers.parameters));
    for (const name of ['states', 'cells']) {
      padded.layers.forEach((layer, index) => {
        for (let row = 0; row < 3; row++) layer[name].set(plain.layers[index][name].subarray(row * 5, row * 5 + 5), row * 8);
      });
    }
    for (const name of ['input', 'targets']) padded.buffers[name].set(plain.buffers[name]);
    expect(forwardChain(padded)).toBeCloseTo(forwardChain(plain), 12);
    for (const chain of [plain, padded]) backwardChain(chain);
    const [expected, found] = [reals(plain, plain.buffers.gradients), reals(padded, padded.buffers.gradients)];
    found.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index], 10);
    });
  });

  test.each([{}, { lengths: [4, 1, 2] }, { ...noisy(cell), lengths: [4, 1, 2] }])(
    'outputGradient becomes the whole gradient at h, of every time step and of the initial state, %j',
    (changed) => {
      const chain = createChain({ ...layerNorm, ...changed, initial: true });
      const nudge = new Float64Array(chain.layers[0].outputGradient.length);
      const nudged = nudgeStates(nudge, chain.options.batch * chain.sizes.hidden);
      forwardChain(chain, nudged);
      backwardChain(chain, nudged);
      const gradients = chain.layers[0].outputGradient.slice();
      gradients.forEach((gradient, index) => {
        // nobody reads a padded unit but through weights that are 0
        if (index % chain.sizes.hidden >= chain.options.units) return;
        expect(gradient).toBeCloseTo(
          centralDifference(() => forwardChain(chain, nudged), nudge, index),
          6,
        );
      });
    },
  );
});

/** Parameters whose gradients are all tiny: a check of them would prove little. */
function silent(chain: Chain): readonly string[] {
  const { gradients } = chain.buffers;
  return [...chain.parameters.values()]
    .filter(({ offset, rows, columns }) => gradients.subarray(offset, offset + rows * columns).every((value) => Math.abs(value) < 1e-3))
    .map(({ name }) => name);
}

/** Adds `nudge` [T + 1, B * H] to the states: row 0 before the sweep, the others each right after its step. */
function nudgeStates(nudge: Float64Array, width: number): ChainTwins {
  return {
    ...chainTwins,
    layerNormSequenceForward(options, call, buffers) {
      for (let i = 0; i < width; i++) buffers.states[i] += nudge[i];
      for (let t = call.begin; t < call.end; t++) {
        chainTwins.layerNormSequenceForward(options, { ...call, begin: t, end: t + 1 }, buffers);
        for (let i = 0; i < width; i++) buffers.states[(t + 1) * width + i] += nudge[(t + 1) * width + i];
      }
      for (let i = 0; i < width; i++) buffers.states[i] -= nudge[i];
    },
  };
}
