/** Every parameter gradient of a layer in one shape. */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { type WeightGradientOptions, weightGradient } from '../../shaders/weight-gradient.ts';
import type { Buffers, Call } from '../reference/options.ts';
import { weightGradient as weightGradientTwin } from '../reference/weight-gradient.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { columnsFor } from './tiles.ts';
import { sums } from './tolerance.ts';

export interface GradientShape extends Omit<WeightGradientOptions, 'partStride' | 'cell'> {
  readonly cell: CellKind | 'dense';
}

interface GradientVariety {
  /** Of the gate gradients; `tiny` ones are denormal. */
  readonly scale?: 'ordinary' | 'tiny' | 'huge';
  readonly pieces?: number;
}

const scales = { ordinary: 1, tiny: 1e-40, huge: 1e30 };

export function gradientCase(shape: GradientShape, { scale = 'ordinary', pieces = 1 }: GradientVariety = {}): KernelCase {
  const { cell, batch, timeSteps, hiddenSize, inputSize, inputBias, hiddenBias, parts } = shape;
  const hasHidden = cell !== 'dense' && shape.hidden !== false;
  const { gates: count, planes } = cell === 'dense' ? { gates: 1, planes: 1 } : CELLS[cell];
  const width = count * hiddenSize;
  const target = arena({
    weightInput: inputSize > 0 ? unwritten(width * inputSize) : undefined,
    weightHidden: hasHidden ? unwritten(width * hiddenSize) : undefined,
    biasInput: inputBias ? unwritten(width) : undefined,
    biasHidden: hiddenBias ? unwritten(width) : undefined,
  });
  const partStride = target.values.length;
  const options = { ...shape, partStride };
  const kernel = weightGradient(options);
  const biases = [inputBias ? 'b_ih' : '', hiddenBias ? 'b_hh' : ''].filter(Boolean).join(' ') || 'no bias';
  return {
    kernel,
    label: `batch ${batch}, T ${timeSteps}, hidden ${hiddenSize}, input ${inputSize}, ${biases}, ${parts} parts, ${scale}, ${shape.tile.turn ?? 1} k a turn, ${pieces} pieces`,
    tolerance: sums,
    make() {
      const numbers = caseNumbers(31 + hiddenSize);
      const positions = batch * timeSteps;
      const input = arena({ before: numbers.signed(4), input: numbers.signed(positions * inputSize) });
      const call = {
        input: inputSize > 0 ? input.at('input') : 0,
        weightInput: target.at('weightInput'),
        weightHidden: target.at('weightHidden'),
        biasInput: target.at('biasInput'),
        biasHidden: target.at('biasHidden'),
        out: 4,
      };
      return {
        buffers: {
          gates: numbers.signed(positions * planes * hiddenSize, scales[scale]),
          input: input.values,
          states: numbers.signed((timeSteps + 1) * batch * hiddenSize),
          out: unwritten(4 + parts * partStride),
        },
        calls: [call],
        pieces,
        expected(twin) {
          weightGradientTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

/** Positions of a plan's kernel that are not zero. */
const POSITIONS = 8;
/** Numbers of all buffers, and multiply-adds, beyond which a small pipeline compiles in less time. */
const MOST_NUMBERS = 4e6;
const MOST_PRODUCTS = 8e6;

/**
 * A case of a plan's kernel: its very WGSL, with gate gradients that are zero but for some positions from the first to the last, which are all
 * that the twin adds up; or a small layer of the same tile where even that would take long.
 */
export function weightGradientCaseOf(kernel: Kernel): KernelCase {
  const options = kernel.options as WeightGradientOptions;
  const { cell, batch, timeSteps, hiddenSize, inputSize, inputBias, hiddenBias, parts, partStride, tile, workgroupSize } = options;
  const hasHidden = cell !== 'dense' && options.hidden !== false;
  const { gates: count, planes } = cell === 'dense' ? { gates: 1, planes: 1 } : CELLS[cell];
  const width = count * hiddenSize;
  const positions = batch * timeSteps;
  const right = inputSize + (hasHidden ? hiddenSize : 0);
  const sizes = { gates: planes * hiddenSize, input: inputSize, states: hiddenSize };
  const numbersHeld = positions * (sizes.gates + sizes.input + sizes.states) + parts * partStride;
  if (numbersHeld > MOST_NUMBERS || POSITIONS * width * right > MOST_PRODUCTS) {
    const wide = tile.lanes ? columnsFor(tile) : 20;
    const shape = { hiddenSize: wide, inputSize: inputSize && (tile.lanes ? wide : 12), inputBias, hiddenBias, parts: Math.min(parts, 2) };
    return gradientCase({ cell, hidden: options.hidden, batch: 4, timeSteps: 5, ...shape, tile, workgroupSize });
  }
  const chosen = [...new Set(Array.from({ length: POSITIONS }, (_, i) => Math.floor((i * (positions - 1)) / (POSITIONS - 1))))];
  const places = {
    weightInput: 0,
    weightHidden: width * inputSize,
    biasInput: width * right,
    biasHidden: width * (right + (inputBias ? 1 : 0)),
  };
  const elements = places.biasHidden + (hiddenBias ? width : 0);
  const out = 4;
  return {
    kernel,
    label: `${chosen.length} of batch ${batch}, T ${timeSteps}, hidden ${hiddenSize}, input ${inputSize}, ${parts} parts`,
    tolerance: sums,
    make() {
      const numbers = caseNumbers(31 + hiddenSize);
      const gates = new Float32Array(positions * sizes.gates);
      for (const position of chosen) gates.set(numbers.signed(sizes.gates), position * sizes.gates);
      const call: Call = { input: 0, ...places, out };
      return {
        buffers: {
          gates,
          input: numbers.signed(positions * sizes.input),
          states: numbers.signed((positions + batch) * sizes.states),
          out: unwritten(out + parts * partStride),
        },
        calls: [call],
        expected(buffers) {
          const twin: Buffers = { out: new Float64Array(elements) };
          for (const [name, columns] of Object.entries(sizes)) twin[name] = rowsOf(buffers[name] as Float64Array, columns, chosen);
          weightGradientTwin({ ...options, batch: chosen.length, timeSteps: 1, parts: 1 }, { ...call, out: 0 }, twin);
          return { out: twin.out };
        },
        actual: ({ out: left }) => ({
          out: Float64Array.from({ length: elements }, (_, i) => {
            let sum = 0;
            for (let part = 0; part < parts; part++) sum += left[out + part * partStride + i];
            return sum;
          }),
        }),
      };
    },
  };
}

function rowsOf(values: Float64Array, columns: number, rows: readonly number[]): Float64Array {
  const found = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    found.set(values.subarray(row * columns, (row + 1) * columns), index * columns);
  });
  return found;
}
