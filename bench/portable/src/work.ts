// What a training step must at least do, and what share of a device's limits that makes of a measured time.
import { modelSpec, parameterCount, parameterTable } from '../../../src/index.ts';
import { type Cell, GATES } from '../../src/workload.ts';
import { modelOf, type Size } from './size.ts';

const FLOAT_BYTES = 4;

/** Limits of a device. */
export interface Roofs {
  readonly flopPerSecond: number;
  readonly bytesPerSecond: number;
}

/**
 * Floating-point operations of the matrix products of one training step, two per multiply-add: W x, U h and the head forward; dW, dU, U' dz and both products
 * of the head in reverse. The gradient of the input is nobody's, and a product with a one-hot input is a gather: neither counts, so that no engine is credited for
 * work that is not needed.
 */
export function stepFlop({ input, batch, timeSteps, inputSize, hiddenSize, classes }: Size, cell: Cell): number {
  const inputProducts = input === 'vectors' ? 2 * inputSize : 0;
  return 2 * batch * timeSteps * (GATES[cell] * hiddenSize * (inputProducts + 3 * hiddenSize) + 3 * hiddenSize * classes);
}

/**
 * Bytes that one training step must at least move through memory, each stored number written once and read once: the input read forward and in reverse; activated gates, their
 * gradients, states, the gradient of the states and logits written and read. Parameters are read forward and in reverse, their gradients written, read by the norm and
 * read by Adam, which reads and writes parameter and two moments. Recurrent weights are not counted again for each time step, since they may stay in caches.
 */
export function stepBytes(size: Size, cell: Cell): number {
  const { input, batch, timeSteps, inputSize, hiddenSize, classes } = size;
  const isVectors = input === 'vectors';
  const states = cell === 'lstm' ? 2 : 1;
  const read = isVectors ? inputSize : 1;
  const stored = 2 * GATES[cell] * hiddenSize + (states + 1) * hiddenSize + classes;
  const parameters = parameterCount(parameterTable(modelSpec(modelOf(size, cell))));
  return FLOAT_BYTES * (batch * timeSteps * (2 * read + 2 * stored) + parameters * (2 + 3 + 6));
}

/** Share of each roof that a step of so many milliseconds reaches, 0 to 1. */
export function sharesOf(size: Size, cell: Cell, milliseconds: number, roofs: Roofs) {
  const seconds = milliseconds / 1000;
  return {
    flopShare: stepFlop(size, cell) / seconds / roofs.flopPerSecond,
    bandwidthShare: stepBytes(size, cell) / seconds / roofs.bytesPerSecond,
  };
}

/** The larger of two measurements of each roof, and who measured it: a limit is what anything reached. */
export function highest(measured: Readonly<Record<string, Roofs>>) {
  const top = (of: keyof Roofs) => Object.entries(measured).reduce((best, next) => (next[1][of] > best[1][of] ? next : best));
  const [[flopBy, flop], [bytesBy, bytes]] = [top('flopPerSecond'), top('bytesPerSecond')];
  return { flopPerSecond: flop.flopPerSecond, flopBy, bytesPerSecond: bytes.bytesPerSecond, bytesBy };
}
