/** The norm of the whole gradient as partial sums that carry an exponent, and the sum of the losses behind them. */
import { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import { gradientNorm } from '../../shaders/gradient-norm.ts';
import { chooseNorm } from '../plan/strategy.ts';
import { combinedNorm, gradientNorm as gradientNormTwin, scaledSquares } from '../reference/gradient-norm.ts';
import { caseNumbers, controlWords } from './case-buffers.ts';
import { profiles } from './in-use.ts';
import type { KernelCase, Outputs } from './kernel-case.ts';
import { perElement } from './tolerance.ts';

/** The exponent that says that something was not finite. */
export const notFinite = 255;

/** value = 2^(exponent - 127) · sqrt(sum). */
export const decodeNorm = (exponent: number, sum: number): number =>
  exponent === notFinite ? Number.POSITIVE_INFINITY : 2 ** (exponent - 127) * Math.sqrt(sum);

/** The (exponent, sum) of one workgroup that saw these gradients: what the kernel leaves for `update`. */
export function encodeNorm(values: ArrayLike<number>): { exponent: number; sum: number } {
  const { scale, squares } = scaledSquares(values);
  if (scale === Number.POSITIVE_INFINITY) return { exponent: notFinite, sum: 1 };
  const exponent = Math.min(252, Math.max(2, Math.floor(Math.log2(Math.max(scale, 1e-45))) + 127));
  return { exponent, sum: squares * (scale / 2 ** (exponent - 127)) ** 2 };
}

/** The metrics of an update as numbers: its counts, and everything that it measured. */
export function decodeMetrics(metrics: ArrayLike<number>, slot: number): { counts: Uint32Array; measured: number[] } {
  const words = Uint32Array.from(metrics).subarray(slot * METRICS_ELEMENTS, (slot + 1) * METRICS_ELEMENTS);
  const floats = new Float32Array(words.slice().buffer);
  return {
    counts: Uint32Array.of(words[METRICS.applied], words[METRICS.skipped]),
    measured: [
      floats[METRICS.loss],
      decodeNorm(words[METRICS.normExponent], floats[METRICS.normSum]),
      floats[METRICS.clipFactor],
      floats[METRICS.learningRate],
    ],
  };
}

/** The norms that the kernel's partials combine to, before and after the clip by value, and the loss. */
function combine(partials: Uint32Array, workgroups: number): { raw: number; clipped: number; loss: number } {
  const floats = new Float32Array(partials.slice().buffer);
  const norms = (column: number): number => {
    const parts = Array.from({ length: workgroups }, (_, w) => decodeNorm(partials[4 * w + column], floats[4 * w + column + 1]));
    const { scale, squares } = scaledSquares(parts);
    return scale * Math.sqrt(squares);
  };
  return { raw: norms(0), clipped: norms(2), loss: floats[4 * workgroups] };
}

interface NormCase {
  readonly elements: number;
  readonly rows?: number;
  readonly valueClip?: boolean;
  readonly software?: boolean;
  /** Of the gradients; default 1. */
  readonly scale?: number;
  /** Stands in the middle of them. */
  readonly outlier?: number;
}

function normCase({ elements, rows = 39, valueClip = false, software = true, scale = 1, outlier }: NormCase): KernelCase {
  const { workgroups, workgroupSize } = chooseNorm(profiles[software ? 0 : 1], elements);
  const options = { elements, rows, valueClip, workgroups, workgroupSize };
  const kernel = gradientNorm(options);
  return {
    kernel,
    label: `${elements} elements, ${rows} losses, ${workgroups} workgroups, gradients of ${scale}${outlier === undefined ? '' : ` and ${outlier}`}`,
    tolerance: perElement(1e-5, 1e-36, 'sums of squares, all of one sign, relative to a power of two; denormal numbers may be flushed'),
    make() {
      const numbers = caseNumbers(47);
      const gradients = numbers.signed(elements + 4, scale);
      if (outlier !== undefined) gradients[Math.floor(elements / 2)] = outlier;
      gradients.fill(1e3 * scale, elements);
      const losses = numbers.between(rows + 4, 0, 8);
      return {
        buffers: {
          control: controlWords(0, { clipValue: 0.5 * scale }),
          gradients,
          losses,
          partials: new Uint32Array(4 * (workgroups + 1)).fill(77),
        },
        calls: [{}],
        expected(buffers): Outputs {
          const partials = new Float64Array(4 * (workgroups + 1));
          gradientNormTwin(options, {}, { ...buffers, partials });
          const finite = outlier === undefined || Number.isFinite(outlier);
          const norms = { raw: [combinedNorm(partials, workgroups, 'raw')], loss: [partials[4 * workgroups]] };
          // of a gradient that is not finite `update` reads the first norm only
          return finite ? { ...norms, clipped: [combinedNorm(partials, workgroups, 'clipped')] } : norms;
        },
        actual({ partials }) {
          const { raw, clipped, loss } = combine(partials as Uint32Array, workgroups);
          return { raw: [raw], clipped: [clipped], loss: [loss] };
        },
      };
    },
  };
}

export const normCases: readonly KernelCase[] = [
  { elements: 1004 },
  { elements: 1004, scale: 1e-25 },
  { elements: 1004, scale: 1e25 },
  { elements: 1004, scale: 1e-40 },
  { elements: 1004, outlier: 1e25 },
  { elements: 1004, scale: 0 },
  { elements: 1004, outlier: Number.NaN },
  { elements: 1004, outlier: Number.POSITIVE_INFINITY },
  { elements: 1004, outlier: Number.NEGATIVE_INFINITY },
  { elements: 1004, valueClip: true },
  { elements: 1004, valueClip: true, scale: 1e-25 },
  { elements: 1004, valueClip: true, scale: 1e25 },
  { elements: 1004, valueClip: true, outlier: Number.NaN },
  { elements: 1004, valueClip: true, outlier: Number.POSITIVE_INFINITY },
  { elements: 4, rows: 1 },
  { elements: 20, rows: 3, valueClip: true },
  { elements: 5004, rows: 8, software: false },
  { elements: 5004, rows: 8, software: false, scale: 1e25 },
].map(normCase);
