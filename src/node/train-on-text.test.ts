import { expect, test } from 'vitest';
import { createTokenStream, createValidationStream, type Evaluation, type RunMetrics, type RunOptions, type Trainer } from '../index.ts';
import type { TextRun } from './text-run.ts';
import { trainOnText, validationInterval } from './train-on-text.ts';

const tokens = Int32Array.from({ length: 100 }, (_, index) => index % 7);
const sizes = { batch: 2, timeSteps: 4 };

/** A trainer that only counts; its loss is what `lossOf` says of the step, its held-out loss the same of the last step. */
function countingTrainer(first: number, lossOf: (step: number) => number) {
  let steps = first;
  const bursts: number[] = [];
  const trainer = {
    get steps() {
      return steps;
    },
    async *run(_: unknown, { steps: count, signal }: RunOptions) {
      bursts.push(count);
      for (let index = 0; index < count && !signal?.aborted; index++) yield { step: ++steps, loss: lossOf(steps) } as RunMetrics;
    },
    evaluate: async () => ({ loss: lossOf(steps) }) as Evaluation,
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
    step({ step }: RunMetrics, validation?: Evaluation) {
      reported.push([step, validation?.loss]);
      if (step === stopAt) controller.abort();
    },
    note: () => undefined,
    end: () => undefined,
  };
  const run = {
    stream: createTokenStream(tokens, sizes),
    heldOut: heldOut ? createValidationStream(tokens, sizes) : undefined,
    steps,
  } as unknown as TextRun;
  return { result: trainOnText(trainer, run, { every: 10, signal: controller.signal, reporter }), reported, bursts };
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

test('a long held-out part is measured more seldom', () => {
  const stream = (length: number) => createValidationStream(new Int32Array(length), { batch: 1, timeSteps: 10 });
  expect([undefined, stream(100), stream(331), stream(10_000)].map(validationInterval)).toEqual([100, 100, 100, 3000]);
});
