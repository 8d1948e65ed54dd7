import { describe, expect, test } from 'vitest';
import { createRandom } from './random.ts';
import { spectralRadius } from './spectral-radius.ts';

/** left · right of [size, size] matrices. */
function product(left: readonly number[], right: readonly number[], size: number): number[] {
  return left.map((_, i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    let sum = 0;
    for (let k = 0; k < size; k++) sum += left[row * size + k] * right[k * size + column];
    return sum;
  });
}

/** A matrix with these eigenvalues, each [real, imaginary] and with its conjugate, far from normal: P·D·P⁻¹ for P = I + strictly upper N. */
function withSpectrum(pairs: readonly (readonly [number, number])[], seed: number, skew: number): number[] {
  const size = 2 * pairs.length;
  const random = createRandom(seed);
  const identity = Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  let matrix = identity.map(() => 0);
  for (const [pair, [real, imaginary]] of pairs.entries()) {
    const at = 2 * pair * (size + 1);
    matrix[at] = real;
    matrix[at + 1] = imaginary;
    matrix[at + size] = -imaginary;
    matrix[at + size + 1] = real;
  }
  // elementary shears E and E⁻¹ on both sides leave the eigenvalues as they are
  for (let turn = 0; turn < 3 * size; turn++) {
    const row = Math.floor(random.uniform() * size);
    const column = (row + 1 + Math.floor(random.uniform() * (size - 1))) % size;
    const amount = skew * random.normal();
    const shear = identity.map((value, i) => (i === row * size + column ? amount : value));
    const inverse = identity.map((value, i) => (i === row * size + column ? -amount : value));
    matrix = product(product(shear, matrix, size), inverse, size);
  }
  return matrix;
}

/** Eigenvalues inside the disc of 1, and one pair on its edge. */
function disc(pairs: number, seed: number): (readonly [number, number])[] {
  const random = createRandom(seed);
  const inside = Array.from({ length: pairs - 1 }, () => {
    const [radius, angle] = [0.999 * Math.sqrt(random.uniform()), Math.PI * random.uniform()];
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
  const angle = Math.PI * random.uniform();
  return [...inside, [Math.cos(angle), Math.sin(angle)]];
}

describe('the spectral radius', () => {
  test.each([
    { seed: 1, pairs: 3, skew: 1, radius: 1 },
    { seed: 2, pairs: 10, skew: 1, radius: 2.5 },
    { seed: 3, pairs: 16, skew: 0.8, radius: 1e-3 },
    { seed: 4, pairs: 20, skew: 0.8, radius: 1e20 },
    { seed: 5, pairs: 8, skew: 1, radius: 1e-30 },
  ])('of $pairs known pairs of eigenvalues, seed $seed', ({ seed, pairs, skew, radius }) => {
    const matrix = withSpectrum(disc(pairs, seed), seed, skew).map((value) => value * radius);
    const frobenius = Math.hypot(...matrix.map((value) => value / radius));
    // not nearly normal: there the norm alone would say as much
    expect(frobenius).toBeGreaterThan(2 * Math.sqrt(2 * pairs));
    expect(Math.abs(spectralRadius(matrix, 2 * pairs) / radius - 1)).toBeLessThan(2e-4);
  });

  test('of a rotation, a reflection, a number', () => {
    const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
    expect(spectralRadius([3 * cos, -3 * sin, 3 * sin, 3 * cos], 2)).toBeCloseTo(3, 9);
    expect(spectralRadius([0, 0.5, 0.5, 0], 2)).toBeCloseTo(0.5, 9);
    expect(spectralRadius([-7], 1)).toBeCloseTo(7, 9);
  });

  test('of a Jordan block is its eigenvalue', () => {
    const block = [0.8, 1, 0, 0, 0, 0.8, 1, 0, 0, 0, 0.8, 1, 0, 0, 0, 0.8];
    expect(Math.abs(spectralRadius(block, 4) / 0.8 - 1)).toBeLessThan(1e-3);
  });

  test('of what vanishes when it is multiplied is 0', () => {
    expect(spectralRadius([0, 1, 2, 0, 0, 3, 0, 0, 0], 3)).toBe(0);
    expect(spectralRadius(new Float32Array(25), 5)).toBe(0);
  });
});
