/** `retrograde check` on the machine's adapter: too slow for every change, because each kernel is compiled in many variants. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ensureBrowser } from '../../scripts/browser.mjs';

const executable = path.join(import.meta.dirname, '../../bin/retrograde.js');
let environment: NodeJS.ProcessEnv = process.env;

beforeAll(async () => {
  environment = { ...process.env, CHROME_PATH: await ensureBrowser() };
});

/** Runs `retrograde check --json`; resolves to its exit code, the results of the kernels, and the closing line. */
function check(changes: NodeJS.ProcessEnv = {}, options: readonly string[] = []) {
  const begun = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [executable, 'check', ...options, '--json'], {
    encoding: 'utf8',
    env: { ...environment, ...changes },
  });
  console.log(`check ${options.join(' ')}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  const lines = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);
  return { code: status, results: lines.slice(0, -1), last: lines[lines.length - 1] };
}

test('every kernel is right on this adapter', () => {
  const { code, results, last } = check();
  expect({ code, last }).toMatchObject({ code: 0, last: { done: true, ok: true, failed: [], replaced: [], kernels: results.length } });
  expect(results.length).toBeGreaterThan(20);
  expect(results.filter(({ ok }) => ok !== true)).toEqual([]);
});

test('every size of every kernel is right, and every cell over 200 time steps with either kind of kernel', () => {
  const { code, results, last } = check({}, ['--full']);
  expect({ code, last }).toMatchObject({ code: 0, last: { done: true, ok: true, failed: [] } });
  expect(results.filter(({ ok }) => ok !== true)).toEqual([]);
  expect(results.filter(({ kernel }) => kernel === 'training-over-time')).toHaveLength(10);
  expect(results.length).toBeGreaterThan(250);
});

test('a planted fault is found, and nothing else is blamed', () => {
  const { code, results, last } = check({ RETROGRADE_TEST_FAULT: 'gradient-norm' });
  expect({ code, last }).toMatchObject({ code: 1, last: { done: true, ok: false } });
  expect([...new Set(results.filter(({ ok }) => !ok).map(({ kernel }) => kernel))]).toEqual(['gradient-norm']);
});
