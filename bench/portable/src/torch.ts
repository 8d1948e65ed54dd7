// PyTorch in a Python process of its own, which waits for jobs between ours. On an NVIDIA GPU its recurrent layers are cuDNN's.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Batch } from '../../../src/index.ts';
import type { Cell } from '../../src/workload.ts';
import type { Size } from './size.ts';
import type { Timing, TimingOptions } from './timing.ts';
import { optimizer } from './training.ts';
import type { Roofs } from './work.ts';

/** Beside this file's folder, in the sources as in the package. */
const script = path.join(import.meta.dirname, '..', 'torch', 'serve.py');

/** What PyTorch there is. */
export interface TorchInfo {
  readonly version: string;
  readonly cuda: string | null;
  readonly cudnn: number | null;
  readonly device: string;
  readonly roofs: Roofs;
}

export interface Torch {
  readonly info: TorchInfo;
  /** Times the same training from the same parameters. */
  time(
    size: Size,
    cell: Cell,
    start: Start,
    options: TimingOptions & { readonly tf32: boolean },
  ): Promise<Timing | { readonly error: string }>;
  close(): void;
}

/** The numbers that a training starts from. */
export interface Start {
  readonly batch: Batch;
  readonly parameters: ReadonlyMap<string, Float32Array>;
}

/** Opens PyTorch on 'cuda' or 'cpu'; where there is none, a sentence that says what is missing. */
export async function openTorch(python: string, device: string): Promise<Torch | { readonly missing: string }> {
  const child = spawn(python, ['-B', script, device], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise<{ readonly missing: string }>((resolve) => {
    child.once('error', () => resolve({ missing: `there is no ${python}` }));
  });
  child.stdin.on('error', () => undefined); // the end of its output tells
  const receive = async (): Promise<object> => {
    const { value, done } = await lines.next();
    if (done) return { missing: 'the Python process ended', error: 'the Python process ended' };
    return JSON.parse(value) as object;
  };
  const hello = (await Promise.race([failed, receive()])) as TorchInfo | { readonly missing: string };
  if ('missing' in hello) {
    child.kill();
    return hello;
  }
  return {
    info: hello,
    async time(size, cell, { batch, parameters }, { tf32, ...timing }) {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'retrograde-bench-'));
      try {
        await writeFile(path.join(folder, 'parameters'), Buffer.concat([...parameters.values()].map(bytesOf)));
        await writeFile(path.join(folder, 'input'), bytesOf(batch.input));
        await writeFile(path.join(folder, 'target'), bytesOf(batch.target));
        const tensors = [...parameters].map(([name, { length }]) => ({ name, elements: length }));
        child.stdin.write(`${JSON.stringify({ ...size, cell, folder, parameters: tensors, optimizer, tf32, timing })}\n`);
        return (await receive()) as Timing | { readonly error: string };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    close: () => child.kill(),
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array | Float32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);
