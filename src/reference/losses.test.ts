import { describe, expect, test } from 'vitest';
import { ignoredTarget } from './options.ts';
import { sigmoidCrossEntropy } from './sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { squaredError } from './squared-error.ts';

function controlWith(gradientScale: number): Uint32Array {
  const control = new Uint32Array(8);
  new Float32Array(control.buffer)[0] = gradientScale;
  return control;
}

describe('softmax cross entropy', () => {
  const options = { rows: 3, classes: 2, stride: 4, gradient: true, labelSmoothing: 0 };
  const run = (labelSmoothing: number, targets: readonly number[], shift = 0) => {
    const logits = Float64Array.of(Math.log(3), 0, 9, 9, Math.log(3), 0, 9, 9, Math.log(3), 0, 9, 9).map((x) => x + shift);
    const losses = new Float64Array(3);
    softmaxCrossEntropy(
      { ...options, labelSmoothing },
      {},
      { control: controlWith(2), logits, targets: Uint32Array.from(targets), losses },
    );
    return { logits, losses };
  };

  test('probabilities 3/4 and 1/4; padding columns count for nothing; an id that is no class is ignored', () => {
    const { logits, losses } = run(0, [0, 1, 2]);
    [-Math.log(0.75), -Math.log(0.25), 0].forEach((loss, row) => {
      expect(losses[row]).toBeCloseTo(loss, 12);
    });
    [-0.5, 0.5, 0, 0, 1.5, -1.5, 0, 0, 0, 0, 0, 0].forEach((gradient, i) => {
      expect(logits[i]).toBeCloseTo(gradient, 12);
    });
  });

  test('ignored target, and label smoothing as PyTorch', () => {
    const { logits, losses } = run(0.2, [0, 1, ignoredTarget]);
    expect(losses[0]).toBeCloseTo(-0.9 * Math.log(0.75) - 0.1 * Math.log(0.25), 12);
    expect(losses[2]).toBe(0);
    expect(logits[0]).toBeCloseTo(2 * (0.75 - 0.9), 12);
    expect(logits[1]).toBeCloseTo(2 * (0.25 - 0.1), 12);
  });

  test('large logits change nothing', () => {
    expect(run(0, [0, 1, 1], 1000).losses[1]).toBeCloseTo(-Math.log(0.25), 10);
  });
});

test('a call may say where its control, targets and losses begin', () => {
  const control = new Uint32Array(12);
  new Float32Array(control.buffer)[4] = 2;
  const losses = new Float64Array(2);
  const logits = Float64Array.of(Math.log(3), 0);
  const options = { rows: 1, classes: 2, stride: 2, gradient: true };
  const call = { control: 4, targets: 2, losses: 1 };
  softmaxCrossEntropy({ ...options, labelSmoothing: 0 }, call, { control, logits, targets: Uint32Array.of(9, 9, 1), losses });
  expect(losses[1]).toBeCloseTo(-Math.log(0.25), 12);
  expect(logits[0]).toBeCloseTo(1.5, 12);
  const values = Float64Array.of(3, 1);
  squaredError(options, call, { control, logits: values, targets: Float64Array.of(9, 9, 1, 1), losses });
  expect([...losses, ...values]).toEqual([0, 4, 8, 0]);
  const units = Float64Array.of(0, 0);
  sigmoidCrossEntropy(options, call, { control, logits: units, targets: Float64Array.of(9, 9, 1, 0), losses });
  expect([...units]).toEqual([-1, 1]);
  expect(losses[1]).toBeCloseTo(2 * Math.LN2, 12);
});

describe.each([
  ['squared error', squaredError],
  ['sigmoid cross entropy', sigmoidCrossEntropy],
] as const)('%s of rows that end early', (_name, lossOf) => {
  const options = { rows: 6, classes: 3, stride: 4, gradient: true };
  /** Rows [T 3, B 2]; the first ends after one time step, the second never begins. */
  const run = (lengths: readonly number[] | undefined, gradient = true) => {
    const logits = Float64Array.from({ length: 24 }, (_, i) => Math.sin(i));
    const targets = Float64Array.from({ length: 24 }, (_, i) => Math.cos(i) ** 2);
    const losses = new Float64Array(6).fill(9);
    const buffers = { control: controlWith(0.5), logits, targets, losses, lengths: Uint32Array.from([77, ...(lengths ?? [])]) };
    lossOf({ ...options, gradient, lengths: lengths !== undefined, batch: 2 }, { lengths: 1 }, buffers);
    return { logits, losses };
  };

  test('counts what lies before the end as ever, and nothing past it', () => {
    const [whole, ended] = [run(undefined), run([1, 2])];
    const real = [0, 1, 3];
    for (let row = 0; row < 6; row++) {
      const isReal = real.includes(row);
      expect(ended.losses[row]).toBe(isReal ? whole.losses[row] : 0);
      const gradients = [...ended.logits.subarray(4 * row, 4 * row + 4)];
      expect(gradients).toEqual(isReal ? [...whole.logits.subarray(4 * row, 4 * row + 4)] : [0, 0, 0, 0]);
    }
    expect(run([0, 0]).losses).toEqual(new Float64Array(6));
    expect(run([3, 9])).toEqual(whole);
  });

  test('leaves the outputs of a validation alone', () => {
    expect(run([1, 2], false).logits).toEqual(run(undefined, false).logits);
  });
});

describe('losses of single values', () => {
  const options = { rows: 1, classes: 2, stride: 4, gradient: true };
  const run = (loss: typeof squaredError, values: readonly number[], targets: readonly number[], gradient = true) => {
    const logits = Float64Array.from(values);
    const losses = new Float64Array(1);
    loss({ ...options, gradient }, {}, { control: controlWith(0.5), logits, targets: Float64Array.from(targets), losses });
    return { loss: losses[0], logits: [...logits] };
  };

  test('squared error', () => {
    expect(run(squaredError, [3, 1, 8, 8], [1, 1.5, 0, 0])).toEqual({ loss: 4.25, logits: [2, -0.5, 0, 0] });
    expect(run(squaredError, [3, 1, 8, 8], [1, 1.5, 0, 0], false).logits).toEqual([3, 1, 8, 8]);
  });

  test('sigmoid cross entropy: σ(x) = 3/4, and no overflow far out', () => {
    const { loss, logits } = run(sigmoidCrossEntropy, [Math.log(3), -Math.log(3), 8, 8], [1, 1, 0, 0]);
    expect(loss).toBeCloseTo(-Math.log(0.75) - Math.log(0.25), 12);
    [-0.125, -0.375, 0, 0].forEach((gradient, i) => {
      expect(logits[i]).toBeCloseTo(gradient, 12);
    });
    expect(run(sigmoidCrossEntropy, [1000, -1000, 0, 0], [0, 0, 0, 0]).loss).toBe(1000);
  });
});
