/** Layer normalisation (Ba, Kiros and Hinton 2016) of a row, forward and backward, and where the recurrent kernels keep what they need of it. */
import { type Buffers, type Call, type Cell, gateCount, planeCount } from './options.ts';

export const epsilon = 1e-5;

/** Of a layer: its units without padding, and the time steps of its buffers. */
export interface LayerNormShape {
  readonly units: number;
  readonly timeSteps: number;
}

/** Where the parts of `norms` begin: behind dL/d(U h), [T * B, P * H], its products, the LSTM's c and what is known of each row. */
export function normPlaces(cell: Cell, positions: number, hiddenSize: number) {
  const ofCell = cell === 'lstm' ? positions * hiddenSize : 0;
  const normed = positions * planeCount(cell) * hiddenSize;
  const cellNormed = normed + positions * gateCount(cell) * hiddenSize;
  const cellDelta = cellNormed + ofCell;
  const statistics = cellDelta + ofCell;
  return { normed, cellNormed, cellDelta, statistics, elements: statistics + 4 * positions };
}

/** y = (x - mean) / deviation, over those of `length` places that are units, in blocks of `hiddenSize`. */
export function normalized(
  x: (place: number) => number,
  length: number,
  hiddenSize: number,
  units: number,
): { readonly y: Float64Array; readonly scale: number } {
  const isUnit = (place: number): boolean => place % hiddenSize < units;
  const count = (length / hiddenSize) * units;
  let sum = 0;
  for (let place = 0; place < length; place++) if (isUnit(place)) sum += x(place);
  const mean = sum / count;
  let squares = 0;
  for (let place = 0; place < length; place++) if (isUnit(place)) squares += (x(place) - mean) ** 2;
  const scale = 1 / Math.sqrt(squares / count + epsilon);
  return { y: Float64Array.from({ length }, (_, place) => (isUnit(place) ? (x(place) - mean) * scale : 0)), scale };
}

/** dL/dx from e = gain dL/dLN(x). */
export function normalizedGradient(
  e: (place: number) => number,
  y: (place: number) => number,
  scale: number,
  length: number,
  hiddenSize: number,
  units: number,
): Float64Array {
  const count = (length / hiddenSize) * units;
  let mean = 0;
  let along = 0;
  for (let place = 0; place < length; place++) {
    mean += e(place) / count;
    along += (e(place) * y(place)) / count;
  }
  return Float64Array.from({ length }, (_, place) => (place % hiddenSize < units ? (e(place) - mean - y(place) * along) * scale : 0));
}

/** The normalised c of unit j, from element `place` of [T * B, H], with its gain and bias. */
export const normedCell = (values: Buffers[string], call: Call, norms: Buffers[string], first: number, place: number, j: number): number =>
  values[call.gainCell + j] * norms[first + place] + values[call.biasCell + j];
