/** Every view of the page with made-up data: what it draws, what it answers to, that it reads well in light and dark and on narrow screens. */
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';
import { createServer } from 'vite';

const test = base.extend<{ complaints: string[] }, { gallery: string }>({
  gallery: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const server = await createServer({
        configFile: path.join(import.meta.dirname, '..', 'vite.config.ts'),
        server: { port: 0, hmr: false },
        logLevel: 'error',
      });
      await server.listen();
      await use(new URL('gallery.html', server.resolvedUrls?.local[0]).href);
      await server.close();
    },
    { scope: 'worker' },
  ],
  complaints: async ({ page, gallery }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => {
      // the gallery has no icon
      if (message.type() === 'error' && !message.location().url.endsWith('favicon.ico')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(gallery);
    await expect(page.getByRole('heading', { name: 'Does the gradient arrive?' })).toBeVisible();
    await use(complaints);
    expect(complaints).toEqual([]);
  },
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in ${scheme}`, async ({ page, complaints }) => {
    expect(complaints).toEqual([]);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    // rules about whole pages, which the gallery is not
    const { violations } = await new AxeBuilder({ page }).disableRules(['region', 'page-has-heading-one', 'heading-order']).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 120))}`)).toEqual([]);
  });
}

for (const width of [360, 768, 1440]) {
  test(`nothing is wider than ${width} pixels`, async ({ page, complaints }) => {
    expect(complaints).toEqual([]);
    await page.setViewportSize({ width, height: 800 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}

test('a strip says the values under the pointer and under the arrow keys', async ({ page, complaints }) => {
  expect(complaints).toEqual([]);
  const strip = page.getByRole('img', { name: /^forget gate over time/ });
  await strip.hover({ position: { x: 2, y: 2 } });
  const readout = page.locator('.readout');
  await expect(readout).toContainText('time step 1, read “t”, unit 2');
  await expect(readout).toContainText('forget gate 0.');
  await strip.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await expect(readout).toContainText('time step 2, read “h”, unit 3');
  await page.locator('.plane-strips').getByRole('combobox').selectOption('layer 2');
  await expect(readout).not.toContainText('read');
});

test('colours of canvases follow the theme', async ({ page, complaints }) => {
  expect(complaints).toEqual([]);
  const heat = page.locator('canvas.heat');
  const pixel = () => heat.evaluate((canvas: HTMLCanvasElement) => [...(canvas.getContext('2d')?.getImageData(0, 0, 1, 1).data ?? [])]);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await pixel();
  expect(light[3]).toBe(255);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(async () => JSON.stringify(await pixel())).not.toBe(JSON.stringify(light));
});

test('the unrolled network says what its lines carry, and stands still for who wants no motion', async ({ page, complaints }) => {
  expect(complaints).toEqual([]);
  const hero = page.getByRole('img', {
    name: 'many-to-many network of 2 layers of lstm, unrolled over time, with its states and gradients',
  });
  await expect(hero.locator('.state title').first()).toHaveText(
    /^Time step 1: size of the hidden state .*, of the cell state .*, of the gradient/,
  );
  // the gradient grows towards the last time step, where it begins
  const widths = await hero
    .locator('.gradient-line')
    .evaluateAll((lines) => lines.map((line) => Number(line.getAttribute('stroke-width'))));
  expect(widths[widths.length / 2 - 1]).toBeGreaterThan(widths[0]);
  const animation = () =>
    hero
      .locator('.state-line')
      .first()
      .evaluate((line) => getComputedStyle(line).animationName);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await animation()).toBe('flow');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await animation()).toBe('none');
});

test('the forecast begins where it is dragged to', async ({ page, complaints }) => {
  expect(complaints).toEqual([]);
  const slider = page.getByRole('slider', { name: /Forecast from/ });
  await slider.fill('40');
  await expect(page.getByRole('img', { name: /Forecast of 20 values after 40/ })).toBeVisible();
});

test('attention is read cell by cell', async ({ page, complaints }) => {
  expect(complaints).toEqual([]);
  await page.locator('.looked').nth(9).hover();
  await expect(page.locator('.attention output')).toHaveText('“petit” looked at “small” with 80 % of its attention');
});

test('a tune plays and stops', async ({ page, complaints }) => {
  expect(complaints).toEqual([]);
  await page.getByRole('button', { name: 'Play the melody' }).click();
  const stop = page.getByRole('button', { name: 'Stop playing' });
  await expect(stop).toBeVisible();
  await expect(page.locator('.playhead')).toHaveCount(1);
  await stop.click();
  await expect(page.locator('.playhead')).toHaveCount(0);
});

test('a visitor asks with a prompt, a sentence and a drawing', async ({ page, complaints }) => {
  expect(complaints).toEqual([]);
  const asked = page.locator('#asked');
  await page.getByLabel('Begin with').fill('Once');
  await page.getByLabel('Length').fill('50');
  await page.getByRole('button', { name: 'Write' }).click();
  await expect(asked).toContainText('{"kind":"text","prompt":"Once","length":50,"seed":');
  await page.getByLabel('Your review').fill('a dull plot');
  await page.getByRole('button', { name: 'Judge it' }).click();
  await expect(asked).toHaveText('{"kind":"sentence","text":"a dull plot"}');
  const pad = page.getByRole('application', { name: /Drawing pad/ });
  const red = () =>
    pad.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, 16, 16) ?? { data: [] };
      return Array.from({ length: 256 }, (_, place) => data[4 * place] - data[4 * place + 2]).filter((more) => more > 100).length;
    });
  expect(await red()).toBe(0);
  await pad.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect.poll(red).toBeGreaterThan(10);
  await page.getByRole('button', { name: 'Describe it' }).click();
  await expect(asked).toHaveText('{"kind":"image","image":768}');
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(red).toBe(0);
});

test('an experiment runs on the GPU, draws its lines and says what is seen', async ({ page, complaints }) => {
  expect(complaints).toEqual([]);
  await page.getByRole('button', { name: 'Run: What does a clip save?' }).click();
  await expect(page.getByText(/Without a clip .*; with its norm clipped to 1 the loss falls/)).toBeVisible();
  await expect(
    page.getByRole('img', { name: /A ReLU network with recurrent gain 2: loss over training step/ }).locator('path.line'),
  ).toHaveCount(2);
});
