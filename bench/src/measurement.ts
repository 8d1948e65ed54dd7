// Times one peer in slices, so that the peers of a size can take turns: machines drift, and a ratio is only fair between neighbours.
import { adapters, counts } from './gpu-probe.ts';
import type { Peer } from './peer.ts';
import { quantile } from './statistics.ts';
import { callFlop, tokensPerCall, type Workload } from './workload.ts';

export interface MeasurementOptions {
  /** Running time of this peer, waiting for its turn not counted, in milliseconds. */
  readonly capMilliseconds: number;
  /** Timed steps wanted; fewer when two thirds of the cap are gone. */
  readonly steps: number;
}

/** With the first step and two warm-up steps this makes the 20 losses that peers are compared by. */
const LEAST_STEPS = 17;
/**
 * A slice has as many steps, and of short ones up to so many until a second is over: two seconds of a peer whose step is 15 ms would say little of the half minute in which another takes
 * its 17 steps, so that these are cut into six.
 */
const SLICE_STEPS = { least: 3, most: 100 } as const;
const SLICE_MILLISECONDS = 1000;
const LEAST_SLICES = 6;
/** Of a stream, whose outputs change: with wrong states they would drift apart. Whole sequences give the same with every call. */
const KEPT_OUTPUTS = { sequences: 1, stream: 20 } as const;

export interface Measurement {
  /** The first step, which compiles, and two warm-up steps. */
  start(): Promise<void>;
  /** Three steps, or as many more as a second holds, up to a hundred; at most a quarter of the cap. Resolves to true when no more slices are wanted. */
  slice(): Promise<boolean>;
  /** Steps without waiting, where the peer can; then the row. */
  finish(): Promise<Record<string, unknown>>;
  /** The first outputs of a peer that infers, in order. */
  readonly outputs: readonly Float32Array[];
}

export function createMeasurement(peer: Peer, workload: Workload, { capMilliseconds, steps }: MeasurementOptions): Measurement {
  const losses: number[] = [];
  const outputs: Float32Array[] = [];
  const kept = workload.work === 'train' ? 0 : KEPT_OUTPUTS[workload.work];
  const times: number[] = [];
  let used = 0;
  let slices = 0;
  let calls = 0;
  let firstMilliseconds = Number.NaN;
  let warm = { ...counts };

  const step = async () => {
    const began = performance.now();
    const result = 'infer' in peer ? await peer.infer() : await peer.step();
    const taken = performance.now() - began;
    used += taken;
    calls++;
    if (typeof result === 'number') losses.push(result);
    else if (outputs.length < kept) outputs.push(result);
    return taken;
  };
  const isSpent = () => times.length >= 2 && used >= capMilliseconds;
  const isEnough = () => times.length >= LEAST_STEPS && (times.length >= steps || used >= 0.65 * capMilliseconds);
  /** Mean of steps issued back to back with one wait at the end: what training without a read-back per step costs. */
  const pipelined = async (milliseconds: number) => {
    const left = capMilliseconds - used;
    if ('infer' in peer || !(peer.run && peer.sync && left > milliseconds * 3)) return null;
    const n = Math.max(2, Math.min(10, Math.floor(left / milliseconds)));
    const began = performance.now();
    for (let i = 0; i < n; i++) await peer.run();
    await peer.sync();
    return (performance.now() - began) / n;
  };

  return {
    outputs,
    async start() {
      firstMilliseconds = await step();
      for (let i = 0; i < 2 && used < capMilliseconds; i++) await step();
      warm = { ...counts };
    },
    async slice() {
      const began = used;
      const end = began + capMilliseconds / 4;
      const goesOn = (taken: number) =>
        used < end && (used - began < SLICE_MILLISECONDS ? taken < SLICE_STEPS.most : taken < SLICE_STEPS.least && !isEnough());
      for (let taken = 0; taken === 0 || goesOn(taken); taken++) times.push(await step());
      slices++;
      return isSpent() || (isEnough() && slices >= LEAST_SLICES);
    },
    async finish() {
      const ms = quantile(times, 0.5);
      const gpu = gpuFigures(warm, times.length);
      return {
        ms,
        msQuartiles: [quantile(times, 0.25), quantile(times, 0.75)],
        msMin: Math.min(...times),
        msMax: Math.max(...times),
        n: times.length,
        msPipelined: await pipelined(ms),
        firstMs: firstMilliseconds,
        tokensPerSecond: (tokensPerCall(workload) / ms) * 1000,
        gflops: callFlop(workload) / ms / 1e6,
        gflopsExecuted: (peer.executedFlop ?? callFlop(workload)) / ms / 1e6,
        ...gpu,
        loss1: losses[0] ?? null,
        loss10: losses[9] ?? null,
        loss20: losses[19] ?? null,
        lossLast: losses.at(-1) ?? null,
        steps: calls,
        losses: losses.slice(0, 20),
        note: peer.note,
      };
    },
  };
}

/** Per timed step: dispatches and the like; per page: bytes and pipelines. All null for a peer that made no buffer on a GPU. */
function gpuFigures(warm: typeof counts, n: number): Record<string, number | string | null> {
  const onGpu = counts.buffers > 0;
  const per = (key: keyof typeof counts) => (onGpu ? (counts[key] - warm[key]) / n : null);
  const now = (value: number) => (onGpu ? value : null);
  return {
    dispatches: per('dispatches'),
    submits: per('submits'),
    passes: per('passes'),
    writes: per('writes'),
    maps: per('maps'),
    newBuffers: per('buffers'),
    grownBytes: per('bytes'),
    liveBytes: now(counts.bytes),
    peakBytes: now(counts.peakBytes),
    pipelines: now(counts.pipelines),
    latePipelines: now(counts.pipelines - warm.pipelines),
    adapter: onGpu ? (adapters.at(-1) ?? null) : null,
  };
}
