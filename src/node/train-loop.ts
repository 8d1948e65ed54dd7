/** The loop of `train`: steps in bursts, between which the held-out part is measured. */
import { createEarlyStopping, type RunMetrics, type RunSource, type Trainer } from '../index.ts';
import type { HeldOutLoss } from './job.ts';
import type { Reporter } from './reporter.ts';

/** What the loop trains on and measures. */
export interface LoopRun {
  /** Updates of the whole run. */
  readonly steps: number;
  /** What the steps after step `from` read. */
  batches(from: number): RunSource;
  measure?(): Promise<HeldOutLoss>;
}

export interface LoopOptions {
  /** Steps between two measurements, counted from step 0 of the run. */
  readonly every: number;
  /** Measurements without improvement after which to stop; undefined trains to the end. */
  readonly patience?: number;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

export interface TrainingOutcome {
  /** Of the last step. */
  readonly loss: number;
  /** Of the parameters that the trainer has in the end; undefined if nothing is held out, or if the run was stopped by the signal. */
  readonly evaluation: HeldOutLoss | undefined;
}

/** Losses in a row that are not finite after which a run has no hope. */
const MOST_LOST = 10;

/**
 * Trains up to `run.steps`, or less when `signal` or early stopping says so. With patience the trainer then has the best parameters, and
 * their step.
 *
 * @throws Error if the loss is no number for some steps: the learning rate was too large.
 */
export async function trainLoop(
  trainer: Trainer,
  run: LoopRun,
  { every, patience, signal, reporter }: LoopOptions,
): Promise<TrainingOutcome> {
  const { steps } = run;
  const stopping = patience === undefined ? undefined : createEarlyStopping(trainer, { patience });
  let loss = Number.NaN;
  let lost = 0;
  let isOver = false;
  let evaluation: HeldOutLoss | undefined;
  let best: HeldOutLoss | undefined;
  while (trainer.steps < steps && !signal.aborted && !isOver) {
    const target = Math.min(steps, (Math.floor(trainer.steps / every) + 1) * every);
    let held: RunMetrics | undefined;
    for await (const metrics of trainer.run(run.batches(trainer.steps), { steps: target - trainer.steps, signal })) {
      loss = metrics.loss;
      lost = Number.isFinite(loss) ? 0 : lost + 1;
      if (lost >= MOST_LOST)
        throw new Error(
          `the loss must stay finite, got ${loss} up to step ${metrics.step}: use a smaller --learning-rate, or clip with --clip-norm`,
        );
      if (metrics.step === target && run.measure) held = metrics;
      else reporter.step(metrics);
    }
    if (!held || !run.measure) continue;
    evaluation = await run.measure();
    reporter.step(held, evaluation);
    isOver = (await stopping?.observe(evaluation.loss)) ?? false;
    if (stopping?.best?.step === trainer.steps) best = evaluation;
  }
  // a run that was interrupted will go on from where it is, not from its best
  if (stopping?.best && !signal.aborted) {
    if (isOver) reporter.note(`no improvement since step ${stopping.best.step}: stopped at step ${trainer.steps}`);
    stopping.restore();
  }
  stopping?.destroy();
  return { loss, evaluation: signal.aborted ? undefined : (best ?? evaluation) };
}
