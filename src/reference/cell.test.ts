import { describe, expect, test } from 'vitest';
import { gruBackward, gruForward, lstmBackward, lstmCellGradient, lstmForward, rnnBackward, rnnForward, sigmoid } from './cell.ts';

/** Saturates a sigmoid: 1 or 0 to about 13 digits. */
const open = 30;
const shut = -30;

describe('the gates do what their names say', () => {
  test('an LSTM that forgets nothing and lets nothing in keeps its cell', () => {
    const { cell, hidden } = lstmForward({ i: shut, f: open, g: 2, o: open }, 0.7);
    expect(cell).toBeCloseTo(0.7, 12);
    expect(hidden).toBeCloseTo(Math.tanh(0.7), 12);
  });

  test('an LSTM that forgets all and lets all in holds its candidate, and a shut output hides it', () => {
    const { cell, hidden } = lstmForward({ i: open, f: shut, g: 2, o: shut }, 0.7);
    expect(cell).toBeCloseTo(Math.tanh(2), 12);
    expect(hidden).toBeCloseTo(0, 12);
  });

  test('a GRU with z open keeps its state, with z shut takes its candidate', () => {
    const input = { r: open, z: open, n: 0.3 };
    const recurrent = { r: 0, z: 0, n: 0.5 };
    expect(gruForward(input, recurrent, 0.9).hidden).toBeCloseTo(0.9, 12);
    expect(gruForward({ ...input, z: shut }, recurrent, 0.9).hidden).toBeCloseTo(Math.tanh(0.8), 12);
    expect(gruForward({ r: shut, z: shut, n: 0.3 }, recurrent, 0.9).hidden).toBeCloseTo(Math.tanh(0.3), 12);
  });

  test('rectified and squashed units', () => {
    expect(rnnForward('rnn-relu', 1, -3)).toBe(0);
    expect(rnnForward('rnn-relu', 1, 3)).toBe(4);
    expect(rnnForward('rnn-tanh', 0.25, 0.25)).toBe(Math.tanh(0.5));
    expect(rnnBackward('rnn-relu', 0, 5)).toBe(0);
    expect(sigmoid(0)).toBe(0.5);
  });
});

describe('backward of one unit is the derivative of forward', () => {
  const epsilon = 1e-6;
  const derivative = (f: (x: number) => number) => (f(epsilon) - f(-epsilon)) / (2 * epsilon);

  test('LSTM: the loss 0.8 h + 0.6 c', () => {
    const sums = { i: 0.3, f: -0.4, g: 0.5, o: 0.2 };
    const loss = (changed: Partial<typeof sums>, cell = 0.7) => {
      const unit = lstmForward({ ...sums, ...changed }, cell);
      return 0.8 * unit.hidden + 0.6 * unit.cell;
    };
    const unit = lstmForward(sums, 0.7);
    const { gradients, carry } = lstmBackward(unit.gates, 0.7, unit.cell, 0.8, lstmCellGradient(unit.gates, unit.cell, 0.8, 0.6));
    for (const gate of ['i', 'f', 'g', 'o'] as const) {
      expect(gradients[gate]).toBeCloseTo(
        derivative((x) => loss({ [gate]: sums[gate] + x })),
        8,
      );
    }
    expect(carry).toBeCloseTo(
      derivative((x) => loss({}, 0.7 + x)),
      8,
    );
  });

  test('GRU reset-after: the loss 0.8 h', () => {
    const input = { r: 0.3, z: -0.4, n: 0.5 };
    const recurrent = { r: 0.1, z: 0.2, n: -0.6 };
    const loss = (changed: Partial<typeof input>, n = recurrent.n, previous = 0.7) =>
      0.8 * gruForward({ ...input, ...changed }, { ...recurrent, n }, previous).hidden;
    const gradients = gruBackward(gruForward(input, recurrent, 0.7), recurrent.n, 0.7, 0.8);
    for (const gate of ['r', 'z', 'n'] as const) {
      expect(gradients[gate]).toBeCloseTo(
        derivative((x) => loss({ [gate]: input[gate] + x })),
        8,
      );
    }
    expect(gradients.recurrentN).toBeCloseTo(
      derivative((x) => loss({}, recurrent.n + x)),
      8,
    );
    expect(gradients.carry).toBeCloseTo(
      derivative((x) => loss({}, recurrent.n, 0.7 + x)),
      8,
    );
  });
});
