/** What a visitor does with a run: another start, a pause, a file, a name; and what the page says about the machine. */
import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import { expectFlatMemory } from './memory.ts';
import { expect, runAheadOfWorker, TrainingPage, test } from './training-page.ts';

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();

/** What a click downloads. */
async function downloaded(page: Page, click: () => Promise<void>): Promise<{ readonly name: string; readonly content: Buffer }> {
  const waited: Promise<Download> = page.waitForEvent('download');
  await click();
  const download = await waited;
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test('a forecast begins where its plot is dragged to, or the arrow keys move it', async ({ page, site, complaints }) => {
  await page.goto(`${site}#task=prices&hiddenSize=16`);
  const training = new TrainingPage(page);
  await training.button('Start').click();
  const plot = training.sample.getByRole('img', { name: /^Forecast of \d+ values after \d+/ });
  const known = async () => Number(/after (\d+)/.exec((await plot.getAttribute('aria-label')) ?? '')?.[1]);
  // until then the plot is that of an example
  await expect(training.sample).not.toHaveClass(/empty/);
  await expect(plot).toBeVisible();
  const first = await known();
  const foretold = () => plot.locator('path.of-foretold').getAttribute('d');
  const before = await foretold();
  const box = await plot.boundingBox();
  if (!box) throw new Error('the plot must be on the page, got none');
  await page.mouse.move(box.x + 0.9 * box.width, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.6 * box.width, box.y + 100, { steps: 4 });
  await page.mouse.up();
  await expect.poll(known).toBeLessThan(first - 5);
  const dragged = await known();
  expect(await foretold()).not.toBe(before);
  const slider = training.sample.getByRole('slider', { name: /Forecast from/ });
  await expect(slider).toHaveValue(String(dragged));
  await slider.press('ArrowLeft');
  await slider.press('ArrowLeft');
  await expect.poll(known).toBe(dragged - 2);
  // later results begin there too, and training goes on
  const step = await page.locator('#sample-step').textContent();
  await expect(page.locator('#sample-step')).not.toHaveText(step ?? '');
  expect(await known()).toBe(dragged - 2);
  expect(complaints).toEqual([]);
});

test('the machine tab says which kernels were tested, in this visit or before', async ({ training }) => {
  const { page } = training;
  const tested = page.locator('#self-test');
  await training.button('Start').click();
  await expect(training.sample).not.toHaveClass(/empty/);
  await tab(page, 'Machine');
  await expect(tested).toHaveText(/^\d\d kernel variants are right on this adapter: \d\d tested in this visit, 0 known from/);
  await page.getByText('Each of them').click();
  const kernels = page.locator('.self-test li');
  await expect(kernels.first()).toHaveText(/: right, error \S+ of \S+ allowed, tested$/);
  // those of evaluating and of sampling come after those of training
  for (const last of [/^loss-sum /, /^sample /]) await expect(kernels.filter({ hasText: last })).not.toHaveCount(0);
  await page.reload();
  await training.button('Start').click();
  await expect(training.sample).not.toHaveClass(/empty/);
  await tab(page, 'Machine');
  await expect(tested).toHaveText(/^\d\d kernel variants are right on this adapter: 0 tested in this visit, \d\d known from/);
});

test('a kernel that is wrong on this adapter is replaced, and the page says by what', async ({ page, site, complaints }) => {
  // a driver that compiles one kernel into something else
  const fault = `{
    const { createShaderModule } = GPUDevice.prototype;
    GPUDevice.prototype.createShaderModule = function (given) {
      const code = given.label?.startsWith('sequence-forward') ? given.code.replace('cells[state + ROW] = c;', 'cells[state + ROW] = 1.5f * c;') : given.code;
      return createShaderModule.call(this, { ...given, code });
    };
  }\n`;
  await runAheadOfWorker(page, fault);
  await page.goto(site);
  const training = new TrainingPage(page);
  await training.button('Start').click();
  await expect(page.locator('.replaced').first()).toHaveText(
    /Kernel sequence-forward .* must be right on .*: step-forward .* is used instead/,
  );
  await tab(page, 'Machine');
  await expect(page.locator('.self-test .refused').first()).toHaveText(
    /^sequence-forward .* is wrong here; step-forward .* used instead\.$/,
  );
  await expect.poll(() => training.value('training')).toBeLessThan(3.5);
  expect(complaints).toEqual([]);
});

test('pause answers within 200 ms, and no step comes after the answer', async ({ training }) => {
  const { page } = training;
  await training.button('Start').click();
  await training.reach(20);
  const answers: number[] = [];
  const stepMilliseconds = (1000 * 16 * 32) / (await training.value('rate'));
  for (const wait of [0, 130, 370, 890, 1510, 2050, 2930]) {
    await page.waitForTimeout(wait);
    await page.evaluate(() => performance.clearMarks('retrograde paused'));
    await training.button('Pause').click();
    await expect(training.button('Resume')).toBeVisible();
    const paused = await training.value('step');
    answers.push(
      await page.evaluate(() => {
        const at = (name: string) => performance.getEntriesByName(name)[0].startTime;
        return at('retrograde paused') - at('retrograde pause');
      }),
    );
    await page.waitForTimeout(400);
    expect(await training.value('step')).toBe(paused);
    await training.button('Resume').click();
    await training.reach(paused + 1);
  }
  console.log(
    `pause: ${answers.map((milliseconds) => milliseconds.toFixed(0)).join(', ')} ms; a step takes ${stepMilliseconds.toFixed(0)} ms`,
  );
  expect(answers.sort((a, b) => a - b)[Math.floor(answers.length / 2)]).toBeLessThan(200);
});

test('a run that was saved and dropped goes on step by step as it did before', async ({ training }) => {
  const { page } = training;
  await training.button('Start').click();
  await training.reach(5);
  await training.button('Pause').click();
  await expect(training.button('Resume')).toBeVisible();
  const saved = await training.value('step');
  await page.getByText('Your own data').click();
  const { name, content } = await downloaded(page, () => page.getByRole('button', { name: 'Save the run' }).click());
  expect(name).toBe('text.safetensors');
  for (let step = saved + 1; step <= saved + 3; step++) {
    await training.button('Step').click();
    await expect(training.figure('step')).toHaveText(String(step));
  }
  await training.button('Reset').click();
  await expect(training.figure('step')).toHaveText('–');

  const file = await page.evaluateHandle((base64) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], 'text.safetensors'));
    return transfer;
  }, content.toString('base64'));
  await page.dispatchEvent('main', 'drop', { dataTransfer: file });
  await training.reach(saved + 3);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(training.status).toContainText('Ready');

  await tab(page, 'Runs');
  const json = await downloaded(page, () => page.getByRole('button', { name: 'Export JSON' }).click());
  const runs = JSON.parse(json.content.toString()) as { name: string; steps: number; training: { step: number; value: number }[] }[];
  expect(runs).toHaveLength(2);
  const [before, after] = runs.map((run) => run.training);
  expect(before[0].step).toBe(1);
  expect(after[0].step).toBe(saved + 1);
  const both = (points: typeof before) => points.filter(({ step }) => step > saved && step <= saved + 3);
  expect(both(after)).toEqual(both(before));
  expect(both(after)).toHaveLength(3);

  const csv = (await downloaded(page, () => page.getByRole('button', { name: 'Export CSV' }).click())).content.toString().split('\n');
  expect(csv[0]).toBe('run,step,training,validation');
  expect(csv).toContain(`"Run 1",${before[0].step},${before[0].value},`);
  expect(csv.filter((line) => line.startsWith('"Run 2",')).length).toBeGreaterThanOrEqual(after.length);
});

