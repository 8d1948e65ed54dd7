import { expect, test } from 'vitest';
import { planJob } from './plan-job.ts';

test('a cosine over a whole run is over the whole of a shorter one too', async () => {
  const { train } = await planJob('dates', { steps: 300 });
  expect(train.schedule).toMatchObject({ kind: 'cosine', totalSteps: 300 });
  expect((await planJob('dates', { steps: 300, schedule: 'constant' })).train.schedule.kind).toBe('constant');
});
