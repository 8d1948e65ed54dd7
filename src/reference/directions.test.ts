/** The twins of a layer of two directions: rows backwards in time, directions joined, and the gradients of that. */
import { describe, expect, test } from 'vitest';
import { randomNumbers } from './chain-layout.ts';
import { type Dropout, dropoutFactor } from './dropout.ts';
import { type JoinDirectionsOptions, joinDirections } from './join-directions.ts';
import { joinDirectionsBackward } from './join-directions-backward.ts';
import { centralDifference } from './numeric-gradient.ts';
import { type Buffers, type Call, float32View } from './options.ts';
import { type ReverseRowsOptions, reverseRows } from './reverse-rows.ts';

const random = randomNumbers(3);
const drawn = (count: number) => Float64Array.from({ length: count }, () => 2 * random() - 1);

function floatBits(value: number): number {
  const bits = new Uint32Array(1);
  float32View(bits)[0] = value;
  return bits[0];
}

describe('reverse-rows', () => {
  const options: ReverseRowsOptions = { kind: 'tokens', batch: 2, timeSteps: 3, columns: 1, lengths: true };
  const run = (changed: Partial<ReverseRowsOptions>, source: Buffers['source'], lengths = [2, 3]) => {
    const out = source.slice().fill(9);
    reverseRows({ ...options, ...changed }, {}, { source, lengths: Uint32Array.from(lengths), out });
    return [...out];
  };

  test('turns the real time steps of each row; tokens past the end stay, vectors become 0', () => {
    const source = Uint32Array.of(1, 4, 2, 5, 3, 6);
    expect(run({}, source)).toEqual([2, 6, 1, 5, 3, 4]);
    expect(run({ kind: 'vectors' }, Float64Array.from(source))).toEqual([2, 6, 1, 5, 0, 4]);
    expect(run({ lengths: false }, source)).toEqual([3, 6, 2, 5, 1, 4]);
    expect(run({}, source, [0, 99])).toEqual([1, 6, 2, 5, 3, 4]);
  });

  test('is its own inverse and its own adjoint: <R x, y> = <x, R y>', () => {
    const shape = { kind: 'vectors', batch: 3, timeSteps: 4, columns: 2 } as const;
    const [x, y] = [drawn(24), drawn(24)];
    const lengths = [1, 3, 4];
    const product = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
    const once = run(shape, x, lengths);
    expect(run(shape, Float64Array.from(run(shape, Float64Array.from(once), lengths)), lengths)).toEqual(once);
    expect(product(once, y)).toBeCloseTo(product(x, run(shape, y, lengths)), 12);
  });
});

describe('dropout', () => {
  const columns = 8;
  const factors = (probability: number, seed = 5, layer = 1, positions = 4000) => {
    const buffers = { control: Uint32Array.of(0, 0, 0, 0, 0, 0, 0, seed) };
    const call = { layer, probability: floatBits(probability) };
    return Array.from({ length: positions * columns }, (_, i) =>
      dropoutFactor('noise', call, buffers, Math.floor(i / columns), i % columns, columns),
    );
  };

  test.each([0.1, 0.5, 0.9])('drops a share of %f, in every column, and scales the rest', (probability) => {
    const drop = factors(probability);
    expect(new Set(drop)).toEqual(new Set([0, 1 / (1 - Math.fround(probability))]));
    for (let column = 0; column < columns; column++) {
      const dropped = drop.filter((factor, i) => i % columns === column && factor === 0).length / 4000;
      // 4 standard deviations of 4,000 draws are at most 0.032
      expect(Math.abs(dropped - probability)).toBeLessThan(0.032);
    }
  });

  test('drops nothing with probability 0', () => {
    expect(new Set(factors(0))).toEqual(new Set([1]));
  });

  test('columns, layers and seeds draw independently of one another', () => {
    const agreement = (a: readonly number[], b: readonly number[]) => a.filter((factor, i) => factor === b[i]).length / a.length;
    const drop = factors(0.5);
    const others = [factors(0.5, 6), factors(0.5, 5, 2), [...drop.slice(1), drop[0]], [...drop.slice(columns), ...drop.slice(0, columns)]];
    // 32,000 pairs agree half of the time, within 4 standard deviations
    for (const other of others) expect(Math.abs(agreement(drop, other) - 0.5)).toBeLessThan(0.0112);
    expect(factors(0.5)).toEqual(drop);
  });
});

const modes = ['concat', 'sum', 'mean', 'single'] as const;
const batch = 3;
const timeSteps = 4;
const hiddenSize = 4;
const elements = timeSteps * batch * hiddenSize;
const call: Call = { forward: 2, reverse: 3, out: 1, outGradient: 1, forwardGradient: 2, reverseGradient: 3, layer: 4, lengths: 1 };

