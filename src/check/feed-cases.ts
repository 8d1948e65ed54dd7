/** What a network that is trained on its own words or values reads next, forward and backward, and the order of the tokens that it has read. */
import { CONTROL } from '../../shaders/common/control.ts';
import { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import { type FeedTokenOptions, feedToken } from '../../shaders/feed-token.ts';
import { feedValue } from '../../shaders/feed-value.ts';
import { feedValueBackward } from '../../shaders/feed-value-backward.ts';
import { sortTokens } from '../../shaders/sort-tokens.ts';
import { feedToken as feedTokenTwin } from '../reference/feed-token.ts';
import { feedValue as feedValueTwin } from '../reference/feed-value.ts';
import { feedValueBackward as feedValueBackwardTwin } from '../reference/feed-value-backward.ts';
import { sortTokens as sortTokensTwin } from '../reference/sort-tokens.ts';
import { arena, caseNumbers, controlOffset, controlWords, unwritten } from './case-buffers.ts';
import { type HostBuffers, type KernelCase, written } from './kernel-case.ts';
import { exact, sums } from './tolerance.ts';

const places = {
  seed: CONTROL.seed,
  previousSlot: CONTROL.previousSlot,
  applied: METRICS.applied,
  metricsElements: METRICS_ELEMENTS,
};
const timeSteps = 4;
const slot = 2;

interface FeedShape extends Omit<FeedTokenOptions, 'workgroupSize' | 'stride'> {
  /** Updates before this one. */
  readonly applied: number;
  /** Logits are whole numbers, so that many are equal. */
  readonly hasTies?: boolean;
}

function feedCase({ applied, hasTies = false, ...shape }: FeedShape): KernelCase {
  const { batch, classes, embedding, share } = shape;
  const stride = Math.ceil(classes / 4) * 4;
  const options = { ...shape, stride, workgroupSize: 16 };
  const kernel = feedToken(options);
  return {
    kernel,
    label: `${batch} rows, ${classes} classes, embedding ${embedding}, ${applied} updates towards ${share.most}${hasTies ? ', ties' : ''}`,
    tolerance: exact,
    make() {
      const numbers = caseNumbers(61 + classes);
      const positions = timeSteps * batch;
      const metrics = new Uint32Array((slot + 2) * METRICS_ELEMENTS).fill(0x7fc00000);
      metrics[slot * METRICS_ELEMENTS + METRICS.applied] = applied;
      const logits = numbers.signed(positions * stride, 5);
      if (hasTies) logits.set(logits.map(Math.round));
      // the largest number of a row lies in its padding
      for (let place = classes; place < logits.length; place += stride) logits.fill(50, place, place + stride - classes);
      const table = arena({ before: numbers.signed(4), table: numbers.signed(classes * (embedding || 4)) });
      const buffers = {
        control: controlWords(controlOffset, {}, { seed: 4711 + classes, previousSlot: slot }),
        metrics,
        logits,
        tokens: numbers.below(positions, classes),
        parameters: table.values,
        embedded: unwritten(positions * embedding + 4),
      };
      const call = { control: controlOffset, embedding: embedding ? table.at('table') : 0 };
      const calls = Array.from({ length: timeSteps - 1 }, (_, time) => ({ ...call, time }));
      return {
        buffers,
        calls,
        expected(twin) {
          for (const each of calls) feedTokenTwin(options, each, twin, places);
          return written(kernel, twin);
        },
      };
    },
  };
}

function sortCase(batch: number, steps: number, vocabulary: number, pieces = 1): KernelCase {
  const options = { batch, timeSteps: steps, vocabulary, workgroupSize: 16 };
  const kernel = sortTokens(options);
  return {
    kernel,
    label: `batch ${batch}, T ${steps}, vocabulary ${vocabulary}, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const tokens = caseNumbers(67).below(batch * steps, vocabulary);
      // an id that the vocabulary lacks
      tokens[0] = vocabulary + 2;
      const buffers = { tokens, order: new Uint32Array(batch * steps).fill(77), segments: new Uint32Array(vocabulary + 1).fill(77) };
      return {
        buffers,
        calls: [{}],
        pieces,
        expected(twin) {
          sortTokensTwin(options, {}, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

/** Numbers of the input that follow from the output in every way: one as it is, one that adds up, two of the same output. */
const fed = [
  { output: 0, gain: 1, keep: 0, offset: 0 },
  { output: 2, gain: -0.5, keep: 1, offset: 0.25 },
  { output: 2, gain: 2, keep: 0.5, offset: -1 },
] as const;

function valueCase(batch: number, backward: boolean): KernelCase {
  const options = { batch, inputs: fed, columns: 4, stride: 4, timeSteps, workgroupSize: 16 };
  const kernel = backward ? feedValueBackward(options) : feedValue(options);
  return {
    kernel,
    label: `${batch} rows`,
    tolerance: sums,
    make() {
      const numbers = caseNumbers(71);
      const positions = timeSteps * batch;
      const values = arena({ input: numbers.signed(positions * 4) });
      const times = Array.from({ length: timeSteps - 1 }, (_, time) => time);
      const calls = backward
        ? times.map((time) => ({ time: time + 1 })).reverse()
        : times.map((time) => ({ time, input: values.at('input') }));
      const buffers: HostBuffers = backward
        ? { inputGradient: numbers.signed(positions * 4 + batch * 4), outputGradient: numbers.signed(positions * 4) }
        : { output: numbers.signed(positions * 4), input: values.values };
      return {
        buffers,
        calls,
        expected(twin) {
          for (const call of calls) (backward ? feedValueBackwardTwin : feedValueTwin)(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

const choices = ['draw', 'likeliest'] as const;
const own = { most: 1, schedule: 'constant', steps: 1 } as const;

export const feedCases: readonly KernelCase[] = [
  ...choices.flatMap((choice) =>
    [0, 8].map((embedding) => feedCase({ batch: 5, classes: 7, embedding, choice, share: { ...own, most: 0.5 }, applied: 0 })),
  ),
  feedCase({ batch: 3, classes: 70, embedding: 20, choice: 'draw', share: own, applied: 9 }),
  feedCase({ batch: 3, classes: 70, embedding: 0, choice: 'likeliest', share: own, applied: 9, hasTies: true }),
  feedCase({ batch: 1, classes: 2, embedding: 4, choice: 'likeliest', share: own, applied: 0 }),
  ...[0, 60, 5000].map((applied) =>
    feedCase({ batch: 33, classes: 5, embedding: 0, choice: 'likeliest', share: { most: 0.75, schedule: 'linear', steps: 100 }, applied }),
  ),
  ...[0, 60, 1e6].map((applied) =>
    feedCase({ batch: 33, classes: 5, embedding: 0, choice: 'draw', share: { most: 1, schedule: 'exponential', steps: 100 }, applied }),
  ),
  ...[0, 60, 1e6].map((applied) =>
    feedCase({ batch: 33, classes: 5, embedding: 4, choice: 'draw', share: { most: 1, schedule: 'inverse-sigmoid', steps: 12 }, applied }),
  ),
  ...[false, true].flatMap((backward) => [3, 21].map((batch) => valueCase(batch, backward))),
  sortCase(3, 4, 7),
  sortCase(13, 5, 40, 2),
  sortCase(1, 1, 2),
];
