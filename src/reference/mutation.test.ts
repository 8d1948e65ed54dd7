/**
 * The numeric gradient check is only worth something if it sees mistakes: here each of them is made on purpose.
 * That the same chains pass without the mistake is in chain.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { createChain } from './chain-buffers.ts';
import { type ChainOptions, smallChain } from './chain-layout.ts';
import { type ChainTwins, chainTwins } from './chain-twins.ts';
import { gradientMismatches } from './numeric-gradient.ts';
import { planeCount, type Values } from './options.ts';

type Kernel = ChainTwins['sequenceBackward'] & ChainTwins['gruBeforeSequenceBackward'];

interface Mistake {
  readonly name: string;
  readonly chain: Partial<ChainOptions>;
  readonly twins: Partial<ChainTwins>;
  /** Which parameters must be reported; others may be too. */
  readonly wrong: readonly string[];
}

const lstm = { cell: 'lstm' } as const;
const gru = { cell: 'gru', reset: 'after' } as const;
const gruBefore = { cell: 'gru', reset: 'before' } as const;
const oneHot = { input: { ...smallChain.input, kind: 'one-hot' } } as const;
const bothDirections = { cell: 'lstm', bidirectional: true, lengths: [2, 4, 1] } as const;
const recurrent = ['rnn.weight_ih_l0', 'rnn.weight_hh_l0', 'rnn.bias_ih_l0', 'rnn.bias_hh_l0'];

/** The reverse sweep, and after each of its steps a change to the planes of that step. */
function afterEachStep(sequence: Kernel, change: (planes: Values[], t: number, carry: Values) => void): Kernel {
  return (options, call, buffers) => {
    const { batch, cell, hiddenSize } = options;
    for (let t = call.end - 1; t >= call.begin; t--) {
      sequence(options, { ...call, begin: t, end: t + 1 }, buffers);
      for (let b = 0; b < batch; b++) {
        const row = (t * batch + b) * planeCount(cell) * hiddenSize;
        const planes = Array.from({ length: planeCount(cell) }, (_, p) =>
          buffers.gates.subarray(row + p * hiddenSize, row + (p + 1) * hiddenSize),
        );
        change(planes, t, buffers.carry);
      }
    }
  };
}

function swap(first: Values, second: Values): void {
  const kept = first.slice();
  first.set(second);
  second.set(kept);
}

/** A layer's states one time step late: states[t + 1] where states[t] belongs; the last step repeats. */
function oneStepLate(states: Values, batch: number, hiddenSize: number): Values {
  const width = batch * hiddenSize;
  const late = states.slice();
  late.set(states.slice(width));
  return late;
}

