/** The loop of `train`: steps in bursts, between which the held-out part is measured. */
import { createEarlyStopping, type Evaluation, type RunMetrics, type TokenStream, type Trainer } from '../index.ts';
import type { Reporter } from './reporter.ts';
import type { TextRun } from './text-run.ts';

export interface LoopOptions {
  /** Steps between two measurements, counted from step 0 of the run. */
  readonly every: number;
  /** Measurements without improvement after which to stop; undefined trains to the end. */
  readonly patience?: number;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

const COMMON_INTERVAL = 100;
/** One measured window costs about a third of a step: at this many steps per window it takes a tenth of the time. */
const STEPS_PER_WINDOW = 3;

/** Steps between two measurements unless told: 100, or more in hundreds where the held-out part is long. */
export function validationInterval(heldOut: TokenStream | undefined): number {
  const windows = heldOut?.windowsPerEpoch ?? 0;
  return COMMON_INTERVAL * Math.max(1, Math.ceil((windows * STEPS_PER_WINDOW) / COMMON_INTERVAL));
}

export interface TrainingOutcome {
  /** Of the last step. */
  readonly loss: number;
  /** Of the parameters that the trainer has in the end; undefined if nothing is held out, or if the run was stopped by the signal. */
  readonly evaluation: Evaluation | undefined;
}

/** Losses in a row that are not finite after which a run has no hope. */
const MOST_LOST = 10;

/**
 * Trains up to `run.steps`, or less when `signal` or early stopping says so. With patience the trainer then has the best parameters, and
 * their step.
 *
 * @throws Error if the loss is no number for some steps: the learning rate was too large.
 */
export async function trainOnText(
  trainer: Trainer,
  { stream, heldOut, steps }: TextRun,
  { every, patience, signal, reporter }: LoopOptions,
): Promise<TrainingOutcome> {
  const stopping = patience === undefined ? undefined : createEarlyStopping(trainer, { patience });
  let loss = Number.NaN;
  let lost = 0;
  let isOver = false;
  let evaluation: Evaluation | undefined;
  let best: Evaluation | undefined;
  while (trainer.steps < steps && !signal.aborted && !isOver) {
    const target = Math.min(steps, (Math.floor(trainer.steps / every) + 1) * every);
    let held: RunMetrics | undefined;
    for await (const metrics of trainer.run(stream, { steps: target - trainer.steps, signal })) {
      loss = metrics.loss;
      lost = Number.isFinite(loss) ? 0 : lost + 1;
      if (lost >= MOST_LOST)
        throw new Error(
          `the loss must stay finite, got ${loss} up to step ${metrics.step}: use a smaller --learning-rate, or clip with --clip-norm`,
        );
      if (metrics.step === target && heldOut) held = metrics;
      else reporter.step(metrics);
    }
    if (!held || !heldOut) continue;
    evaluation = await trainer.evaluate(heldOut);
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
