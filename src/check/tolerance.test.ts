import { describe, expect, it } from 'vitest';
import { absolute, compare, exact, ofLargest, perElement, worstOf } from './tolerance.ts';

describe('compare', () => {
  it('measures against each element, or against the largest', () => {
    const each = perElement(0.1, 0.01, '');
    expect(compare('x', [1.1, 0.009], [1, 0], each)).toMatchObject({ ok: true, tolerance: 0.1 });
    expect(compare('x', [1, 0.011], [1, 0], each)).toMatchObject({ ok: false, worst: 'x[1] got 0.011, wants 0' });
    const share = ofLargest(0.1, '');
    expect(compare('x', [10, 0.9], [10, 0], share)).toMatchObject({ ok: true, largestError: 0.09 });
    expect(compare('x', [10, 1.1], [10, 0], share).ok).toBe(false);
    expect(compare('x', [3], [2], absolute(1, '')).ok).toBe(true);
  });

  it('does not mind what f32 may flush to zero', () => {
    expect(compare('x', [0, 0], [1e-40, -2e-39], ofLargest(1e-5, '')).ok).toBe(true);
  });

  it('wants integers equal', () => {
    expect(compare('x', [1, 2], [1, 2], exact)).toEqual({ largestError: 0, tolerance: 0, ok: true, worst: 'x is equal' });
    expect(compare('x', [1, 3], [1, 2], exact).ok).toBe(false);
  });

  it('takes what was never written, or is not finite, for the largest error that JSON can say', () => {
    const share = ofLargest(1, '');
    for (const [actual, expected] of [
      [Number.NaN, 1],
      [1, Number.NaN],
      [Number.POSITIVE_INFINITY, 1],
      [1, Number.NEGATIVE_INFINITY],
    ]) {
      expect(compare('x', [actual], [expected], share)).toMatchObject({ ok: false, largestError: Number.MAX_VALUE });
    }
    expect(compare('x', [Number.NaN, Number.POSITIVE_INFINITY], [Number.NaN, Number.POSITIVE_INFINITY], share).ok).toBe(true);
    expect(compare('x', [1], [1, 2], share).ok).toBe(false);
  });
});

it('finds the deviation that is the largest share of its tolerance', () => {
  const near = compare('near', [1.5], [1], absolute(1, ''));
  const far = compare('far', [2], [1], absolute(0.1, ''));
  const wrong = compare('wrong', [2], [1], exact);
  const equal = compare('equal', [1], [1], exact);
  expect(worstOf([near, far, equal]).worst).toContain('far');
  expect(worstOf([equal, far, wrong]).worst).toContain('wrong');
  expect(worstOf([equal, near]).worst).toContain('near');
});
