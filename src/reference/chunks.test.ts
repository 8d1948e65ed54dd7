import { describe, expect, test } from 'vitest';
import { backwardChain, forwardChain } from './chain.ts';
import { createChain } from './chain-buffers.ts';
import { type ChainOptions, smallChain } from './chain-layout.ts';
import { type ChainTwins, chainTwins } from './chain-twins.ts';
import { gruBeforeCandidateBackward } from './gru-before-candidate-backward.ts';
import { gruBeforeCandidateForward } from './gru-before-candidate-forward.ts';
import { gruBeforeGatesBackward } from './gru-before-gates-backward.ts';
import { gruBeforeGatesForward } from './gru-before-gates-forward.ts';
import { gruBeforeSequenceBackward } from './gru-before-sequence-backward.ts';
import { gruBeforeSequenceForward } from './gru-before-sequence-forward.ts';
import { matmul } from './matmul.ts';
import { stepBackward } from './step-backward.ts';
import { stepForward } from './step-forward.ts';
import { sumParts } from './sum-parts.ts';
import { weightGradient } from './weight-gradient.ts';

const cells: readonly Pick<ChainOptions, 'cell' | 'reset'>[] = [
  { cell: 'rnn-tanh', reset: 'after' },
  { cell: 'rnn-relu', reset: 'after' },
  { cell: 'lstm', reset: 'after' },
  { cell: 'gru', reset: 'after' },
  { cell: 'gru', reset: 'before' },
];

/** One kernel per time step, as the plan does for wide layers. */
const stepTwins: ChainTwins = {
  ...chainTwins,
  sequenceForward: (options, call, buffers) => {
    for (let t = call.begin; t < call.end; t++) stepForward(options, { ...call, begin: t }, buffers);
  },
  sequenceBackward: (options, call, buffers) => {
    for (let t = call.end - 1; t >= call.begin; t--) stepBackward(options, { ...call, begin: t }, buffers);
  },
  gruBeforeSequenceForward: (options, call, buffers) => {
    for (let t = call.begin; t < call.end; t++) {
      gruBeforeGatesForward(options, { ...call, begin: t }, buffers);
      gruBeforeCandidateForward(options, { ...call, begin: t }, buffers);
    }
  },
  gruBeforeSequenceBackward: (options, call, buffers) => {
    for (let t = call.end - 1; t >= call.begin; t--) {
      gruBeforeCandidateBackward(options, { ...call, begin: t }, buffers);
      gruBeforeGatesBackward(options, { ...call, begin: t }, buffers);
    }
  },
};

/** The time kernels cut in [0, 1) and [1, T), the reverse sweep later part first. */
const chunkedTwins: ChainTwins = {
  ...chainTwins,
  sequenceForward: inOrder(chainTwins.sequenceForward),
  gruBeforeSequenceForward: inOrder(chainTwins.gruBeforeSequenceForward),
  sequenceBackward: inReverse(chainTwins.sequenceBackward),
  gruBeforeSequenceBackward: inReverse(chainTwins.gruBeforeSequenceBackward),
};

function inOrder(sequence: ChainTwins['sequenceForward']): ChainTwins['sequenceForward'] {
  return (options, call, buffers) => {
    sequence(options, { ...call, begin: 0, end: 1 }, buffers);
    sequence(options, { ...call, begin: 1, end: call.end }, buffers);
  };
}

function inReverse(sequence: ChainTwins['sequenceBackward']): ChainTwins['sequenceBackward'] {
  return (options, call, buffers) => {
    sequence(options, { ...call, begin: 1, end: call.end }, buffers);
    sequence(options, { ...call, begin: 0, end: 1 }, buffers);
  };
}

function gradients(options: ChainOptions, twins: ChainTwins): { loss: number; gradients: readonly number[] } {
  const chain = createChain(options);
  const loss = forwardChain(chain, twins);
  backwardChain(chain, twins);
  return { loss, gradients: Array.from(chain.buffers.gradients) };
}