const mistakes: readonly Mistake[] = [
  {
    name: 'gates i and f swapped in the reverse sweep',
    chain: lstm,
    twins: { sequenceBackward: afterEachStep(chainTwins.sequenceBackward, ([i, f]) => swap(i, f)) },
    wrong: recurrent,
  },
  {
    name: 'gates i and f swapped in the forward weights only',
    chain: { ...lstm, ...oneHot },
    twins: {
      sequenceForward: (options, call, buffers) => {
        const weights = buffers.weights.slice();
        const width = options.hiddenSize;
        for (let k = 0; k < width; k++) {
          const row = call.weightHidden + k * 4 * width;
          swap(weights.subarray(row, row + width), weights.subarray(row + width, row + 2 * width));
        }
        chainTwins.sequenceForward(options, call, { ...buffers, weights });
      },
    },
    wrong: ['rnn.weight_hh_l0'],
  },
  {
    name: 'the recurrent bias dropped in the forward sweep',
    chain: lstm,
    twins: { sequenceForward: (options, call, buffers) => chainTwins.sequenceForward({ ...options, recurrentBias: false }, call, buffers) },
    wrong: ['rnn.bias_hh_l0'],
  },
  {
    name: 'the recurrent bias dropped in the weight gradient',
    chain: gru,
    twins: {
      weightGradient: (options, call, buffers) => {
        chainTwins.weightGradient({ ...options, hiddenBias: false }, call, buffers);
        buffers.out.fill(0, call.biasHidden, call.biasHidden + 3 * options.hiddenSize);
      },
    },
    wrong: ['rnn.bias_hh_l0'],
  },
  {
    name: 'states[t + 1] instead of states[t] as the operand of dU',
    chain: lstm,
    twins: {
      weightGradient: (options, call, buffers) => {
        const states = oneStepLate(buffers.states, options.batch, options.hiddenSize);
        chainTwins.weightGradient(options, call, { ...buffers, states });
      },
    },
    wrong: ['rnn.weight_hh_l0'],
  },
  {
    name: 'zeros instead of the initial state as the operand of dU',
    chain: { cell: 'rnn-tanh' },
    twins: {
      weightGradient: (options, call, buffers) => {
        const states = buffers.states.slice().fill(0, 0, options.batch * options.hiddenSize);
        chainTwins.weightGradient(options, call, { ...buffers, states });
      },
    },
    wrong: ['rnn.weight_hh_l0'],
  },
  ...[lstm, gru, gruBefore].map((chain) => ({
    name: `the carry forgotten, ${chain.cell} ${'reset' in chain ? chain.reset : ''}`,
    chain,
    twins: {
      sequenceBackward: afterEachStep(chainTwins.sequenceBackward, (_planes, _t, carry) => carry.fill(0)),
      gruBeforeSequenceBackward: afterEachStep(chainTwins.gruBeforeSequenceBackward, (_planes, _t, carry) => carry.fill(0)),
    },
    wrong: recurrent,
  })),
  {
    name: 'the reset gate forgotten in the gradient at h_n',
    chain: gru,
    twins: { sequenceBackward: afterEachStep(chainTwins.sequenceBackward, ([, , n, recurrentN]) => recurrentN.set(n)) },
    wrong: recurrent,
  },
  {
    name: 'GRU reset-before: h instead of r h as the operand of dU_n',
    chain: gruBefore,
    twins: {
      weightGradient: (options, call, buffers) => {
        const gates = buffers.gates.slice();
        const { batch, timeSteps, hiddenSize } = options;
        for (let row = 0; row < timeSteps * batch; row++) {
          gates.set(buffers.states.slice(row * hiddenSize, (row + 1) * hiddenSize), (row * 4 + 3) * hiddenSize);
        }
        chainTwins.weightGradient(options, call, { ...buffers, gates });
      },
    },
    wrong: ['rnn.weight_hh_l0'],
  },
  {
    name: 'U read transposed in the reverse sweep',
    chain: { cell: 'rnn-tanh' },
    twins: {
      sequenceBackward: (options, call, buffers) => {
        const size = options.hiddenSize;
        const parameters = buffers.parameters.slice();
        for (let i = 0; i < size * size; i++) {
          parameters[call.weightHidden + i] = buffers.parameters[call.weightHidden + (i % size) * size + Math.floor(i / size)];
        }
        chainTwins.sequenceBackward(options, call, { ...buffers, parameters });
      },
    },
    wrong: recurrent,
  },
  {
    name: 'BPTT cut between two steps',
    chain: { cell: 'rnn-relu' },
    twins: {
      sequenceBackward: (options, call, buffers) => {
        // Each half believes it ends with the last time step.
        chainTwins.sequenceBackward(options, { ...call, begin: 2 }, buffers);
        chainTwins.sequenceBackward({ ...options, timeSteps: 2 }, { ...call, end: 2 }, buffers);
      },
    },
    wrong: recurrent,
  },
  {
    name: 'label smoothing forgotten in the gradient',
    chain: { ...lstm, ...oneHot, bias: 'input', labelSmoothing: 0.1 },
    twins: {
      softmaxCrossEntropy: (options, call, buffers) => {
        const logits = buffers.logits.slice();
        const losses = buffers.losses.slice();
        chainTwins.softmaxCrossEntropy({ ...options, gradient: false }, call, buffers);
        chainTwins.softmaxCrossEntropy({ ...options, labelSmoothing: 0 }, call, { ...buffers, logits, losses });
        buffers.logits.set(logits);
      },
    },
    wrong: ['head.weight', 'head.bias', 'rnn.weight_ih_l0', 'rnn.weight_hh_l0', 'rnn.bias_ih_l0'],
  },
  {
    name: 'one position of a token left out of the segment sum',
    chain: { ...lstm, ...oneHot },
    twins: {
      segmentSum: (options, call, buffers) => {
        const order = buffers.order.slice();
        order[0] = order[order.length - 1];
        chainTwins.segmentSum(options, call, { ...buffers, order });
      },
    },
    wrong: ['rnn.weight_ih_l0'],
  },
  {
    name: 'the reverse direction joined in the order in which it read',
    chain: bothDirections,
    twins: {
      joinDirections: (options, call, buffers) => {
        const { batch, timeSteps, hiddenSize } = options;
        const turned = { out: buffers.reverse.slice(), source: buffers.reverse, lengths: buffers.lengths };
        const rows = { batch, timeSteps, columns: hiddenSize, kind: 'vectors', lengths: true } as const;
        chainTwins.reverseRows(rows, { source: call.reverse, out: call.reverse }, turned);
        chainTwins.joinDirections(options, call, { ...buffers, reverse: turned.out });
      },
    },
    wrong: ['rnn.weight_ih_l0_reverse', 'rnn.weight_hh_l0_reverse'],
  },
  {
    name: 'the ends of the rows forgotten where the directions part',
    chain: bothDirections,
    twins: {
      joinDirectionsBackward: (options, call, buffers) => chainTwins.joinDirectionsBackward({ ...options, lengths: false }, call, buffers),
    },
    wrong: ['rnn.weight_ih_l0_reverse'],
  },
];

describe('the numeric gradient check sees', () => {
  test.each(mistakes)('$name', ({ chain, twins, wrong }) => {
    const options = { ...smallChain, ...chain };
    const mismatches = gradientMismatches(createChain(options), { ...chainTwins, ...twins });
    // Wrong numbers, not numbers that nobody wrote.
    expect(mismatches.every(({ gradient }) => Number.isFinite(gradient))).toBe(true);
    expect([...new Set(mismatches.map(({ name }) => name))]).toEqual(expect.arrayContaining([...wrong]));
  });
});