test('a network that was stopped can still be asked and saved, until another run begins', async ({ training }) => {
  const { page } = training;
  await training.button('Start').click();
  await training.reach(3);
  await expect(training.sample).not.toHaveClass(/empty/);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(training.status).toContainText('Ready');
  const stopped = await training.value('step');
  await page.getByLabel('Begin a text').fill('Tom ');
  await page.getByLabel('Length', { exact: true }).fill('40');
  await page.getByRole('button', { name: 'Write on' }).click();
  await expect(page.locator('.answer .prompt')).toHaveText('Tom ');
  await expect(page.locator('.answer .continuation')).toHaveText(/^[\s\S]{30,40}$/);
  const written = await training.sample.textContent();
  await page.getByRole('button', { name: 'Another example' }).click();
  await expect(training.sample).not.toHaveText(written ?? '');
  expect(await training.value('step')).toBe(stopped);
  await page.getByText('Your own data').click();
  const { name } = await downloaded(page, () => page.getByRole('button', { name: 'Save the run' }).click());
  expect(name).toBe('text.safetensors');
  await training.button('Step').click();
  await expect(training.figure('step')).toHaveText('1');
  await training.button('Reset').click();
  await expect(page.getByLabel('Begin a text')).toHaveCount(0);
});

test('a run has a name that is kept, and can be deleted', async ({ training }) => {
  const { page } = training;
  await training.button('Start').click();
  await training.reach(3);
  await training.button('Reset').click();
  await tab(page, 'Runs');
  await page.getByLabel('Name of run 1').fill('the first try');
  await page.getByLabel('Name of run 1').press('Tab');
  await page.reload();
  await tab(page, 'Runs');
  await expect(page.getByLabel('Name of run 1')).toHaveValue('the first try');
  await page.getByRole('button', { name: 'Delete the first try' }).click();
  await expect(page.getByLabel('Name of run 1')).toHaveCount(0);
  await page.reload();
  await tab(page, 'Runs');
  await expect(page.getByText('Runs that ended')).toBeVisible();
});

