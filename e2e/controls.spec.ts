/** The page's controls beside those of page.spec.ts: a single step, a rate that acts at once, the keyboard. */
import { expect, test } from './training-page.ts';

/** Nats per character of a network that guesses: ln 65. */
const untrained = Math.log(65);

test('a single step starts a run, and the same seed gives the same loss', async ({ training }) => {
  const losses: number[] = [];
  for (let run = 0; run < 2; run++) {
    await training.button('Step').click();
    await expect(training.figure('step')).toHaveText('1');
    await expect(training.status).toContainText('Paused');
    losses.push(await training.value('training'));
    await training.button('Reset').click();
    await expect(training.figure('step')).toHaveText('–');
  }
  expect(losses[0]).toBe(losses[1]);
  expect(losses[0]).toBeGreaterThan(untrained - 0.5);
});

test('the learning rate acts while training goes on', async ({ training }) => {
  await training.button('Start').click();
  await expect.poll(() => training.value('training')).toBeLessThan(3.2);
  await training.control('Learning rate').fill('-1');
  await training.control('Learning rate').press('Tab');
  await expect(training.problem).toContainText(/learningRate must be .*-1/i);
  const step = await training.value('step');
  await training.reach(step + 3);

  await training.control('Learning rate').fill('1');
  await training.control('Learning rate').press('Tab');
  await expect(training.problem).toBeEmpty();
  await expect.poll(() => training.value('training')).toBeGreaterThan(untrained);
});

test('the keyboard alone starts, pauses and resumes a training', async ({ training }) => {
  const { keyboard } = training.page;
  await keyboard.press('Tab');
  await expect(training.button('Start')).toBeFocused();
  await keyboard.press('Enter');
  await training.reach(2);
  await expect(training.button('Start')).toBeFocused();
  await keyboard.press('Tab');
  await expect(training.button('Pause')).toBeFocused();
  await keyboard.press('Space');
  await expect(training.button('Resume')).toBeFocused();
  const paused = await training.value('step');
  await keyboard.press('Space');
  await training.reach(paused + 2);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect(training.status).toContainText('Ready');
});
