/** Losses with their gradients, and the sum of a validation window's losses. */
import { lossSum } from '../../shaders/loss-sum.ts';
import { sigmoidCrossEntropy } from '../../shaders/sigmoid-cross-entropy.ts';
import { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from '../../shaders/softmax-cross-entropy.ts';
import { squaredError } from '../../shaders/squared-error.ts';
import { lossSum as lossSumTwin } from '../reference/loss-sum.ts';
import { ignoredTarget } from '../reference/options.ts';
import { sigmoidCrossEntropy as sigmoidTwin } from '../reference/sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy as softmaxTwin } from '../reference/softmax-cross-entropy.ts';
import { squaredError as squaredTwin } from '../reference/squared-error.ts';
import {
  arena,
  type CaseNumbers,
  caseNumbers,
  controlOffset,
  controlWords,
  lengthsOffset,
  rowLengths,
  spoilPastEnd,
  unwritten,
} from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { activations, ofLargest, sums } from './tolerance.ts';

/** Of the logits; `far` ones are ±1e4, where exp would overflow or vanish. */
type Spread = 'ordinary' | 'far' | 'tiny';

const tolerance = {
  losses: activations,
  logits: ofLargest(1e-5, 'probabilities rest on one exp and one division; the largest gradient of a row is near the scale'),
};
const gradientScale = 0.25;
const firstLoss = 3;

/** Logits [rows, stride]: padding columns hold numbers that must not count. */
function logitsOf(numbers: CaseNumbers, rows: number, classes: number, stride: number, spread: Spread): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows * stride).fill(7);
  const row = (): Float32Array => (spread === 'far' ? numbers.signs(classes, 1e4) : numbers.signed(classes, spread === 'tiny' ? 1e-40 : 4));
  for (let place = 0; place < values.length; place += stride) values.set(row(), place);
  return values;
}

interface LossShape extends Omit<SoftmaxCrossEntropyOptions, 'labelSmoothing'> {
  readonly labelSmoothing?: number;
  /** Rows are [T, batch] and end early, unless there is an overlap. */
  readonly batch?: number;
  readonly overlap?: number;
}

/** Control's numbers of the rows, of which only the last kind may be read: every third row starts anew. */
const rowTable = (batch: number): number[] =>
  Array.from({ length: 4 * batch }, (_, place) => (place < 3 * batch ? 7 : Number((place % batch) % 3 === 1)));

interface LossVariety {
  readonly spread?: Spread;
  readonly pieces?: number;
}

function labelOf(
  { rows, classes, stride, labelSmoothing, batch, overlap }: LossShape,
  { spread = 'ordinary', pieces = 1 }: LossVariety,
): string {
  const extras = `${labelSmoothing ? `, smoothing ${labelSmoothing}` : ''}${batch ? `, ${overlap ? `overlap ${overlap}` : 'lengths'} of ${batch}` : ''}`;
  return `${rows} rows, ${classes} of ${stride} classes${extras}, logits ${spread}, ${pieces} pieces`;
}