test('the clip acts while training goes on', async ({ page, site, complaints }) => {
  await page.goto(`${site}#task=text&optimizer=sgd&learningRate=1&clipNorm=none&hiddenSize=32`);
  const training = new TrainingPage(page);
  const results = async (count: number) => {
    const seen: string[] = [];
    for (let result = 0; result < count; result++) {
      const step = (await page.locator('#sample-step').textContent()) ?? '';
      await expect(page.locator('#sample-step')).not.toHaveText(step);
      await page.waitForTimeout(500);
      seen.push((await training.figure('validation').textContent()) ?? '');
    }
    return seen;
  };
  await training.button('Start').click();
  await expect(training.figure('validation')).not.toHaveText('–');
  const clip = async (bound: string) => {
    await training.control('Clip norm').fill(bound);
    await training.control('Clip norm').press('Tab');
    await expect(training.status).not.toContainText('Restart to apply');
  };
  await clip('1e-12');
  // the first may have begun before the clip did
  const [, second, third] = await results(3);
  expect(third).toBe(second);
  await clip('');
  const [, moving] = await results(2);
  expect(Number(moving)).toBeLessThan(Number(third));
  expect(complaints).toEqual([]);
});

test('the temperature acts on the next text', async ({ training }) => {
  const { page } = training;
  await training.button('Start').click();
  await expect.poll(() => training.value('training')).toBeLessThan(2.9);
  await expect(training.sample).not.toHaveClass(/empty/);
  await training.button('Pause').click();
  await expect(training.button('Resume')).toBeVisible();
  const another = async () => {
    await page.getByRole('button', { name: 'Another example' }).click();
    await page.waitForTimeout(1500);
    return (await training.sample.textContent()) ?? '';
  };
  const temperature = async (value: string) => {
    await training.control('Temperature').fill(value);
    await training.control('Temperature').press('Tab');
  };
  await temperature('0');
  const cold = await another();
  expect(await another()).toBe(cold);
  await temperature('1');
  const warm = await another();
  expect(warm).not.toBe(cold);
  expect(await another()).not.toBe(warm);
});

