/** The packed library inside an app that knows nothing of this repository: no bundler, an import map, its own GPUDevice. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { type StaticServer, serveFolder } from './static-server.ts';

const repository = path.join(import.meta.dirname, '..');
const app = mkdtempSync(path.join(tmpdir(), 'retrograde-app-'));
let server: StaticServer;

const html = `<!doctype html>
<title>foreign app</title>
<script type="importmap">
  { "imports": { "retrograde": "./node_modules/retrograde/dist/src/index.js", "wgsl-preprocessor/": "./node_modules/wgsl-preprocessor/" } }
</script>
<script type="module" src="./app.js"></script>`;

const script = `
import { createCharacterVocabulary, createModel, createTokenStream, createTrainer, generate } from 'retrograde';

async function main() {
  const device = await (await navigator.gpu.requestAdapter()).requestDevice();
  const text = 'the quick brown fox jumps over the lazy dog. '.repeat(40);
  const vocabulary = createCharacterVocabulary(text);
  const model = createModel(device, {
    input: { kind: 'tokens', vocabulary: vocabulary.size },
    recurrent: { cell: 'lstm', hiddenSize: 32 },
    output: { kind: 'softmax', classes: vocabulary.size },
  });
  const trainer = createTrainer(model, { batch: 4, timeSteps: 16, stateful: true, optimizer: { kind: 'adam', learningRate: 1e-2 } });
  const stream = createTokenStream(vocabulary.encode(text), { batch: 4, timeSteps: 16 });
  const losses = [];
  for await (const { loss } of trainer.run(stream, { steps: 20, every: 1 })) losses.push(loss);
  const sample = await generate(model, { prompt: 't', length: 20, temperature: 1, seed: 1, vocabulary });
  trainer.destroy();
  model.destroy();
  device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_DST }).destroy();
  await device.queue.onSubmittedWorkDone();
  return { losses, sample, classes: vocabulary.size };
}

globalThis.result = main();
`;

test.beforeAll(async () => {
  const npm = (parameters: string[], cwd: string) =>
    execFileSync('npm', parameters, { cwd, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  const packed = path.join(app, 'packed');
  mkdirSync(packed);
  npm(['pack', '--ignore-scripts', '--pack-destination', packed], repository);
  writeFileSync(path.join(app, 'package.json'), '{ "private": true, "type": "module" }');
  npm(['install', '--no-audit', '--no-fund', path.join(packed, readdirSync(packed)[0])], app);
  writeFileSync(path.join(app, 'index.html'), html);
  writeFileSync(path.join(app, 'app.js'), script);
  server = await serveFolder(app);
});

test.afterAll(async () => {
  await server?.close();
  rmSync(app, { recursive: true, force: true });
});

test('the packed library trains in a foreign app on a borrowed device', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) errors.push(`${message.text()} ${message.location().url}`);
  });
  await page.goto(server.url);
  const { losses, sample, classes } = await page.evaluate(
    () => (globalThis as unknown as { result: Promise<{ losses: number[]; sample: string; classes: number }> }).result,
  );
  expect(losses).toHaveLength(20);
  expect(losses[0]).toBeGreaterThan(Math.log(classes) - 0.5);
  expect(losses[19]).toBeLessThan(losses[0] - 0.2);
  expect(sample.length).toBeGreaterThanOrEqual(20);
  expect(errors.filter((error) => !error.includes('favicon'))).toEqual([]);
});

test('its declarations are sound in an app written in TypeScript', () => {
  writeFileSync(
    path.join(app, 'typed.ts'),
    `import { createModel, createTrainer, requestDevice, type Trainer } from 'retrograde';
const model = createModel(await requestDevice(), {
  input: { kind: 'tokens', vocabulary: 65 },
  recurrent: { cell: 'lstm', hiddenSize: 128 },
  output: { kind: 'softmax', classes: 65 },
});
export const trainer: Trainer = createTrainer(model, { batch: 16, timeSteps: 32 });
// Types that do not resolve would be any, and any is everything.
export const resolved: 0 extends 1 & Trainer ? 'any' : 'Trainer' = 'Trainer';
`,
  );
  const compiler = path.join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  const flags = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--lib',
    'es2023,dom,esnext.asynciterable',
  ];
  execFileSync(process.execPath, [compiler, ...flags, 'typed.ts'], { cwd: app, stdio: ['ignore', 'inherit', 'inherit'] });
});

test('the package holds what it needs and nothing else', () => {
  const files = readdirSync(path.join(app, 'node_modules', 'retrograde'), { recursive: true, encoding: 'utf8' });
  expect(files).toContain(path.join('dist', 'src', 'index.js'));
  expect(files).toContain(path.join('dist', 'src', 'index.d.ts'));
  expect(files.filter((file) => /\.test\.|testing|fixtures/.test(file))).toEqual([]);
  const installed = readdirSync(path.join(app, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(installed.sort()).toEqual(['retrograde', 'wgsl-preprocessor']);
});
