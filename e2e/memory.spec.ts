/** `npm run test:e2e-memory`: twenty minutes of training hold no more memory than the first. */
import { expectFlatMemory } from './memory.ts';
import { test } from './training-page.ts';

test('twenty minutes of training do not grow', async ({ training }) => {
  test.setTimeout(25 * 60_000);
  await expectFlatMemory(training, 20);
});
