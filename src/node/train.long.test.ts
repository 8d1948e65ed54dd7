/** The command that a newcomer runs first, to its target: a text learned on the adapter of this machine, and the same again digit for digit. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleText } from '../data/sample-text.ts';

const bin = path.join(import.meta.dirname, '../../bin/retrograde.js');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'retrograde-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly done?: boolean;
  readonly loss: number;
  readonly validationLoss?: number;
  readonly sample?: string;
  readonly tokensPerSecond?: number;
}

function train(file: string): Omit<Line, 'tokensPerSecond'>[] {
  const options = '--cell lstm --hidden 128 --layers 1 --batch 16 --time-steps 32 --steps 300 --seed 1 --json'.split(' ');
  const output = execFileSync(process.execPath, [bin, 'train', file, ...options], { encoding: 'utf8', maxBuffer: 1e8 });
  return output
    .trim()
    .split('\n')
    .map((line) => {
      const { tokensPerSecond, ...rest } = JSON.parse(line) as Line;
      return rest;
    });
}

it('learns 40 KB of text in 300 steps to under 2.3 nats per held-out character, twice the same', () => {
  const file = path.join(folder, 'stories.txt');
  writeFileSync(file, sampleText(40_000));
  const first = train(file);
  const last = first[first.length - 1];
  console.log(`validation loss ${last.validationLoss}, sample ${JSON.stringify(last.sample)}`);
  expect(last.done).toBe(true);
  expect(last.validationLoss).toBeLessThan(2.3);
  expect(last.sample?.length).toBeGreaterThan(20);
  expect(train(file)).toEqual(first);
});
