/** Architectures and tasks, links, files, sessions, and what happens when something goes wrong. */
import AxeBuilder from '@axe-core/playwright';
import { serveFolder } from './static-server.ts';
import { expect, pageFolder, runAheadOfWorker, TrainingPage, test } from './training-page.ts';

const architectures = [
  { diagram: 'One to one', task: 'text' },
  { diagram: 'One to many', task: 'captions' },
  { diagram: 'Many to one', task: 'sentiment' },
  { diagram: 'Many to many', task: 'tagging' },
  { diagram: 'Encoder-decoder', task: 'dates' },
] as const;

for (const { diagram, task } of architectures) {
  test(`${diagram} starts by its diagram, its loss falls and its result appears`, async ({ training }) => {
    const { page } = training;
    await page.getByRole('radio', { name: diagram, exact: true }).check({ force: true });
    await expect(page.getByRole('radio', { name: task, exact: true })).toBeChecked();
    await expect(page.locator('#plan')).toContainText('parameters');
    await training.button('Step').click();
    await training.reach(1);
    const first = await training.value('training');
    await training.button('Resume').click();
    await expect.poll(() => training.value('training')).toBeLessThan(0.95 * first);
    await expect(page.locator('#sample')).not.toHaveClass(/empty/);
  });
}

test('a link carries the whole configuration', async ({ page, site, complaints }) => {
  await page.goto(`${site}#task=parity&cell=gru&hiddenSize=24&seed=7&clipNorm=none`);
  const training = new TrainingPage(page);
  await expect(page.getByRole('radio', { name: 'Many to one', exact: true })).toBeChecked();
  await expect(training.control('Cell')).toHaveValue('gru');
  await expect(training.control('Hidden size')).toHaveValue('24');
  await expect(training.control('Clip norm')).toHaveValue('');
  await training.control('Batch').fill('8');
  await expect(page).toHaveURL(/batch=8/);
  expect(complaints).toEqual([]);
});

test('what does not fit cannot be chosen', async ({ training }) => {
  for (const label of ['Both directions', 'Attention', 'Dropout']) await expect(training.control(label)).toBeDisabled();
  await training.control('Layers').fill('2');
  await expect(training.control('Dropout')).toBeEnabled();
});

test('the rarer settings change what is trained, or say why they cannot be chosen', async ({ training }) => {
  const { page } = training;
  const plan = page.locator('#plan');
  await expect(plan).toContainText('36,156 parameters');
  await expect(training.control('Layer normalization')).toBeHidden();
  await page.getByText('More', { exact: true }).click();
  for (const label of ['Tied embeddings', 'Input feeding', 'Reset gate', 'Pooling']) await expect(training.control(label)).toBeDisabled();
  await page.getByText('Tied embeddings', { exact: true }).hover();
  await expect(page.locator('#explained')).toContainText('Not here: the embedding must be as wide as the hidden size, 64.');

  // a gain and a bias for each of the gates of both products, and for the cell
  await training.control('Layer normalization').check();
  await expect(plan).not.toContainText('36,156 parameters');
  await training.control('Layer normalization').uncheck();
  await expect(plan).toContainText('36,156 parameters');
  await training.control('Embedding').fill('64');
  await expect(plan).toContainText('41,020 parameters');
  await training.control('Tied embeddings').check();
  // one matrix of 60 characters by 64 features is not there a second time
  await expect(plan).toContainText('37,180 parameters');

  await training.control('Update every').fill('64');
  await expect(page.locator('.plan')).toHaveText(/^updateEvery must be at most the 32 timeSteps of a window, got 64/);
  await expect(training.control('Update every')).toHaveAttribute('aria-invalid', 'true');
  await training.control('Update every').fill('16');
  await training.control('Recurrent dropout').fill('0.1');
  await training.control('Clip values').fill('0.01');
  await expect(page).toHaveURL(/embedding=64&.*recurrentDropout=0\.1&.*tiedEmbeddings=true.*updateEvery=16.*clipValue=0\.01/);
  await training.button('Step').click();
  await training.reach(1);
  await training.button('Step').click();
  await training.reach(2);

  await page.reload();
  await expect(training.control('Tied embeddings')).toBeVisible();
  await expect(training.control('Tied embeddings')).toBeChecked();
  await expect(training.control('Update every')).toHaveValue('16');
});

