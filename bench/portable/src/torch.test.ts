// The Python beside it: it must at least compile, and say what is missing. Tests never need PyTorch.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openTorch } from './torch.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const folder = path.join(import.meta.dirname, '../torch');

if (hasPython)
  test('the Python compiles', () => {
    const cache = mkdtempSync(path.join(os.tmpdir(), 'retrograde-pyc-'));
    const files = ['roofs.py', 'serve.py', 'timing.py', 'training.py'].map((file) => path.join(folder, file));
    try {
      execFileSync('python3', ['-m', 'py_compile', ...files], { env: { ...process.env, PYTHONPYCACHEPREFIX: cache } });
    } finally {
      rmSync(cache, { recursive: true });
    }
  });

test('without Python one sentence says so', async () => {
  expect(await openTorch('/nowhere/python3', 'cuda')).toEqual({ missing: 'there is no /nowhere/python3' });
});

test('a Python that ends at once is no PyTorch', async () => {
  expect(await openTorch('true', 'cuda')).toMatchObject({ missing: 'the Python process ended' });
});
