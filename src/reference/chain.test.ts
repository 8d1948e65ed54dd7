import { describe, expect, test } from 'vitest';
import { backwardChain, forwardChain } from './chain.ts';
import { type Chain, createChain } from './chain-buffers.ts';
import { cells, inputs, noisy, silentParameters } from './chain-cases.ts';
import { smallChain } from './chain-layout.ts';
import { type ChainTwins, chainTwins } from './chain-twins.ts';
import { centralDifference, gradientMismatches } from './numeric-gradient.ts';

const losses = ['softmax', 'squared-error', 'sigmoid'] as const;

describe.each(cells)('%s', (_, cell) => {
  test.each(inputs)('every gradient is the numeric one, input %s', (kind) => {
    const chain = createChain({ ...smallChain, ...cell, input: { ...smallChain.input, kind } });
    expect(gradientMismatches(chain)).toEqual([]);
    expect(silentParameters(chain)).toEqual([]);
  });

  test.each([{}, { layers: 2, lengths: [2, 4, 1] }])(
    'every gradient is the numeric one where the embedding is the head too, %j',
    (changed) => {
      const input = { kind: 'embedding', size: 5, vocabulary: 5 } as const;
      const chain = createChain({ ...smallChain, ...cell, input, tied: true, ...changed });
      expect([...chain.parameters.keys()]).not.toContain('head.weight');
      expect(gradientMismatches(chain)).toEqual([]);
      expect(silentParameters(chain)).toEqual([]);
    },
  );

  test.each(losses)('every gradient is the numeric one, loss %s, unpadded', (loss) => {
    const input = { kind: 'vectors', size: 4, vocabulary: 4 } as const;
    const chain = createChain({ ...smallChain, ...cell, loss, units: 4, padding: 1, input, classes: 3 });
    expect(gradientMismatches(chain)).toEqual([]);
    expect(silentParameters(chain)).toEqual([]);
  });

  test.each(['input', 'none'] as const)('every gradient is the numeric one, bias %s', (bias) => {
    const chain = createChain({ ...smallChain, ...cell, bias, input: { ...smallChain.input, kind: 'one-hot' }, labelSmoothing: 0.1 });
    expect(gradientMismatches(chain)).toEqual([]);
  });

  test('every gradient is the numeric one through two layers', () => {
    const chain = createChain({ ...smallChain, ...cell, layers: 2 });
    expect(gradientMismatches(chain)).toEqual([]);
    expect(silentParameters(chain)).toEqual([]);
  });

  test('padding stays exactly zero: units, gradients, logits', () => {
    const chain = createChain({ ...smallChain, ...cell, layers: 2, input: { ...smallChain.input, kind: 'embedding' } });
    forwardChain(chain);
    backwardChain(chain);
    const { units, classes } = chain.options;
    const column = (values: ArrayLike<number>, stride: number, from: number) => Array.from(values).filter((_, i) => i % stride >= from);
    for (const { states, cells, outputGradient } of chain.layers) {
      for (const values of [states, cells, outputGradient])
        expect(column(values, chain.sizes.hidden, units).every((v) => v === 0)).toBe(true);
    }
    expect(column(chain.buffers.logits, chain.sizes.classes, classes).every((v) => v === 0)).toBe(true);
    for (const { offset, rows, columns, isReal } of chain.parameters.values()) {
      const gradients = Array.from(chain.buffers.gradients.subarray(offset, offset + rows * columns));
      const padding = gradients.filter((_, i) => !isReal(Math.floor(i / columns), i % columns));
      expect(padding.every((v) => v === 0)).toBe(true);
    }
  });

  test.each([{}, { lengths: [4, 1, 2] }, noisy(cell), { ...noisy(cell), lengths: [4, 1, 2] }])(
    'outputGradient becomes the whole gradient at h, of every time step and of the initial state, %j',
    (changed) => {
      const chain = createChain({ ...smallChain, ...cell, ...changed, initial: true });
      const { hidden } = chain.sizes;
      const nudge = new Float64Array(chain.layers[0].outputGradient.length);
      const nudged = nudgeStates(nudge, chain.options.batch * hidden);
      forwardChain(chain, nudged);
      backwardChain(chain, nudged);
      const gradients = chain.layers[0].outputGradient.slice();
      gradients.forEach((gradient, index) => {
        // Padded units are nudged too: they reach nothing.
        expect(gradient).toBeCloseTo(
          centralDifference(() => forwardChain(chain, nudged), nudge, index),
          6,
        );
      });
    },
  );

  test('every gradient is the numeric one where rows end early, through two layers', () => {
    const chain = createChain({ ...smallChain, ...cell, layers: 2, lengths: [2, 4, 1] });
    expect(gradientMismatches(chain)).toEqual([]);
    expect(silentParameters(chain)).toEqual([]);
  });

  test('the reverse direction alone is the same layer over rows that are turned around', () => {
    const chain = createChain({ ...smallChain, ...cell, bidirectional: true });
    const plain = createChain({ ...smallChain, ...cell });
    const { batch, timeSteps } = smallChain;
    for (const kind of ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']) {
      const [from, to] = [chain.parameters.get(`rnn.${kind}_l0_reverse`), plain.parameters.get(`rnn.${kind}_l0`)];
      if (!from || !to) throw new Error(`rnn.${kind}_l0 must be in both chains`);
      plain.buffers.parameters.set(chain.buffers.parameters.subarray(from.offset, from.offset + from.rows * from.columns), to.offset);
    }
    const step = batch * chain.sizes.input;
    for (let t = 0; t < timeSteps; t++)
      plain.buffers.input.set(chain.buffers.input.subarray(t * step, (t + 1) * step), (timeSteps - 1 - t) * step);
    for (const name of ['states', 'cells']) plain.layers[0][name].set(chain.reverse[0][name]);
    forwardChain(chain);
    forwardChain(plain);
    const { hidden, output } = chain.sizes;
    for (let t = 0; t < timeSteps; t++) {
      for (let b = 0; b < batch; b++) {
        const joined = ((t + 1) * batch + b) * output + hidden;
        const alone = ((timeSteps - t) * batch + b) * hidden;
        expect(chain.joined[0]?.states.subarray(joined, joined + hidden)).toEqual(plain.layers[0].states.subarray(alone, alone + hidden));
      }
    }
  });

  test.each([false, true])('what lies past the end of a row changes nothing, two directions: %s', (bidirectional) => {
    const [plain, other] = [1, 2].map(() => createChain({ ...smallChain, ...cell, bidirectional, lengths: [2, 4, 1] }));
    const { batch, timeSteps } = smallChain;
    for (let t = 0; t < timeSteps; t++)
      for (let b = 0; b < batch; b++)
        if (t >= other.buffers.lengths[b]) other.buffers.input.fill(9, (t * batch + b) * 4, (t * batch + b) * 4 + 3);
    const [loss, otherLoss] = [plain, other].map((chain) => {
      const found = forwardChain(chain);
      backwardChain(chain);
      return found;
    });
    expect(otherLoss).toBe(loss);
    expect(other.buffers.gradients).toEqual(plain.buffers.gradients);
    const row = (chain: Chain, t: number) => chain.layers[0].states.subarray(t * batch * 8, (t * batch + 1) * 8);
    expect(row(plain, timeSteps)).toEqual(row(plain, 2));
  });
});

