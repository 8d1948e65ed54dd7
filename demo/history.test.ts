import { describe, expect, it } from 'vitest';
import { createHistory } from './history.ts';

describe('history', () => {
  it('puts both curves on one axis', () => {
    const history = createHistory();
    history.addTraining(1, 4);
    history.addTraining(2, 3);
    history.addValidation(2, 3.5);
    history.addValidation(3, 3.25);
    expect(history.columns()).toEqual([
      [1, 2, 3],
      [4, 3, null],
      [null, 3.5, 3.25],
    ]);
  });

  it('averages neighbours instead of growing, and keeps the whole run', () => {
    const history = createHistory({ capacity: 8 });
    for (let step = 1; step <= 1000; step++) history.addTraining(step, step);
    const [steps, losses] = history.columns();
    expect(steps.length).toBeLessThan(8);
    expect(steps[0]).toBe(128);
    expect(losses[0]).toBeCloseTo((1 + 128) / 2);
  });

  it('smooths over the last losses', () => {
    const history = createHistory({ over: 2 });
    expect(history.recentTraining()).toBeUndefined();
    for (const loss of [9, 3, 2]) history.addTraining(1, loss);
    expect(history.recentTraining()).toBe(2.5);
  });

  it('forgets', () => {
    const history = createHistory();
    history.addTraining(1, 4);
    history.addValidation(1, 4);
    history.clear();
    expect(history.columns()).toEqual([[], [], []]);
    expect(history.recentTraining()).toBeUndefined();
  });
});
