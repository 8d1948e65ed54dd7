// Times a training step one by one, each waited for, and pipelined, with one wait for ten. torch/timing.py does the same.
import { quantile } from '../../src/statistics.ts';

/** A training step of any engine. */
export interface Steps {
  /** One step, to its end; resolves to the loss in nats per target. */
  step(): Promise<number>;
  /** One step, queued. */
  submit(): void;
  /** Resolves when all that was queued is done. */
  idle(): Promise<unknown>;
}

export interface TimingOptions {
  /** Timed steps wanted. */
  readonly steps: number;
  /** More steps are taken until so much time has passed, for the sake of clocks that rise with load; milliseconds. */
  readonly least: number;
  /** Fewer steps are taken once so much time has passed, milliseconds; each way of timing gets it. */
  readonly cap: number;
}

export interface Timing {
  readonly ms: number;
  readonly msQuartiles: readonly [number, number];
  readonly n: number;
  /** Median over rounds of ten. */
  readonly msPipelined: number;
  /** The first step, compilation included. */
  readonly firstMs: number;
  /** Of the first 20 steps. */
  readonly losses: readonly number[];
}

const WARM_UP = 2;
const LEAST_STEPS = 3;
const ROUND = 10;
const ROUNDS = 3;
const KEPT_LOSSES = 20;

/** @param now milliseconds, of a clock that never goes back */
export async function timeSteps(engine: Steps, { steps, least, cap }: TimingOptions, now = () => performance.now()): Promise<Timing> {
  const losses: number[] = [];
  const step = async (): Promise<number> => {
    const began = now();
    const loss = await engine.step();
    if (losses.length < KEPT_LOSSES) losses.push(loss);
    return now() - began;
  };
  const firstMs = await step();
  for (let i = 0; i < WARM_UP; i++) await step();

  const times: number[] = [];
  for (let used = 0; times.length < LEAST_STEPS || ((times.length < steps || used < least) && used < cap); ) {
    times.push(await step());
    used += times[times.length - 1];
  }
  const ms = quantile(times, 0.5);

  const inRound = Math.max(2, Math.min(ROUND, Math.floor(cap / ROUNDS / ms)));
  const rounds: number[] = [];
  for (let used = 0; rounds.length === 0 || ((rounds.length < ROUNDS || used < least) && used < cap); ) {
    const began = now();
    for (let i = 0; i < inRound; i++) engine.submit();
    await engine.idle();
    const taken = now() - began;
    rounds.push(taken / inRound);
    used += taken;
  }
  return {
    ms,
    msQuartiles: [quantile(times, 0.25), quantile(times, 0.75)],
    n: times.length,
    msPipelined: quantile(rounds, 0.5),
    firstMs,
    losses,
  };
}
