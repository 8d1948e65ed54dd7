// Packs, unpacks into an empty folder, and runs there: without npm, without the checkout, without a home.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { mostBytes } from './archive.mjs';

const minute = 60_000;
const run = promisify(execFile);
let folder: string;
let archive: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'retrograde-portable-'));
  await run(process.execPath, [path.join(import.meta.dirname, 'pack.mjs'), '--out', path.join(folder, 'packed')], { timeout: 15 * minute });
  archive = readdirSync(path.join(folder, 'packed')).find((name) => name.includes('.tar.')) ?? '';
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the archive has at most 60 MB', () => {
  const { size } = statSync(path.join(folder, 'packed', archive));
  console.log(`${(size / 1e6).toFixed(1)} MB`);
  expect(size).toBeLessThanOrEqual(mostBytes);
});

test('it runs where it was unpacked, on whatever adapter there is', { timeout: 15 * minute }, async () => {
  const there = path.join(folder, 'elsewhere');
  const home = path.join(folder, 'home');
  mkdirSync(there);
  mkdirSync(home);
  execFileSync('tar', ['-xf', path.join(folder, 'packed', archive), '-C', there]);
  rmSync(path.join(folder, 'packed'), { recursive: true });
  // neither npm nor any other program is on the path; CHROME_PATH says where a browser is that may bring the adapter
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES } = process.env;
  const env = { PATH: home, HOME: home, CHROME_PATH: findBrowser(), VK_ICD_FILENAMES, VK_DRIVER_FILES };
  const script = path.join(there, 'retrograde-bench/run.sh');
  const args = ['--sizes', '4x8x16,V-4x8x16', '--cells', 'lstm', '--steps', '20', '--cap', '60', '--json'];
  const { stdout } = await run(script, args, { cwd: there, env, timeout: 12 * minute });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  console.log(stdout);
  const find = (key: string) => lines.find((line) => key in line) as Record<string, never>;
  expect(find('adapter').adapter).not.toBe('');
  expect(find('check').check).toMatchObject({ ok: true, failed: [] });
  expect(find('roofs').roofs).toMatchObject({ flopPerSecond: expect.any(Number), bytesPerSecond: expect.any(Number) });
  expect(find('torch')).toEqual({ torch: null, why: 'there is no python3' });
  const ours = lines.filter(({ peer }) => peer === 'retrograde');
  expect(ours.map(({ size, cell }) => [size, cell])).toEqual([
    ['4x8x16', 'lstm'],
    ['V-4x8x16', 'lstm'],
  ]);
  for (const row of ours) {
    expect(row.choice).toMatch(/^recurrent kernels: one dispatch per /);
    for (const field of ['ms', 'msPipelined', 'firstMs', 'flopShare', 'bandwidthShare', 'dispatches', 'bytes'])
      expect(row[field], field).toBeGreaterThan(0);
    // one per time step in both sweeps at most, and eleven
    expect(Number.isInteger(row.dispatches)).toBe(true);
    expect(row.dispatches).toBeLessThanOrEqual(2 * 8 + 11);
    const losses = row.losses as number[];
    expect(losses).toHaveLength(20);
    expect(losses[0]).toBeCloseTo(Math.log(64), 0);
    expect(losses[19]).toBeLessThan(losses[0]);
  }
  expect(readdirSync(there)).toEqual(['retrograde-bench']);
});