/** A join whose loss is the product of its outputs with fixed numbers, which are the outputs' gradients. */
function createJoin(mode: JoinDirectionsOptions['mode'], dropout: Dropout, lengths: boolean) {
  const outputs = elements * (mode === 'concat' ? 2 : 1);
  const buffers: Record<string, Float64Array | Uint32Array> = {
    forward: drawn(2 + elements),
    reverse: drawn(3 + elements),
    lengths: Uint32Array.of(77, 2, 4, 1),
    control: Uint32Array.of(0, 0, 0, 0, 0, 0, 0, 12345),
    mask: drawn(outputs),
    out: new Float64Array(1 + outputs).fill(Number.NaN),
    outGradient: drawn(1 + outputs),
    forwardGradient: new Float64Array(2 + elements).fill(Number.NaN),
    reverseGradient: new Float64Array(3 + elements).fill(Number.NaN),
  };
  const options: JoinDirectionsOptions = { mode, dropout, lengths, batch, timeSteps, hiddenSize };
  const values: Call = { ...call, probability: floatBits(0.4) };
  const loss = () => {
    joinDirections(options, values, buffers);
    return Array.from(buffers.outGradient).reduce((sum, gradient, i) => (i < call.out ? 0 : sum + gradient * buffers.out[i]), 0);
  };
  return { options, values, buffers, loss };
}

/** How many elements of the directions have a gradient that is not the numeric one. */
function wrongGradients({ options, values, buffers, loss }: ReturnType<typeof createJoin>, backward = joinDirectionsBackward): number {
  backward(options, values, buffers);
  let wrong = 0;
  const directions = options.mode === 'single' ? ['forward'] : ['forward', 'reverse'];
  for (const name of directions) {
    for (let i = values[name]; i < buffers[name].length; i++) {
      const gradient = buffers[`${name}Gradient`][i];
      if (!(Math.abs(gradient - centralDifference(loss, buffers[name], i)) <= 1e-7)) wrong++;
    }
  }
  return wrong;
}

describe('join-directions', () => {
  test('concatenates, adds or averages the same time step of both; nothing past the end', () => {
    const joined = (mode: JoinDirectionsOptions['mode']) => {
      const buffers = {
        forward: Float64Array.of(1, 10, 2, 20, 3, 30),
        reverse: Float64Array.of(5, 50, 6, 60, 7, 70),
        lengths: Uint32Array.of(3, 1),
        out: new Float64Array(mode === 'concat' ? 12 : 6).fill(9),
      };
      joinDirections({ mode, dropout: 'none', lengths: true, batch: 2, timeSteps: 3, hiddenSize: 1 }, {}, buffers);
      return [...buffers.out];
    };
    expect(joined('concat')).toEqual([1, 7, 10, 50, 2, 6, 0, 0, 3, 5, 0, 0]);
    expect(joined('sum')).toEqual([8, 60, 8, 0, 8, 0]);
    expect(joined('mean')).toEqual([4, 30, 4, 0, 4, 0]);
    expect(joined('single')).toEqual([1, 10, 2, 0, 3, 0]);
  });

  describe.each(modes)('%s', (mode) => {
    test.each(['none', 'noise', 'mask'] as const)('has the numeric gradient, dropout %s', (dropout) => {
      for (const lengths of [true, false]) expect(wrongGradients(createJoin(mode, dropout, lengths))).toBe(0);
    });

    test('the gradient check sees another mask, rows that do not end, and steps one place off', () => {
      const backward = joinDirectionsBackward;
      const join = () => createJoin(mode, 'noise', true);
      expect(wrongGradients(join(), (options, values, buffers) => backward(options, { ...values, layer: 5 }, buffers))).toBeGreaterThan(0);
      expect(
        wrongGradients(join(), (options, values, buffers) => backward({ ...options, dropout: 'none' }, values, buffers)),
      ).toBeGreaterThan(0);
      expect(
        wrongGradients(join(), (options, values, buffers) => backward({ ...options, lengths: false }, values, buffers)),
      ).toBeGreaterThan(0);
      const late = { ...call, outGradient: 1 + batch * hiddenSize };
      expect(wrongGradients(join(), (options, values, buffers) => backward(options, { ...values, ...late }, buffers))).toBeGreaterThan(0);
    });
  });

  test('the gradient check sees the reverse direction taken in the order of time', () => {
    const straight: typeof joinDirectionsBackward = (options, values, buffers) => {
      joinDirectionsBackward(options, values, buffers);
      const source = buffers.reverseGradient.slice(3);
      reverseRows(
        { kind: 'vectors', batch, timeSteps, columns: hiddenSize, lengths: true },
        { lengths: 1, out: 3 },
        { source, lengths: buffers.lengths, out: buffers.reverseGradient },
      );
    };
    for (const mode of ['concat', 'sum', 'mean'] as const)
      expect(wrongGradients(createJoin(mode, 'none', true), straight)).toBeGreaterThan(0);
  });
});
