/** The kernels around a layer-normalised sweep: the input's rows, forward and in reverse, and the gradients of gains. */
import type { Kernel } from '../../shaders/kernel.ts';
import { type LayerNormGradientOptions, layerNormGradient } from '../../shaders/layer-norm-gradient.ts';
import { type LayerNormRowsOptions, layerNormRows } from '../../shaders/layer-norm-rows.ts';
import { type LayerNormRowsBackwardOptions, layerNormRowsBackward } from '../../shaders/layer-norm-rows-backward.ts';
import { layerNormGradient as gradientTwin } from '../reference/layer-norm-gradient.ts';
import { layerNormRows as rowsTwin } from '../reference/layer-norm-rows.ts';
import { layerNormRowsBackward as rowsBackwardTwin } from '../reference/layer-norm-rows-backward.ts';
import { arena, type CaseNumbers, caseNumbers, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { absolute, normalised, sums } from './tolerance.ts';

export interface RowsVariety {
  /** `far`: rows whose mean is 1,000 times their deviation; `tiny`: denormal numbers. */
  readonly scale?: 'ordinary' | 'far' | 'tiny';
  readonly pieces?: number;
}

const labelOf = (
  { rows, positions, gates, hiddenSize, units }: LayerNormRowsBackwardOptions,
  { scale = 'ordinary', pieces = 1 }: RowsVariety,
) => `${rows} of ${positions} rows, ${gates} gates of ${units} in ${hiddenSize} units, ${scale}, ${pieces} pieces`;

const vocabulary = 7;

const far = absolute(1e-3, 'the mean of numbers about 1,000 is known to 1e-4, and is divided by a deviation of 0.6');

/** Numbers of a scale; padding is zero, as the products of padded weights are. */
function products(numbers: CaseNumbers, { hiddenSize, units }: LayerNormRowsBackwardOptions, count: number, { scale }: RowsVariety) {
  const size = scale === 'tiny' ? 1e-40 : 1;
  return numbers.signed(count, size).map((value, place) => (place % hiddenSize < units ? value + (scale === 'far' ? 1000 : 0) : 0));
}

export function rowsCase(options: LayerNormRowsOptions, variety: RowsVariety = {}): KernelCase {
  const kernel = layerNormRows(options);
  const { rows, positions, gates, planes, hiddenSize, tokens, bias } = options;
  const width = gates * hiddenSize;
  const first = positions - rows;
  return {
    kernel,
    label: labelOf(options, variety),
    tolerance: variety.scale === 'far' ? far : normalised,
    make() {
      const numbers = caseNumbers(43 + hiddenSize);
      const weights = arena({
        weightInput: tokens ? products(numbers, options, vocabulary * width, variety) : undefined,
        gain: numbers.between(width, 0.5, 1.5),
        bias: bias ? numbers.signed(width) : undefined,
      });
      const norms = unwritten(positions * (width + 4));
      if (!tokens) norms.set(products(numbers, options, rows * width, variety), first * width);
      const call = { first, gain: weights.at('gain'), bias: weights.at('bias'), weightInput: weights.at('weightInput') };
      return {
        buffers: {
          weights: weights.values,
          tokens: numbers.below(positions, vocabulary),
          norms,
          gates: unwritten(positions * planes * hiddenSize),
        },
        calls: [call],
        pieces: variety.pieces,
        expected(twin) {
          rowsTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

export function rowsBackwardCase(options: LayerNormRowsBackwardOptions, variety: RowsVariety = {}): KernelCase {
  const kernel = layerNormRowsBackward(options);
  const { rows, positions, gates, planes, hiddenSize } = options;
  const width = gates * hiddenSize;
  const first = positions - rows;
  return {
    kernel,
    label: labelOf(options, variety),
    tolerance: sums,
    make() {
      const numbers = caseNumbers(47 + hiddenSize);
      const parameters = arena({ gain: numbers.between(width, 0.5, 1.5) });
      const norms = new Float32Array(positions * (width + 4));
      norms.set(products(numbers, options, positions * width, {}));
      norms.set(numbers.between(4 * positions, 0.5, 2), positions * width);
      const call = { first, gain: parameters.at('gain') };
      return {
        buffers: {
          parameters: parameters.values,
          norms,
          gates: products(numbers, options, positions * planes * hiddenSize, variety),
          delta: unwritten(positions * planes * hiddenSize),
        },
        calls: [call],
        pieces: variety.pieces,
        expected(twin) {
          rowsBackwardTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

export function gainCase(options: LayerNormGradientOptions, { pieces }: RowsVariety = {}): KernelCase {
  const kernel = layerNormGradient(options);
  const { rows, hiddenSize, planes, deltaStride, normedStride, bias } = options;
  const width = planes.length * hiddenSize;
  return {
    kernel,
    label: `${rows} rows, planes ${planes.join(' ')} of ${hiddenSize}, strides ${deltaStride} and ${normedStride}, ${pieces ?? 1} pieces`,
    tolerance: sums,
    make() {
      const numbers = caseNumbers(53 + hiddenSize);
      const delta = arena({ delta: numbers.signed(rows * deltaStride) });
      const normed = arena({ normed: numbers.signed(rows * normedStride, 1.7) });
      const gradients = arena({ gain: unwritten(width), bias: bias ? unwritten(width) : undefined });
      const call = { delta: delta.at('delta'), normed: normed.at('normed'), gain: gradients.at('gain'), bias: gradients.at('bias') };
      return {
        buffers: { delta: delta.values, normed: normed.values, gradients: gradients.values },
        calls: [call],
        pieces,
        expected(twin) {
          gradientTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

/** Rows and units beyond which a case of a plan's kernel is of a small layer. */
const MOST_ROWS = 40;
const MOST_UNITS = 512;

/** A case of a plan's kernel: its threads over a few rows. */
export function normedRowsCaseOf({ name, options }: Kernel): KernelCase {
  if (name === 'layer-norm-gradient') {
    const shape = options as LayerNormGradientOptions;
    return gainCase({ ...shape, rows: Math.min(shape.rows, MOST_ROWS) });
  }
  const shape = options as LayerNormRowsOptions;
  const padding = shape.hiddenSize - shape.units;
  const hiddenSize = Math.min(shape.hiddenSize, MOST_UNITS);
  const rows = Math.min(shape.rows, MOST_ROWS);
  const small = { ...shape, rows, positions: rows + 1, hiddenSize, units: hiddenSize - padding };
  return name === 'layer-norm-rows' ? rowsCase(small) : rowsBackwardCase(small);
}
