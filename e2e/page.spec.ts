import { chromium } from '@playwright/test';
import { findBrowser, gpuFlags } from '../scripts/browser.mjs';
import { expect, TrainingPage, test } from './training-page.ts';

/** Nats per character of a network that guesses: ln 65. Pairs of letters alone bring it below 2.5. */
const untrained = Math.log(65);

test('training lowers the loss and writes a sample', async ({ training }) => {
  await expect(training.page.locator('#adapter-name')).toHaveText(/swiftshader/i);
  await expect(training.page.locator('#adapter-warning')).toContainText('software adapter');
  await training.button('Start').click();
  await expect(training.status).toContainText('Training');
  await training.reach(1);
  await expect.poll(() => training.value('training')).toBeLessThan(2.7);
  await expect.poll(() => training.value('validation')).toBeLessThan(3);
  expect(await training.value('validation')).toBeLessThan(untrained);
  expect(await training.value('gradient')).toBeGreaterThan(0);
  expect(await training.value('rate')).toBeGreaterThan(0);
  await expect(training.figure('bytes')).toHaveText(/^[\d.]+ (KiB|MiB)$/);
  const first = (await training.sample.textContent()) ?? '';
  expect(first.length).toBeGreaterThan(100);
  await expect(training.sample).not.toHaveText(first);
  await expect(training.page.locator('.chart canvas').first()).toBeVisible();
});

test('pause stops, step makes one step, resume goes on, reset clears', async ({ training }) => {
  await training.button('Start').click();
  await training.reach(5);
  await training.button('Pause').click();
  await expect(training.status).toContainText('Paused');
  await expect(training.button('Start')).toBeDisabled();
  const paused = await training.value('step');
  await training.page.waitForTimeout(500);
  expect(await training.value('step')).toBe(paused);

  for (const more of [1, 2]) {
    await training.button('Step').click();
    await expect.poll(() => training.value('step')).toBe(paused + more);
  }
  await training.page.waitForTimeout(500);
  expect(await training.value('step')).toBe(paused + 2);

  await training.control('Hidden size').fill('32');
  await expect(training.status).toContainText('Restart to apply: Hidden size.');

  await training.button('Resume').click();
  await training.reach(paused + 5);
  await training.button('Reset').click();
  await expect(training.status).toContainText('Ready');
  await expect(training.figure('step')).toHaveText('–');
  await expect(training.button('Pause')).toBeDisabled();

  await training.button('Step').click();
  await expect(training.figure('step')).toHaveText('1');
});

test('bad input gets one sentence and the page goes on', async ({ training }) => {
  for (const [label, value, sentence] of [
    ['Hidden size', '0', /hiddenSize must be a positive integer, got 0/i],
    ['Batch', '', /batch must be a positive integer/i],
  ] as const) {
    const good = await training.control(label).inputValue();
    await training.control(label).fill(value);
    await training.button('Start').click();
    await expect(training.problem).toHaveText(sentence);
    await expect(training.control(label)).toHaveAttribute('aria-invalid', 'true');
    await expect(training.button('Start')).toBeEnabled();
    await expect(training.sample).toContainText('Press Start');
    await training.control(label).fill(good);
  }
  await training.button('Start').click();
  await training.reach(1);
  await expect(training.problem).toBeEmpty();
});

test('a browser without WebGPU gets one sentence', async ({ page, site, complaints }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  await page.goto(site);
  const training = new TrainingPage(page);
  await expect(training.problem).toContainText('This browser has no WebGPU');
  await training.button('Start').click();
  await expect(training.problem).toContainText('This browser has no WebGPU');
  await expect(training.button('Start')).toBeEnabled();
  expect(complaints).toEqual([]);
});

test('a machine without an adapter gets one sentence', async ({ site }) => {
  const sandbox = gpuFlags().filter((flag) => flag === '--no-sandbox');
  const browser = await chromium.launch({ executablePath: findBrowser(), args: [...sandbox, '--disable-gpu'] });
  try {
    const training = new TrainingPage(await browser.newPage());
    await training.page.goto(site);
    await expect(training.problem).toContainText(/WebGPU|adapter/);
    await training.button('Start').click();
    await expect(training.problem).toContainText(/WebGPU|adapter/);
    await expect(training.button('Start')).toBeEnabled();
  } finally {
    await browser.close();
  }
});

test('nothing sticks out or moves, however wide the window', async ({ training }) => {
  const { page } = training;
  const measure = async () => {
    const layouts = [];
    for (const width of [360, 768, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      const layout = await page.evaluate(() => ({
        tops: ['start', 'sample', 'plan', 'settings'].map((id) => document.getElementById(id)?.getBoundingClientRect().top),
        overflow: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
      }));
      layouts.push({ width, ...layout });
    }
    return layouts;
  };
  await expect(page.locator('#adapter-name')).toHaveText(/swiftshader/i);
  const before = await measure();
  expect(before.map(({ overflow }) => overflow)).toEqual([0, 0, 0]);
  await training.button('Start').click();
  await training.reach(3);
  await expect(training.figure('validation')).not.toHaveText('–');
  expect(await measure()).toEqual(before);
});

for (const { task, figures } of [
  { task: 'text', figures: 6 },
  { task: 'captions', figures: 7 },
  { task: 'prices', figures: 7 },
  { task: 'dates&layers=3', figures: 7 },
]) {
  test(`the figures of ${task} are seen without scrolling, at rest and while it trains`, async ({ page, site, complaints }) => {
    await page.goto(`${site}#task=${task}`);
    const training = new TrainingPage(page);
    const seen = async () => {
      for (const height of [900, 1080]) {
        await page.setViewportSize({ width: 1440, height });
        const values = page.locator('.figures dd');
        await expect(values).toHaveCount(2 * figures);
        for (const value of await values.all()) await expect(value).toBeInViewport({ ratio: 1 });
        // and under them the curve of the loss
        const curve = page.locator('.chart').first();
        await expect(curve).toBeInViewport({ ratio: 1 });
        expect((await curve.locator('canvas').boundingBox())?.height).toBeGreaterThan(100);
      }
    };
    await expect(page.locator('#plan')).toContainText('parameters');
    await expect(page.locator('.unrolled-place svg').first()).toBeVisible();
    await seen();
    await training.button('Step').click();
    await training.reach(1);
    await expect(page.locator('#sample')).not.toHaveClass(/empty/);
    await expect(training.figure('validation')).not.toHaveText('–');
    await seen();
    expect(complaints).toEqual([]);
  });
}

test('before anything runs an example of the task stands there, and another at each click', async ({ page, site }) => {
  for (const [task, right] of [
    ['captions', /a (small|large) \w+ \w+ in the/],
    ['dates', /\d{4}-\d{2}-\d{2}/],
    ['text', /\w+ \w+/],
  ] as const) {
    await page.goto(`${site}#task=${task}`);
    await page.reload();
    const sample = page.locator('#sample');
    const next = page.getByRole('button', { name: 'Another example' });
    await expect(next).toHaveAttribute('aria-disabled', 'false');
    await expect(sample).toHaveText(right);
    const seen = new Set([await sample.textContent()]);
    for (let click = 1; click <= 3; click++) {
      await next.click();
      await expect.poll(async () => seen.has(await sample.textContent())).toBe(false);
      seen.add(await sample.textContent());
    }
  }
});

test('strings never become code in the built page', async ({ training }) => {
  const policy = await training.page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
});
