import { expect, test } from 'vitest';
import { timeSteps } from './timing.ts';

/** Steps on a clock of their own: one by one 4 ms, the first 100, pipelined 3 ms. */
async function time(options: { steps: number; least: number; cap: number }) {
  let clock = 0;
  const count = { steps: 0, submits: 0, waits: 0 };
  const engine = {
    async step() {
      clock += count.steps++ === 0 ? 100 : 4;
      return 5 - count.steps;
    },
    submit() {
      count.submits++;
      clock += 3;
    },
    async idle() {
      count.waits++;
    },
  };
  return { ...(await timeSteps(engine, options, () => clock)), ...count };
}

test('the first step and two more are no part of the median', async () => {
  const { ms, msQuartiles, n, firstMs, losses, steps, msPipelined, submits, waits } = await time({ steps: 30, least: 1, cap: 1e6 });
  expect({ ms, msQuartiles, n, firstMs, steps, msPipelined }).toEqual({
    ms: 4,
    msQuartiles: [4, 4],
    n: 30,
    firstMs: 100,
    steps: 33,
    msPipelined: 3,
  });
  expect(losses).toEqual(Array.from({ length: 20 }, (_, step) => 4 - step));
  expect([submits, waits]).toEqual([30, 3]);
});

test('fast steps are taken until enough time has passed', async () => {
  expect((await time({ steps: 3, least: 400, cap: 1e6 })).n).toBe(100);
});

test('slow steps stop at the cap, but three are taken', async () => {
  expect((await time({ steps: 30, least: 1, cap: 40 })).n).toBe(10);
  const { n, submits } = await time({ steps: 30, least: 1, cap: 1 });
  expect([n, submits]).toEqual([3, 2]);
});