function softmaxCase(shape: LossShape, variety: LossVariety): KernelCase {
  const { rows, classes, stride, batch = rows } = shape;
  const options = { labelSmoothing: 0, ...shape };
  const kernel = softmaxCrossEntropy(options);
  return {
    kernel,
    label: labelOf(shape, variety),
    tolerance,
    make() {
      const numbers = caseNumbers(37 + rows);
      const firstTarget = 2;
      const targets = numbers.below(firstTarget + rows, classes);
      // positions that do not count: past the end of a window, and an id that is only padding
      if (rows > 1) targets[firstTarget + 1] = ignoredTarget;
      if (rows > 2) targets[firstTarget + 2] = classes;
      const call = { control: controlOffset, targets: firstTarget, losses: firstLoss };
      return {
        buffers: {
          control: controlWords(controlOffset, { gradientScale }, {}, rowTable(batch)),
          logits: logitsOf(numbers, rows, classes, stride, variety.spread ?? 'ordinary'),
          targets,
          losses: unwritten(firstLoss + rows + 2),
        },
        calls: [call],
        pieces: variety.pieces,
        expected(twin) {
          softmaxTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

const elementLosses = [
  { kernelOf: squaredError, twin: squaredTwin, goals: [-4, 4] },
  { kernelOf: sigmoidCrossEntropy, twin: sigmoidTwin, goals: [0, 1] },
] as const;

function elementCase(
  { kernelOf, twin: lossTwin, goals }: (typeof elementLosses)[number],
  shape: LossShape,
  variety: LossVariety,
): KernelCase {
  const { rows, classes, stride, batch = rows } = shape;
  const options = { ...shape, lengths: batch < rows && !shape.overlap };
  const kernel = kernelOf(options);
  return {
    kernel,
    label: labelOf(shape, variety),
    tolerance,
    make() {
      const numbers = caseNumbers(41 + rows);
      const targets = arena({ before: numbers.signed(8), targets: numbers.between(rows * stride, goals[0], goals[1]) });
      const call = { control: controlOffset, targets: targets.at('targets'), losses: firstLoss, lengths: lengthsOffset };
      const lengths = rowLengths(batch, rows / batch);
      if (options.lengths) spoilPastEnd(targets.values, call.targets, stride, lengths);
      return {
        buffers: {
          control: controlWords(controlOffset, { gradientScale }, {}, rowTable(batch)),
          logits: logitsOf(numbers, rows, classes, stride, variety.spread ?? 'ordinary'),
          targets: targets.values,
          lengths,
          losses: unwritten(firstLoss + rows + 2),
        },
        calls: [call],
        pieces: variety.pieces,
        expected(twin) {
          lossTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

const spreads: readonly LossVariety[] = [{}, { pieces: 2 }, { spread: 'far' }, { spread: 'tiny' }];
const sizes = [
  { rows: 39, classes: 5, stride: 8, workgroupSize: 16 },
  { rows: 3, classes: 8, stride: 8, workgroupSize: 32 },
  { rows: 1, classes: 2, stride: 4, workgroupSize: 16 },
];
const shapes: readonly LossShape[] = sizes.flatMap((size) => [true, false].map((gradient) => ({ ...size, gradient })));
const masked: readonly LossShape[] = shapes.slice(0, 4).map((shape) => ({ ...shape, batch: shape.rows / 3 }));

const overlapping: readonly LossShape[] = masked.map((shape) => ({ ...shape, overlap: 2 }));

function lossSumCase(rows: number): KernelCase {
  const kernel = lossSum({ rows });
  return {
    kernel,
    label: `${rows} rows`,
    tolerance: sums,
    make: () => ({
      buffers: { control: controlWords(0, {}, { slot: 3 }), losses: caseNumbers(43).between(rows + 4, 0, 8), sums: unwritten(6) },
      calls: [{}],
      expected(twin) {
        lossSumTwin({ rows }, {}, twin);
        return written(kernel, twin);
      },
    }),
  };
}

export const lossCases: readonly KernelCase[] = [
  ...shapes.flatMap((shape) => spreads.map((variety) => softmaxCase(shape, variety))),
  ...shapes.slice(0, 4).flatMap((shape) => spreads.map((variety) => softmaxCase({ ...shape, labelSmoothing: 0.1 }, variety))),
  ...overlapping.map((shape) => softmaxCase(shape, {})),
  ...elementLosses.flatMap((loss) => [
    ...overlapping.map((shape) => elementCase(loss, shape, {})),
    ...shapes.flatMap((shape) => spreads.map((variety) => elementCase(loss, shape, variety))),
    ...masked.flatMap((shape) => spreads.slice(0, 2).map((variety) => elementCase(loss, shape, variety))),
  ]),
  ...[1, 39, 64, 600].map(lossSumCase),
];
