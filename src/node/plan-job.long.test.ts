/** What a run of each task costs. */
import { expect, test } from 'vitest';
import { planTraining } from '../plan/training.ts';
import { tasks } from '../tasks/tasks.ts';
import { planJob } from './plan-job.ts';

/** Ten minutes on two cores of a software adapter. */
const mostFlop = 350e9;

test.each(tasks.map(({ name }) => name))('%s can be trained where there is no GPU: its run stays below 350 GFLOP', async (name) => {
  const { model, train, steps } = await planJob(name, {});
  const { flop } = planTraining(model, train).plan.describe();
  expect(flop * steps).toBeLessThanOrEqual(mostFlop);
});
