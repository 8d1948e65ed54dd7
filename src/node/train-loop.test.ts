import { expect, test } from 'vitest';
import type { RunMetrics, RunOptions, Trainer } from '../index.ts';
import type { HeldOutLoss } from './job.ts';
import { trainLoop } from './train-loop.ts';

/** A trainer that only counts; its loss is what `lossOf` says of the step, its held-out loss the same of the last step. */
function countingTrainer(first: number, lossOf: (step: number) => number) {
  let steps = first;
  const bursts: number[] = [];
  const trainer = {
    get steps() {
      return steps;
    },
    async *run(from: unknown, { steps: count, signal }: RunOptions) {
      expect(from).toEqual([steps]);
      bursts.push(count);
      for (let index = 0; index < count && !signal?.aborted; index++) yield { step: ++steps, loss: lossOf(steps) } as RunMetrics;
    },
  };
  return { trainer: trainer as unknown as Trainer, bursts };
}

function loop(options: {
  readonly first?: number;
  readonly steps: number;
  readonly heldOut?: boolean;
  readonly stopAt?: number;
  readonly lossOf?: (step: number) => number;
}) {
  const { first = 0, steps, heldOut = true, stopAt, lossOf = (step) => 1 / step } = options;
  const { trainer, bursts } = countingTrainer(first, lossOf);
  const controller = new AbortController();
  const reported: [step: number, validation: number | undefined][] = [];
  const reporter = {
    start: () => undefined,
    step({ step }: RunMetrics, validation?: HeldOutLoss) {
      reported.push([step, validation?.loss]);
      if (step === stopAt) controller.abort();
    },
    note: () => undefined,
    end: () => undefined,
  };
  const run = {
    steps,
    // no batches but the step they are asked for, which the trainer above knows to read
    batches: (from: number) => [from] as never[],
    ...(heldOut && { measure: async () => ({ loss: lossOf(trainer.steps) }) }),
  };
  return { result: trainLoop(trainer, run, { every: 10, signal: controller.signal, reporter }), reported, bursts };
}

test('the held-out part is measured at whole intervals of the run and at its end, each step reported once', async () => {
  const { result, reported, bursts } = loop({ first: 7, steps: 25 });
  expect(await result).toEqual({ loss: 1 / 25, evaluation: { loss: 1 / 25 } });
  expect(bursts).toEqual([3, 10, 5]);
  expect(reported.map(([step]) => step)).toEqual(Array.from({ length: 18 }, (_, index) => index + 8));
  expect(reported.filter(([, validation]) => validation !== undefined).map(([step]) => step)).toEqual([10, 20, 25]);
});

test('without a held-out part nothing is measured', async () => {
  const { result, reported } = loop({ steps: 12, heldOut: false });
  expect(await result).toEqual({ loss: 1 / 12, evaluation: undefined });
  expect(reported).toHaveLength(12);
});

test('a signal ends it after a step, unmeasured', async () => {
  const { result, reported } = loop({ steps: 30, stopAt: 13 });
  expect(await result).toEqual({ loss: 1 / 13, evaluation: undefined });
  expect(reported[reported.length - 1]).toEqual([13, undefined]);
});

test('a loss that is lost for good ends the run, one that comes back does not', async () => {
  await expect(loop({ steps: 30, lossOf: (step) => (step > 4 ? Number.NaN : 1) }).result).rejects.toThrow(
    'the loss must stay finite, got NaN up to step 14: use a smaller --learning-rate',
  );
  await expect(loop({ steps: 30, lossOf: (step) => (step % 10 < 5 ? Number.POSITIVE_INFINITY : 1) }).result).resolves.toBeDefined();
});