for (const [browser, userAgent, advice] of [
  [
    'Chrome',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36',
    /Use Chrome or Edge 113 or later; on Linux/,
  ],
  ['Firefox', 'Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0', /Use Firefox 141 or later on Windows or macOS/],
  [
    'Safari',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
    /Use Safari 26 or later, on macOS 26 or iOS 26/,
  ],
] as const) {
  test(`without WebGPU ${browser} gets its own advice`, async ({ browser: launched, site }) => {
    const context = await launched.newContext({ userAgent });
    try {
      const page = await context.newPage();
      await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
      await page.goto(site);
      const training = new TrainingPage(page);
      await expect(training.problem).toHaveText(advice);
      await expect(page.locator('#adapter-name')).toHaveText('none');
      // all else can still be looked at
      await expect(page.locator('#plan')).toContainText('parameters');
    } finally {
      await context.close();
    }
  });
}

test('the page leaves the main thread free while training', async ({ training }) => {
  const { page } = training;
  await training.button('Start').click();
  await expect(training.sample).not.toHaveClass(/empty/);
  const frames = await page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const work: PerformanceEntry[] = [];
        const begins: number[] = [];
        new PerformanceObserver((list) => {
          work.push(...list.getEntriesByName('retrograde work'));
        }).observe({ type: 'measure' });
        const end = performance.now() + 10_000;
        const count = (now: number) => {
          begins.push(now);
          if (now < end) requestAnimationFrame(count);
          else setTimeout(() => resolve(begins.slice(0, -1).map((from, index) => sumOf(from, begins[index + 1]))), 200);
        };
        const sumOf = (from: number, to: number) =>
          work.filter(({ startTime }) => startTime >= from && startTime < to).reduce((sum, { duration }) => sum + duration, 0);
        requestAnimationFrame(count);
      }),
  );
  const busy = frames.filter((milliseconds) => milliseconds > 0);
  const share = (all: readonly number[], part: number) => all.toSorted((a, b) => a - b)[Math.floor(part * (all.length - 1))];
  const percentiles = (all: readonly number[]) =>
    `median ${share(all, 0.5).toFixed(1)} ms, 95th percentile ${share(all, 0.95).toFixed(1)} ms`;
  console.log(`main thread in 10 s: ${frames.length} frames, ${percentiles(frames)}; ${busy.length} with work, ${percentiles(busy)}`);
  expect(busy.length).toBeGreaterThan(20);
  expect(share(busy, 0.5)).toBeLessThan(8);
  expect(share(frames, 0.95)).toBeLessThan(8);
});

test('a minute of training holds no more memory at its end', async ({ training }) => {
  test.setTimeout(10 * 60_000);
  await expectFlatMemory(training, 1);
});

test('a first sample comes soon after the page was opened and Start pressed', async ({ page, site, complaints }) => {
  await page.goto(site);
  const training = new TrainingPage(page);
  await training.button('Start').click();
  await expect(training.sample).not.toHaveClass(/empty/);
  const marks = await page.evaluate(() =>
    performance
      .getEntriesByType('mark')
      .filter(({ name }) => name.startsWith('retrograde '))
      .map(({ name, startTime }) => ({ name: name.replace('retrograde ', ''), startTime })),
  );
  console.log(marks.map(({ name, startTime }) => `${name} ${(startTime / 1000).toFixed(1)} s`).join(', '));
  const at = (name: string) => marks.find((mark) => mark.name === name)?.startTime ?? Number.NaN;
  expect(at('result')).toBeGreaterThan(at('steps'));
  expect(at('result') - at('steps')).toBeLessThan(5000);
  expect(complaints).toEqual([]);
});
