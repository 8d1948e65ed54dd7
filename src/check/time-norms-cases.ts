/** Norms of the gradient at each time step: pairs that carry an exponent. */
import { timeNorms } from '../../shaders/time-norms.ts';
import { timeNorms as timeNormsTwin } from '../reference/time-norms.ts';
import { caseNumbers, controlWords } from './case-buffers.ts';
import type { KernelCase } from './kernel-case.ts';
import { decodeNorm } from './norm-cases.ts';
import { exact, perElement } from './tolerance.ts';

/** Elements of other micro-batches in front of the norms, and entries of other steps. */
const offset = 6;
const entries = { before: 2, elements: 3 };

interface TimeNormsCase {
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  readonly workgroupSize?: number;
  /** What the gradient is multiplied by from each time step to the one before. */
  readonly rate?: number;
  /** At the last time step; default 1. */
  readonly scale?: number;
  /** Stands in the middle of the middle time step. */
  readonly outlier?: number;
  readonly pieces?: number;
  readonly cells?: boolean;
}

function timeNormsCase({
  batch,
  timeSteps,
  hiddenSize,
  workgroupSize = 16,
  rate = 1,
  scale = 1,
  outlier,
  pieces = 1,
  cells = false,
}: TimeNormsCase): KernelCase {
  const options = { batch, timeSteps, hiddenSize, cells, workgroupSize };
  const count = cells ? 2 * timeSteps : timeSteps;
  const entry = 2 * count + entries.elements;
  const first = offset + entries.before * entry;
  const found = outlier === undefined ? '' : ` and ${outlier}`;
  return {
    kernel: timeNorms(options),
    label: `batch ${batch}, T ${timeSteps}, hidden ${hiddenSize}, ${workgroupSize} threads, gradients of ${scale} times ${rate} a step${found}, ${pieces} pieces`,
    tolerance: {
      norms: perElement(1e-5, 1e-36, 'sums of squares, all of one sign, relative to a power of two; denormal numbers may be flushed'),
      rest: exact,
    },
    make() {
      const row = batch * hiddenSize;
      const gradient = (seed: number): Float32Array<ArrayBuffer> => {
        const values = caseNumbers(seed).signed((timeSteps + 1) * row);
        for (let i = 0; i < values.length; i++) values[i] *= scale * rate ** (timeSteps - Math.floor(i / row));
        // row 0 holds the gradient of the initial state, if anything
        return values.fill(Number.NaN, 0, row);
      };
      const [outputGradient, cellGradient] = [gradient(91), gradient(92)];
      if (outlier !== undefined) outputGradient[Math.ceil((timeSteps + 1) / 2) * row + Math.floor(row / 2)] = outlier;
      const norms = new Uint32Array(first + 2 * count + 2).fill(77);
      return {
        buffers: { control: controlWords(0, {}, { monitored: 1 + entries.before }), outputGradient, cellGradient, norms },
        calls: [{ norms: offset, entry }],
        pieces,
        expected(buffers) {
          const twin = new Float64Array(count);
          timeNormsTwin(options, {}, { ...buffers, norms: twin });
          return { norms: twin, rest: new Uint32Array(first + 2).fill(77) };
        },
        actual({ norms: left }) {
          const words = Uint32Array.from(left);
          const sums = new Float32Array(words.slice().buffer);
          const end = first + 2 * count;
          return {
            norms: Array.from({ length: count }, (_, t) => decodeNorm(words[first + 2 * t], sums[first + 2 * t + 1])),
            rest: Uint32Array.of(...words.subarray(0, first), ...words.subarray(end)),
          };
        },
      };
    },
  };
}

const small = { batch: 3, timeSteps: 5, hiddenSize: 4 };
const middle = { batch: 13, timeSteps: 7, hiddenSize: 20 };

export const timeNormsCases: readonly KernelCase[] = [
  small,
  { ...small, timeSteps: 1 },
  { batch: 1, timeSteps: 4, hiddenSize: 4 },
  middle,
  { ...middle, workgroupSize: 64, pieces: 3 },
  { ...small, cells: true },
  { ...middle, cells: true, rate: 1e-5, pieces: 3 },
  { ...middle, rate: 1e-5 },
  { ...middle, rate: 1e5 },
  { ...middle, scale: 1e-25 },
  { ...middle, scale: 1e25 },
  { ...middle, scale: 1e-38 },
  { ...middle, scale: 0 },
  { ...middle, outlier: 1e25 },
  { ...middle, outlier: Number.NaN },
  { ...middle, outlier: Number.POSITIVE_INFINITY },
  { batch: 16, timeSteps: 200, hiddenSize: 64, rate: 0.7 },
].map(timeNormsCase);