test.each([
  [
    'the share of the gather alone',
    { segmentSum: (options, call, buffers) => chainTwins.segmentSum({ ...options, accumulate: false }, call, buffers) },
  ],
  ['the share of the head alone', { segmentSum: () => undefined }],
] as [string, Partial<ChainTwins>][])('the check sees a tied embedding that learns from %s', (_, twins) => {
  const input = { kind: 'embedding', size: 5, vocabulary: 5 } as const;
  const found = gradientMismatches(createChain({ ...smallChain, input, tied: true }), { ...chainTwins, ...twins });
  expect([...new Set(found.map(({ name }) => name))]).toEqual(['embedding.weight']);
});

test('the carry of the LSTM ends as the gradient of the initial cell, and may begin with one of the last', () => {
  const chain = createChain({ ...smallChain, lengths: [4, 1, 2], initial: true });
  const [{ cells, carry }] = chain.layers;
  const weights = cells.map((_, index) => Math.sin(index));
  const last = cells.length - carry.length;
  const twins: ChainTwins = {
    ...chainTwins,
    sequenceBackward(options, call, buffers) {
      buffers.carry.set(weights.subarray(last));
      chainTwins.sequenceBackward({ ...options, finalCell: true }, call, buffers);
    },
  };
  const loss = (): number => {
    const sum = forwardChain(chain);
    return Array.from(cells.subarray(last)).reduce((total, value, index) => total + value * weights[last + index], sum);
  };
  loss();
  backwardChain(chain, twins);
  const gradient = carry.slice();
  const first = cells.subarray(0, carry.length);
  gradient.forEach((value, index) => {
    expect(value).toBeCloseTo(centralDifference(loss, first, index), 6);
  });
});

/** Adds `nudge` [T + 1, B * H] to the states: row 0 before the sweep, the others each right after its step. */
function nudgeStates(nudge: Float64Array, width: number): ChainTwins {
  const stepwise =
    (sequence: ChainTwins['sequenceForward']): ChainTwins['sequenceForward'] =>
    (options, call, buffers) => {
      for (let i = 0; i < width; i++) buffers.states[i] += nudge[i];
      for (let t = call.begin; t < call.end; t++) {
        sequence(options, { ...call, begin: t, end: t + 1 }, buffers);
        for (let i = 0; i < width; i++) buffers.states[(t + 1) * width + i] += nudge[(t + 1) * width + i];
      }
      for (let i = 0; i < width; i++) buffers.states[i] -= nudge[i];
    };
  return {
    ...chainTwins,
    sequenceForward: stepwise(chainTwins.sequenceForward),
    gruBeforeSequenceForward: stepwise(chainTwins.gruBeforeSequenceForward),
  };
}