test('a gradient that is no number stops the run, names its place and offers ways on', async ({ training }) => {
  await training.control('Cell').selectOption('rnn-relu');
  await training.control('Learning rate').fill('1e30');
  await training.control('Clip norm').fill('');
  await training.button('Start').click();
  await expect(training.problem).toContainText(
    /Step \d+ was not applied: the gradient of [\w.]+ \((states|gradient) of l0, time step \d+ of \d+\) is no longer a number/,
  );
  await expect(training.status).toBeHidden();
  await expect(training.page.getByRole('button', { name: 'Clip at 1 and go on' })).toBeVisible();
});

test('a file names the line that is wrong, and a right one is trained', async ({ training }) => {
  const { page } = training;
  await page.getByText('Your own data').click();
  const rows = (wrong: string) => `text,label\n${'a good film,positive\na bad film,negative\n'.repeat(40)}${wrong}`;
  const file = (text: string) => ({ name: 'reviews.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await training.control('A file').setInputFiles(file(rows('one,two,three\n'.repeat(5))));
  await expect(training.problem).toContainText('line 82');
  const distinct = Array.from(
    { length: 60 },
    (_, index) => `film ${index} was ${index % 2 ? 'good' : 'bad'},${index % 2 ? 'positive' : 'negative'}`,
  );
  await training.control('A file').setInputFiles(file(`text,label\n${distinct.join('\n')}\n`));
  await expect(page.locator('.preview')).toContainText('60 of 60 rows read as labeled-text');
  await expect(page.getByRole('radio', { name: 'own', exact: true })).toBeChecked();
  await training.button('Step').click();
  await training.reach(1);
});

test('a lost device: training goes on from the last snapshot and says so', async ({ training }) => {
  const { page } = training;
  await expect(page.locator('#adapter-name')).toHaveText(/swiftshader/i);
  await training.button('Start').click();
  await training.reach(2);
  const paused = await pauseAndKeep(training);
  await page.workers()[0].evaluate(() => {
    const { createCommandEncoder } = GPUDevice.prototype;
    GPUDevice.prototype.createCommandEncoder = function (...given) {
      GPUDevice.prototype.createCommandEncoder = createCommandEncoder;
      this.destroy();
      return createCommandEncoder.apply(this, given);
    };
  });
  await training.button('Resume').click();
  await expect(training.status).toContainText(/The GPU was lost .*went on from step/);
  await training.reach(paused + 1);
});

test('after a reload the last session goes on where it stopped', async ({ training }) => {
  await training.button('Start').click();
  await training.reach(2);
  const paused = await pauseAndKeep(training);
  await reloadAndGoOn(training, paused);
});

test('on a GPU the faster recurrent kernels are found out once, and a kept session goes on with them', async ({
  page,
  site,
  complaints,
}) => {
  // the adapter gives no name by which it would be known to compute on the CPU
  const nameless = `for (const name of ['vendor', 'architecture', 'device', 'description'])
    Object.defineProperty(GPUAdapterInfo.prototype, name, { get: () => (name === 'vendor' ? 'acme' : '') });\n`;
  await runAheadOfWorker(page, nameless);
  await page.goto(site);
  const training = new TrainingPage(page);
  const machine = page.getByRole('tab', { name: 'Machine', exact: true });
  const choice = page.locator('#kernel-choice');
  const kernels = page.locator('.machine li').filter({ hasText: /-forward/ });
  const words =
    /^Recurrent kernels: one dispatch per (layer|time step), \S+ ms against \S+ ms for one dispatch per (layer|time step) \(\d+ time steps, measured on this adapter (now|before)\); products: operands in (registers|workgroup memory), \S+ ms against \S+ ms for operands in (registers|workgroup memory)\.$/;
  await training.button('Start').click();
  await training.reach(2);
  await machine.click();
  await expect(page.locator('.machine dl')).toContainText('acme');
  await expect(choice).toHaveText(words);
  await expect(choice).toContainText('measured on this adapter now');
  const chosen = await kernels.first().textContent();
  const paused = await pauseAndKeep(training);
  await reloadAndGoOn(training, paused);
  await machine.click();
  await expect(kernels.first()).toHaveText(chosen ?? '');
  await expect(choice).toHaveCount(0);
  await training.button('Reset').click();
  await training.button('Start').click();
  await expect(choice).toHaveText(words);
  await expect(choice).toContainText('measured on this adapter before');
  expect(complaints).toEqual([]);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in ${scheme}`, async ({ training }) => {
    const { page } = training;
    await page.emulateMedia({ colorScheme: scheme });
    await expect(page.locator('#plan')).toBeVisible();
    await expect(page.locator('.unrolled-place svg').first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([]);
  });
}

test('the page is light: first paint, and all that is sent until it is ready', async ({ page, browser, complaints }) => {
  const server = await serveFolder(pageFolder);
  try {
    await page.goto(server.url);
    await expect(page.locator('#adapter-name')).toHaveText(/swiftshader/i);
    await expect(page.locator('#plan')).toContainText('parameters');
    await expect(page.locator('.unrolled-place svg').first()).toBeVisible();
    const ready = await page.evaluate(
      () => performance.timeOrigin + (performance.getEntriesByName('retrograde ready')[0]?.startTime ?? Number.NaN),
    );
    const all = () => [...server.transferred].map(([name, sent]) => ({ name, ...sent }));
    // behind it comes what prepares the kernels in the worker
    await expect(async () => {
      const before = all().length;
      await page.waitForTimeout(2000);
      expect(all()).toHaveLength(before);
    }).toPass();
    const first = all().filter(({ time }) => time <= ready);
    const sum = (sent: readonly { readonly bytes: number }[]) => sent.reduce((total, { bytes }) => total + bytes, 0) / 1e3;
    await page.close();
    const paints: number[] = [];
    for (let visit = 0; visit < 3; visit++) {
      // a new visitor each time: nothing is cached
      const visitor = await browser.newContext();
      const opened = await visitor.newPage();
      await opened.goto(server.url);
      await expect(opened.locator('#adapter-name')).toHaveText(/swiftshader/i);
      paints.push(await opened.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN));
      await visitor.close();
    }
    const [, paint] = paints.sort((a, b) => a - b);
    console.log(
      `first paint ${paint.toFixed(0)} ms; ${sum(first).toFixed(0)} KB with gzip until ready, ${sum(all()).toFixed(0)} KB with the self-test`,
    );
    expect(paint).toBeLessThan(1500);
    expect(first.filter(({ name }) => /(index|views|worker)-.*js$/.test(name))).toHaveLength(3);
    expect(sum(first)).toBeLessThan(200);
    expect(all().filter(({ name }) => /tasks|papaparse|read-files/.test(name))).toEqual([]);
  } finally {
    await server.close();
  }
  expect(complaints).toEqual([]);
});

/** The step at which it paused, once the page has kept that session. */
async function pauseAndKeep(training: TrainingPage): Promise<number> {
  await training.button('Pause').click();
  await expect(training.status).toContainText('Paused');
  const paused = await training.value('step');
  await expect.poll(() => training.page.evaluate(keptStep)).toBe(paused);
  return paused;
}

async function reloadAndGoOn(training: TrainingPage, paused: number): Promise<void> {
  await training.page.reload();
  await training.page.getByRole('button', { name: 'Go on with it' }).click();
  await training.reach(paused + 1);
}

/** Step of the session that the browser keeps; runs in the page. */
function keptStep(): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('retrograde page');
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const last = request.result.transaction('sessions').objectStore('sessions').get('last');
      last.onerror = () => reject(last.error);
      last.onsuccess = () => {
        request.result.close();
        resolve((last.result as { step: number } | undefined)?.step);
      };
    };
  });
}