describe.each(cells)('$cell, reset $reset', (cell) => {
  const options: ChainOptions = { ...smallChain, ...cell, layers: 2, input: { ...smallChain.input, kind: 'one-hot' } };

  test('step kernels give the sequence kernels numbers', () => {
    expect(gradients(options, stepTwins)).toEqual(gradients(options, chainTwins));
  });

  test('a sequence in two chunks is the whole', () => {
    expect(gradients(options, chunkedTwins)).toEqual(gradients(options, chainTwins));
  });

  test.each([2, 5, 13])('weight-gradient in %i parts sums to the whole', (parts) => {
    const split: ChainTwins = {
      ...chainTwins,
      weightGradient: (options, call, buffers) => {
        const partStride = buffers.out.length;
        const out = new Float64Array(parts * partStride);
        weightGradient({ ...options, parts }, { ...call, partStride }, { ...buffers, out });
        const sum = new Float64Array(partStride);
        sumParts({ elements: partStride, parts, stride: partStride }, { parts: 0, out: 0 }, { parts: out, out: sum });
        // The kernel writes one layer; the rest of `out` belongs to others.
        sum.forEach((value, i) => {
          if (value !== 0 || Number.isNaN(buffers.out[i])) buffers.out[i] = value;
        });
      },
    };
    expectClose(gradients({ ...smallChain, ...cell }, split).gradients, gradients({ ...smallChain, ...cell }, chainTwins).gradients);
  });
});

test('gru-before as a cell of its own is gru with reset before', () => {
  const named: ChainTwins = {
    ...chainTwins,
    gruBeforeSequenceForward: (options, call, buffers) => gruBeforeSequenceForward({ ...options, cell: 'gru-before' }, call, buffers),
    gruBeforeSequenceBackward: (options, call, buffers) => gruBeforeSequenceBackward({ ...options, cell: 'gru-before' }, call, buffers),
    weightGradient: (options, call, buffers) => weightGradient({ ...options, cell: 'gru-before', reset: undefined }, call, buffers),
  };
  const options: ChainOptions = { ...smallChain, cell: 'gru', reset: 'before' };
  expect(gradients(options, named)).toEqual(gradients(options, chainTwins));
  const chain = createChain({ ...options, cell: 'gru-before' });
  const refused = {
    cell: 'gru-before',
    batch: 3,
    timeSteps: 4,
    hiddenSize: 8,
    input: 'projected',
    recurrentBias: true,
    inputBias: true,
  } as const;
  const buffers = { ...chain.buffers, ...chain.layers[0] };
  const call = { begin: 0, end: 1, weightHidden: 0, biasHidden: 0 };
  expect(() => stepForward(refused, call, buffers)).toThrow('must not be gru-before');
  expect(() => stepBackward(refused, call, buffers)).toThrow('must not be gru-before');
});

test('weight-gradient of a dense layer, from an offset on', () => {
  const options = {
    cell: 'dense',
    batch: 1,
    timeSteps: 2,
    hiddenSize: 2,
    inputSize: 1,
    inputBias: true,
    hiddenBias: false,
    parts: 1,
  } as const;
  const out = new Float64Array(5).fill(7);
  const buffers = { gates: Float64Array.of(1, 2, 10, 20), input: Float64Array.of(9, 3, 4), out };
  weightGradient(options, { input: 1, weightInput: 0, biasInput: 2, out: 1 }, buffers);
  expect([...out]).toEqual([7, 43, 86, 11, 22]);
});

test.each([2, 3, 7])('a product in %i parts sums to the whole, bias once', (parts) => {
  const shape = {
    rows: 3,
    columns: 5,
    inner: 13,
    left: 'columns',
    leftStride: 4,
    right: 'columns',
    rightStride: 14,
    outStride: 6,
  } as const;
  const left = Float64Array.from({ length: 60 }, (_, i) => Math.sin(i));
  const right = Float64Array.from({ length: 90 }, (_, i) => Math.cos(i));
  const whole = new Float64Array(20);
  const call = { left: 1, right: 2, bias: 80, out: 0 };
  matmul({ ...shape, bias: true, parts: 1 }, call, { left, right, out: whole });
  const pieces = new Float64Array(parts * 18);
  matmul({ ...shape, bias: true, parts }, call, { left, right, out: pieces });
  const out = new Float64Array(20);
  sumParts({ elements: 18, parts, stride: 18 }, { parts: 0, out: 0 }, { parts: pieces, out });
  expectClose(Array.from(out), Array.from(whole));
  expect(whole[7]).toBeCloseTo(right[81] + dot(1 + 1, 4, 2 + 14), 12);

  function dot(leftStart: number, leftStep: number, rightStart: number): number {
    return Array.from({ length: 13 }, (_, k) => left[leftStart + k * leftStep] * right[rightStart + k]).reduce((a, b) => a + b, 0);
  }
});

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((maximum, value, i) => Math.max(maximum, Math.abs(value - expected[i])), 0);
  expect(worst).toBeLessThan(1e-12);
}
