/** The norms of parameters' gradients as partial sums that carry an exponent, and the sum of the losses behind them. */
import { NO_TENSOR, PARTIAL } from '../../shaders/common/clip.ts';
import { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import type { TimeStepClip } from '../../shaders/common/time-step-clip.ts';
import { gradientNorm } from '../../shaders/gradient-norm.ts';
import { normPieces } from '../plan/norm-pieces.ts';
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
export function decodeMetrics(
  metrics: ArrayLike<number>,
  slot: number,
  stepClip?: TimeStepClip,
): { counts: Uint32Array; measured: number[] } {
  const words = Uint32Array.from(metrics).subarray(slot * METRICS_ELEMENTS, (slot + 1) * METRICS_ELEMENTS);
  const floats = new Float32Array(words.slice().buffer);
  return {
    counts: Uint32Array.of(
      words[METRICS.applied],
      words[METRICS.skipped],
      words[METRICS.notFinite],
      words[METRICS.valueClipped],
      words[METRICS.tensorClipped],
      words[METRICS.globalClipped],
      ...(stepClip?.value ? [words[METRICS.stepValueClipped]] : []),
      ...(stepClip?.norm ? [words[METRICS.stepNormClipped]] : []),
    ),
    measured: [
      floats[METRICS.loss],
      decodeNorm(words[METRICS.normExponent], floats[METRICS.normSum]),
      decodeNorm(words[METRICS.valueNormExponent], floats[METRICS.valueNormSum]),
      decodeNorm(words[METRICS.tensorNormExponent], floats[METRICS.tensorNormSum]),
      floats[METRICS.tensorFactor],
      decodeNorm(words[METRICS.globalNormExponent], floats[METRICS.globalNormSum]),
      floats[METRICS.clipFactor],
      floats[METRICS.learningRate],
      ...(stepClip?.value ? [floats[METRICS.stepValue]] : []),
      ...(stepClip?.norm ? [floats[METRICS.stepNorm]] : []),
    ],
  };
}

/** The norm that the (exponent, sum) pairs at a place of every given row combine to. */
export function normOfRows(rows: Uint32Array, place: number): number {
  const floats = new Float32Array(rows.slice().buffer);
  const parts = Array.from({ length: rows.length / 4 }, (_, row) => decodeNorm(rows[4 * row + place], floats[4 * row + place + 1]));
  const { scale, squares } = scaledSquares(parts);
  return scale * Math.sqrt(squares);
}

/** One partial of the kernel: what it leaves for `update`. */
export function writePartial(
  partials: Uint32Array<ArrayBuffer>,
  place: number,
  tensor: number,
  norms: {
    readonly raw: { exponent: number; sum: number };
    readonly clipped: { exponent: number; sum: number };
    readonly isClipped: boolean;
  },
): void {
  const { raw, clipped, isClipped } = norms;
  partials[4 * place] = raw.exponent | (clipped.exponent << PARTIAL.clippedExponent) | (isClipped ? 1 << PARTIAL.isClipped : 0);
  partials[4 * place + 3] = tensor;
  new Float32Array(partials.buffer).set([raw.sum, clipped.sum], 4 * place + 1);
}

interface CombinedNorms {
  /** Of each tensor, and behind them of all. */
  readonly raw: number[];
  readonly clipped: number[];
  readonly loss: number[];
  /** What the clips inside of the reverse sweep met. */
  readonly met: Uint32Array;
  /** Of each tensor, and behind them what the entry of the losses calls its tensor. */
  readonly marks: Uint32Array;
}

/** The norms that the kernel's partials combine to. */
function combine(partials: Uint32Array, tensors: number): CombinedNorms {
  const floats = new Float32Array(partials.slice().buffer);
  const last = partials.length / 4 - 1;
  const pieces = Array.from({ length: last }, (_, piece) => piece);
  const norms = (from: number, column: number): number[] => {
    const of = (wanted: number[]): number => {
      const parts = wanted.map((piece) => decodeNorm((partials[4 * piece] >> from) & 255, floats[4 * piece + column]));
      const { scale, squares } = scaledSquares(parts);
      return scale * Math.sqrt(squares);
    };
    const each = Array.from({ length: tensors }, (_, tensor) => of(pieces.filter((piece) => partials[4 * piece + 3] === tensor)));
    return [...each, of(pieces)];
  };
  const marks = new Uint32Array(tensors + 1);
  for (const piece of pieces) marks[partials[4 * piece + 3]] |= partials[4 * piece] >> PARTIAL.isClipped;
  marks[tensors] = partials[4 * last + 3];
  return {
    raw: norms(PARTIAL.exponent, 1),
    clipped: norms(PARTIAL.clippedExponent, 2),
    loss: [floats[4 * last]],
    met: partials.subarray(4 * last + 1, 4 * last + 3),
    marks,
  };
}

interface NormCase {
  readonly elements: number;
  /** Elements of each parameter; default one parameter. */
  readonly tensors?: readonly number[];
  readonly rows?: number;
  readonly valueClip?: boolean;
  /** There are clips inside of the reverse sweep. */
  readonly timeStepClip?: boolean;
  readonly software?: boolean;
  /** Of the gradients; default 1. */
  readonly scale?: number;
  /** Stands in the middle of them. */
  readonly outlier?: number;
}

function normCase({
  elements,
  tensors = [elements],
  rows = 39,
  valueClip = false,
  timeStepClip = false,
  software = true,
  scale = 1,
  outlier,
}: NormCase): KernelCase {
  const choice = chooseNorm(profiles[software ? 0 : 1], elements);
  const first = (tensor: number): number => tensors.slice(0, tensor).reduce((sum, count) => sum + count, 0);
  const packed = tensors.map((columns, tensor) => ({ rows: 1, columns, offset: first(tensor) }));
  const pieces = normPieces({ packed, elements }, choice.workgroups);
  const workgroups = pieces.length / 4;
  const kernel = gradientNorm({ elements, rows, valueClip, timeStepClip, workgroups, workgroupSize: choice.workgroupSize });
  return {
    kernel,
    label: `${tensors.join(' + ')} elements, ${rows} losses, ${workgroups} workgroups, gradients of ${scale}${outlier === undefined ? '' : ` and ${outlier}`}`,
    tolerance: perElement(1e-5, 1e-36, 'sums of squares, all of one sign, relative to a power of two; denormal numbers may be flushed'),
    make() {
      const numbers = caseNumbers(47);
      const gradients = numbers.signed(elements + 4, scale);
      if (outlier !== undefined) gradients[Math.floor(elements / 2)] = outlier;
      // one parameter that the clip by value leaves alone
      if (tensors.length > 1) for (let i = 0; i < tensors[0]; i++) gradients[i] /= 4;
      gradients.fill(1e3 * scale, elements);
      const losses = numbers.between(rows + 4, 0, 8);
      const bound = 0.5 * scale;
      return {
        buffers: {
          control: controlWords(0, { clipValue: bound }),
          pieces,
          gradients,
          losses,
          clipped: Uint32Array.of(5, 6),
          partials: new Uint32Array(4 * (workgroups + 1)).fill(77),
        },
        calls: [{}],
        expected(buffers): Outputs {
          const count = tensors.length;
          const partials = new Float64Array(4 * (count + 1));
          gradientNormTwin({ tensors, rows, valueClip }, {}, { ...buffers, partials });
          const norms = (which: 'raw' | 'clipped'): number[] => [
            ...tensors.map((_, tensor) => combinedNorm(partials, tensor, tensor + 1, which)),
            combinedNorm(partials, 0, count, which),
          ];
          const finite = outlier === undefined || Number.isFinite(outlier);
          const isClipped = tensors.map((length, tensor) =>
            valueClip && gradients.subarray(first(tensor), first(tensor) + length).some((value) => Math.abs(value) > bound) ? 1 : 0,
          );
          const seen = { raw: norms('raw'), loss: [partials[4 * count]], met: timeStepClip ? Uint32Array.of(5, 6) : Uint32Array.of(0, 0) };
          // of a gradient that is not finite `update` reads the first norm only
          return finite ? { ...seen, clipped: norms('clipped'), marks: Uint32Array.of(...isClipped, NO_TENSOR) } : seen;
        },
        actual: ({ partials }) => ({ ...combine(partials as Uint32Array, tensors.length) }),
      };
    },
  };
}

const several = { elements: 1004, tensors: [8, 4, 500, 484, 8] };

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
  several,
  { ...several, valueClip: true },
  { ...several, valueClip: true, scale: 1e-25 },
  { ...several, outlier: Number.NaN },
  { ...several, outlier: Number.POSITIVE_INFINITY, valueClip: true },
  { ...several, timeStepClip: true },
  { elements: 1004, valueClip: true, timeStepClip: true },
  { elements: 4, rows: 1 },
  { elements: 20, rows: 3, valueClip: true },
  { elements: 5004, rows: 8, software: false },
  { elements: 5004, tensors: [1600, 3000, 4, 400], rows: 8, software: false, valueClip: true },
  { elements: 5004, rows: 8, software: false, scale: 1e25 },
].map(normCase);
