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

/** Runs the command line; its JSON lines without the rate, which differs between runs. */
function retrograde(line: string, changes: NodeJS.ProcessEnv = {}): { code: number | null; lines: Record<string, unknown>[] } {
  const { status, stdout } = spawnSync(process.execPath, [executable, ...line.split(' ')], {
    encoding: 'utf8',
    env: { ...environment, ...changes },
  });
  const parsed = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);
  return { code: status, lines: parsed.map(({ tokensPerSecond: _, ...rest }) => rest) };
}

test('check: every kernel is right on this adapter, and a planted fault is found', () => {
  const { code, lines } = retrograde('check --json');
  const last = lines[lines.length - 1];
  expect({ code, last }).toMatchObject({ code: 0, last: { done: true, ok: true, failed: [], replaced: [], kernels: lines.length - 1 } });
  expect(lines.slice(0, -1).every(({ ok }) => ok === true)).toBe(true);
  const faulty = retrograde('check --json', { RETROGRADE_TEST_FAULT: 'gradient-norm' });
  expect(faulty.code).toBe(1);
  expect(faulty.lines.filter(({ ok, done }) => ok === false && !done).map(({ kernel }) => kernel)).toEqual(
    faulty.lines.filter(({ kernel }) => kernel === 'gradient-norm').map(() => 'gradient-norm'),
  );
  expect(faulty.lines[faulty.lines.length - 1]).toMatchObject({ done: true, ok: false });
});
