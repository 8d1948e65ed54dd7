/** Which time steps hold what is not finite. */
import { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import { type FiniteStepsOptions, finiteSteps } from '../../shaders/finite-steps.ts';
import { finiteSteps as finiteStepsTwin } from '../reference/finite-steps.ts';
import { caseNumbers, controlWords } from './case-buffers.ts';
import type { KernelCase } from './kernel-case.ts';
import { exact } from './tolerance.ts';

/** Elements of other micro-batches in front of the places. */
const first = 5;
const previousSlot = 3;

interface Shape extends FiniteStepsOptions {
  /** Time steps of the states and of the gradient in which one number is spoilt. */
  readonly states?: readonly number[];
  readonly gradients?: readonly number[];
  /** An earlier step has halted the run. */
  readonly isHalted?: boolean;
  readonly pieces?: number;
}

function finiteStepsCase(shape: Shape): KernelCase {
  const {
    batch,
    timeSteps,
    hiddenSize,
    workgroupSize,
    states: badStates = [],
    gradients: badGradients = [],
    isHalted = false,
    pieces = 1,
  } = shape;
  const halted = isHalted ? ', halted' : '';
  return {
    kernel: finiteSteps(shape),
    label: `batch ${batch}, T ${timeSteps}, hidden ${hiddenSize}, ${workgroupSize} threads, states ${badStates}, gradients ${badGradients}, ${pieces} pieces${halted}`,
    tolerance: exact,
    make() {
      const row = batch * hiddenSize;
      const spoilt = (seed: number, steps: readonly number[]): Float32Array<ArrayBuffer> => {
        const values = caseNumbers(seed).signed((timeSteps + 1) * row, 3e38);
        // row 0 is the initial state and its gradient: another step's business
        values.fill(Number.NaN, 0, row);
        const found = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
        for (const [index, step] of steps.entries()) values[(step + 1) * row + (((index + 1) * 7) % row)] = found[index % found.length];
        return values;
      };
      const metrics = new Uint32Array((previousSlot + 1) * METRICS_ELEMENTS).fill(77);
      metrics[previousSlot * METRICS_ELEMENTS + METRICS.notFinite] = isHalted ? 3 : 0;
      const places = new Uint32Array(first + 2 * timeSteps + 2).fill(77);
      const call = { places: first };
      return {
        buffers: {
          control: controlWords(0, {}, { previousSlot }),
          metrics,
          states: spoilt(61, badStates),
          outputGradient: spoilt(62, badGradients),
          places,
        },
        calls: [call],
        pieces,
        expected(twin) {
          if (!isHalted) finiteStepsTwin(shape, call, twin);
          return { places: twin.places };
        },
      };
    },
  };
}

const small = { batch: 3, timeSteps: 5, hiddenSize: 4, workgroupSize: 16 };
const middle = { batch: 13, timeSteps: 7, hiddenSize: 20, workgroupSize: 64 };

export const finiteStepsCases: readonly KernelCase[] = [
  small,
  { ...small, states: [0, 4], gradients: [1, 2, 3] },
  { ...small, states: [2], isHalted: true },
  { batch: 1, timeSteps: 1, hiddenSize: 4, workgroupSize: 16, gradients: [0] },
  { ...middle, states: [5, 6], pieces: 3 },
  { ...middle, states: [3, 4, 5, 6], gradients: [0, 1, 2, 3, 4, 5, 6] },
].map(finiteStepsCase);
