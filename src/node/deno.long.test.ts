/** The second WebGPU and the second compiler of WGSL, wgpu with naga, which Firefox has too: the command line in Deno. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBrowser } from '../../scripts/browser.mjs';
import { findSwiftShader } from './chromium.ts';

const root = path.join(import.meta.dirname, '../..');
const deno = createRequire(import.meta.url).resolve('deno/bin.cjs');
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  process.env.CHROME_PATH = await ensureBrowser();
  const found = findSwiftShader();
  expect(found).toBeDefined();
  environment = { ...process.env, LD_LIBRARY_PATH: found?.folder, VK_ICD_FILENAMES: found?.manifest };
});

/** A command of ours in Deno; what it printed, line by line. */
function inDeno(...command: string[]): { status: number | null; lines: Record<string, unknown>[] } {
  const begun = performance.now();
  const parts = [deno, 'run', '--allow-all', '--unstable-webgpu', 'bin/retrograde.js', ...command, '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, parts, { cwd: root, encoding: 'utf8', env: environment });
  console.log(`deno: ${command.join(' ')}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  expect(status, stderr).toBe(0);
  return { status, lines: linesOf(stdout) };
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('every size of every kernel is right', () => {
  const { lines } = inDeno('check', '--full');
  const results = lines.slice(0, -1);
  expect(lines.at(-1)).toMatchObject({ done: true, ok: true, failed: [], replaced: [] });
  expect(results.length).toBeGreaterThan(800);
  expect(results.filter(({ ok }) => ok !== true)).toEqual([]);
});

test('a training ends with the digits that it has in Node', () => {
  const command = ['train', 'text', '--hidden', '32', '--steps', '40', '--seed', '3', '--kernel', 'step'];
  const { lines } = inDeno(...command);
  const executable = path.join(root, 'bin/retrograde.js');
  const { stdout } = spawnSync(process.execPath, [executable, ...command, '--json'], { encoding: 'utf8', env: environment });
  const lossOf = (all: Record<string, unknown>[]): unknown => all.at(-1)?.validationLoss;
  expect(lossOf(lines)).toBeTypeOf('number');
  expect(lossOf(lines)).toBe(lossOf(linesOf(stdout)));
});
