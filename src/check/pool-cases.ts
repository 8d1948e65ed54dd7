/** Rows pooled over their time steps, and the gradient of that. */
import { type PoolRowsOptions, poolRows } from '../../shaders/pool-rows.ts';
import { poolRowsBackward } from '../../shaders/pool-rows-backward.ts';
import type { Call } from '../reference/options.ts';
import { poolRows as poolTwin } from '../reference/pool-rows.ts';
import { poolRowsBackward as poolBackwardTwin } from '../reference/pool-rows-backward.ts';
import { arena, caseNumbers, lengthsOffset, rowLengths, spoilPastEnd, unwritten } from './case-buffers.ts';
import { type HostBuffers, type KernelCase, written } from './kernel-case.ts';
import { exact, sums } from './tolerance.ts';

interface PoolShape extends PoolRowsOptions {
  readonly pieces?: number;
  /** Rows are whole numbers, so that a maximum comes several times. */
  readonly hasTies?: boolean;
}

const firstOut = 8;

function poolCase(shape: PoolShape, direction: 'forward' | 'backward'): KernelCase {
  const { mode, batch, timeSteps, hiddenSize, lengths, pieces = 1, hasTies = false } = shape;
  const isForward = direction === 'forward';
  const kernel = isForward ? poolRows(shape) : poolRowsBackward(shape);
  return {
    kernel,
    label: `batch ${batch}, T ${timeSteps}, width ${hiddenSize}${hasTies ? ', ties' : ''}, ${pieces} pieces`,
    tolerance: mode === 'mean' ? sums : exact,
    make() {
      const numbers = caseNumbers(73 + batch);
      const elements = timeSteps * batch * hiddenSize;
      const drawn = numbers.signed(elements, 3);
      const rows = arena({ rows: hasTies ? drawn.map(Math.round) : drawn });
      const ends = rowLengths(batch, timeSteps);
      // no maximum would notice NaN
      if (lengths) spoilPastEnd(rows.values, rows.at('rows'), hiddenSize, ends, mode === 'max' ? 100 : Number.NaN);
      const gradient = arena({ before: numbers.signed(4), gradient: numbers.signed(batch * hiddenSize) });
      const outputs: HostBuffers = isForward
        ? { pooled: unwritten(firstOut + batch * hiddenSize + 4) }
        : { pooledGradient: gradient.values, rowsGradient: unwritten(firstOut + elements + 4) };
      const places: Call = isForward ? { pooled: firstOut } : { pooledGradient: gradient.at('gradient'), rowsGradient: firstOut };
      const call = { rows: rows.at('rows'), lengths: lengthsOffset, ...places };
      return {
        buffers: { rows: rows.values, lengths: ends, ...outputs },
        calls: [call],
        pieces,
        expected(twin) {
          if (isForward) poolTwin(shape, call, twin);
          else poolBackwardTwin(shape, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

const modes = ['mean', 'max', 'last'] as const;
const shapes: readonly PoolShape[] = modes.flatMap((mode) => [
  { mode, batch: 13, timeSteps: 7, hiddenSize: 8, lengths: true, workgroupSize: 16 },
  { mode, batch: 6, timeSteps: 5, hiddenSize: 20, lengths: true, workgroupSize: 16, pieces: 2 },
  { mode, batch: 3, timeSteps: 4, hiddenSize: 4, lengths: false, workgroupSize: 16 },
  { mode, batch: 2, timeSteps: 1, hiddenSize: 4, lengths: true, workgroupSize: 64 },
]);

const poolShapes: readonly PoolShape[] = [
  ...shapes,
  { mode: 'max', batch: 13, timeSteps: 7, hiddenSize: 8, lengths: true, workgroupSize: 16, hasTies: true },
];

export const poolCases: readonly KernelCase[] = (['forward', 'backward'] as const).flatMap((direction) =>
  poolShapes.map((shape) => poolCase(shape, direction)),
);
