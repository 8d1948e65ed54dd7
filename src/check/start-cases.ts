/** A learned initial state in the rows that start anew, and its gradient. */
import { type StartRowsOptions, startRows } from '../../shaders/start-rows.ts';
import { startRowsBackward } from '../../shaders/start-rows-backward.ts';
import { startRows as startTwin } from '../reference/start-rows.ts';
import { startRowsBackward as backwardTwin } from '../reference/start-rows-backward.ts';
import { arena, type CaseNumbers, caseNumbers, controlOffset, controlWords } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { exact, sums } from './tolerance.ts';

/** Control in which two of three rows start anew; its other numbers of rows would be taken for all. */
const controlFor = (batch: number): Uint32Array<ArrayBuffer> =>
  controlWords(
    controlOffset,
    {},
    {},
    Array.from({ length: 4 * batch }, (_, place) => (place < 3 * batch ? 7 : Number((place % batch) % 3 > 0))),
  );

function startCase(options: StartRowsOptions, pieces = 1): KernelCase {
  const { batch, hiddenSize, chosen } = options;
  const kernel = startRows(options);
  return {
    kernel,
    label: `batch ${batch}, width ${hiddenSize}, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const numbers = caseNumbers(83 + batch);
      const weights = arena({ before: numbers.signed(8), initial: numbers.signed(hiddenSize) });
      const call = { control: controlOffset, weights: weights.at('initial') };
      return {
        buffers: {
          ...(chosen ? { control: controlFor(batch) } : {}),
          weights: weights.values,
          states: numbers.signed(batch * hiddenSize + 4),
        },
        calls: [call],
        pieces,
        expected(twin) {
          startTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function startBackwardCase(options: StartRowsOptions, pieces = 1): KernelCase {
  const { batch, hiddenSize, chosen } = options;
  const kernel = startRowsBackward(options);
  return {
    kernel,
    label: `batch ${batch}, width ${hiddenSize}, ${pieces} pieces`,
    tolerance: sums,
    make() {
      const numbers: CaseNumbers = caseNumbers(89 + batch);
      const gradients = arena({ before: numbers.signed(4), initial: numbers.signed(hiddenSize), behind: numbers.signed(4) });
      const call = { control: controlOffset, gradients: gradients.at('initial') };
      return {
        buffers: {
          ...(chosen ? { control: controlFor(batch) } : {}),
          gradient: numbers.signed(batch * hiddenSize, 3),
          gradients: gradients.values,
        },
        calls: [call],
        pieces,
        expected(twin) {
          backwardTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

const shapes: readonly StartRowsOptions[] = [true, false].flatMap((chosen) => [
  { batch: 7, hiddenSize: 12, chosen, workgroupSize: 16 },
  { batch: 1, hiddenSize: 4, chosen, workgroupSize: 16 },
  { batch: 40, hiddenSize: 68, chosen, workgroupSize: 16 },
]);

export const startCases: readonly KernelCase[] = [startCase, startBackwardCase].flatMap((caseOf) =>
  shapes.map((shape) => caseOf(shape, shape.hiddenSize > 64 ? 2 : 1)),
);
