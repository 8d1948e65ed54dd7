import { afterEach, expect, test, vi } from 'vitest';
import { createMeasurement } from './measurement.ts';
import type { Workload } from './workload.ts';

const workload: Workload = { work: 'train', task: 'A', cell: 'lstm', B: 2, T: 3, I: 4, E: 0, L: 1, H: 4, O: 4 };

afterEach(() => vi.restoreAllMocks());

async function measure(capMilliseconds: number, steps: number, wait: () => void = () => undefined) {
  let calls = 0;
  const step = async () => {
    wait();
    return 1 / ++calls;
  };
  const measurement = createMeasurement({ step }, workload, { capMilliseconds, steps });
  await measurement.start();
  let slices = 1;
  while (!(await measurement.slice())) slices++;
  return { row: await measurement.finish(), calls, slices };
}

test('the wanted steps are timed after three untimed ones, three to a slice', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const { row, calls, slices } = await measure(1e6, 30, () => {
    now += 1500;
  });
  expect({ calls, slices, n: row.n, ms: row.ms }).toEqual({ calls: 33, slices: 10, n: 30, ms: 1500 });
});

test('of short steps a slice has as many as a second holds, up to a hundred, and there are six', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const stepping = (milliseconds: number) =>
    measure(1e6, 30, () => {
      now += milliseconds;
    });
  expect((await stepping(20)).row.n).toBe(300);
  expect((await stepping(1)).row.n).toBe(600);
});

test('twenty losses are kept even when fewer steps are wanted', async () => {
  const { row } = await measure(60_000, 1);
  expect(row.losses).toEqual(Array.from({ length: 20 }, (_, i) => 1 / (i + 1)));
  expect([row.loss1, row.loss10, row.loss20, row.lossLast]).toEqual([1, 0.1, 0.05, 1 / 603]);
});

test('a spent cap still leaves two timed steps', async () => {
  const { row } = await measure(1e-9, 30);
  expect([row.n, row.steps, row.loss10, row.loss20]).toEqual([2, 3, null, null]);
});

test('a peer that made no buffer on a GPU has no GPU figures', async () => {
  const { row } = await measure(60_000, 1);
  expect([row.dispatches, row.submits, row.liveBytes, row.adapter]).toEqual([null, null, null, null]);
});

test('of a stream the outputs of the first twenty steps are kept, of whole sequences those of one call', async () => {
  const kept = async (work: 'sequences' | 'stream') => {
    let calls = 0;
    const peer = { infer: async () => Float32Array.of(++calls) };
    const measurement = createMeasurement(peer, { ...workload, work }, { capMilliseconds: 60_000, steps: 30 });
    await measurement.start();
    while (!(await measurement.slice()));
    const { n, losses, loss1, tokensPerSecond, ms } = await measurement.finish();
    const tokens = Math.round(((tokensPerSecond as number) * (ms as number)) / 1000);
    return { outputs: measurement.outputs.map(([value]) => value), n, losses, loss1, tokens };
  };
  const nothing = { n: 600, losses: [], loss1: null };
  expect(await kept('sequences')).toEqual({ ...nothing, outputs: [1], tokens: 6 });
  expect(await kept('stream')).toEqual({ ...nothing, outputs: Array.from({ length: 20 }, (_, i) => i + 1), tokens: 2 });
});
