/** Counts of saturated gates and units and of silent ones. */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import { countVectors } from '../../shaders/common/watched.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { type StateHealthOptions, stateHealth } from '../../shaders/state-health.ts';
import type { Call } from '../reference/options.ts';
import { stateHealth as stateHealthTwin } from '../reference/state-health.ts';
import { caseNumbers, lengthsOffset, rowLengths, spoilPastEnd, unwritten } from './case-buffers.ts';
import type { KernelCase } from './kernel-case.ts';
import { exact } from './tolerance.ts';

/** Elements of other layers in front of the counts. */
const first = 8;

interface Shape extends StateHealthOptions {
  readonly pieces?: number;
}

function stateHealthCase(shape: Shape): KernelCase {
  const { cell, batch, timeSteps, hiddenSize, lengths, pieces = 1 } = shape;
  const { planes, hasCell } = CELLS[cell];
  return {
    kernel: stateHealth(shape),
    label: `batch ${batch}, T ${timeSteps}, hidden ${hiddenSize}, ${shape.workgroupSize} threads, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const numbers = caseNumbers(83 + batch);
      const row = batch * hiddenSize;
      const ends = rowLengths(batch, timeSteps);
      // a good part of each thing lies outside of its limits, on either side
      const gates = numbers.between(timeSteps * batch * planes * hiddenSize, -1.2, 1.2);
      const states = numbers.between((timeSteps + 1) * row, -1.2, 1.2);
      // of the ReLU units one is silent throughout
      if (cell === 'rnn-relu') for (let i = 0; i < states.length; i++) states[i] = i % hiddenSize === 1 ? 0 : Math.max(states[i], 0);
      const cells = numbers.between((timeSteps + 1) * row, -4, 4);
      for (const values of [states, cells]) {
        values.fill(Number.NaN, 0, row);
        if (lengths) spoilPastEnd(values, row, hiddenSize, ends, 100);
      }
      if (lengths) spoilPastEnd(gates, 0, planes * hiddenSize, ends, 100);
      const counts = new Uint32Array(first + hiddenSize * countVectors(cell) + 4).fill(77);
      const call: Call = { counts: first, lengths: lengthsOffset };
      return {
        buffers: { gates, states, cells: hasCell ? cells : unwritten(4), lengths: ends, counts },
        calls: [call],
        pieces,
        expected(twin) {
          stateHealthTwin(shape, call, twin);
          return { counts: twin.counts };
        },
      };
    },
  };
}

/** Numbers of each source from which on the twin would take longer than a small pipeline. */
const mostNumbers = 1e6;

/** A case of a plan's kernel in its own shape, or of fewer time steps. */
export function stateHealthCaseOf({ options }: Kernel): KernelCase {
  const shape = options as StateHealthOptions;
  const { batch, hiddenSize, timeSteps } = shape;
  return stateHealthCase({ ...shape, timeSteps: Math.max(1, Math.min(timeSteps, Math.floor(mostNumbers / batch / hiddenSize))) });
}

const cells: readonly CellKind[] = ['lstm', 'gru', 'gru-before', 'rnn-tanh', 'rnn-relu'];

export const stateHealthCases: readonly KernelCase[] = cells
  .flatMap((cell): Shape[] => [
    { cell, batch: 3, timeSteps: 4, hiddenSize: 8, lengths: false, workgroupSize: 4 },
    { cell, batch: 13, timeSteps: 7, hiddenSize: 20, lengths: false, workgroupSize: 64, pieces: 2 },
    { cell, batch: 13, timeSteps: 7, hiddenSize: 20, lengths: true, workgroupSize: 4 },
    { cell, batch: 1, timeSteps: 1, hiddenSize: 4, lengths: false, workgroupSize: 16 },
  ])
  .map(stateHealthCase);
