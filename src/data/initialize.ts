import type { Initializer } from '../spec/initializer.ts';
import type { Parameter } from '../spec/parameters.ts';
import { createRandom, hashText, hashWords, type Random } from './random.ts';
import { spectralRadius } from './spectral-radius.ts';

/**
 * The first values of all parameters, name to unpadded row-major numbers. Each parameter draws from a stream of its own,
 * seeded by (seed, name): adding a layer or a bias leaves the others as they were.
 *
 * Cost: an orthogonal block of H rows and columns takes 2·H³ operations, an LSTM of 1024 units a few seconds; a set spectral radius
 * takes sixteen times that.
 */
export function initialize(table: readonly Parameter[], seed: number): Map<string, Float32Array> {
  return new Map(table.map((parameter) => [parameter.name, initialValues(parameter, seed)]));
}

function initialValues(parameter: Parameter, seed: number): Float32Array {
  const values = new Float32Array(parameter.elements);
  const random = createRandom(hashWords(seed, hashText(parameter.name)));
  const rows = parameter.shape[0] / parameter.blocks;
  const columns = parameter.elements / parameter.shape[0];
  const { initializer } = parameter;
  for (let block = 0; block < parameter.blocks; block++) {
    const part = values.subarray(block * rows * columns, (block + 1) * rows * columns);
    fillBlock(part, block, rows, columns, initializer, random);
  }
  if (initializer.kind === 'chrono') fillChrono(values, rows, initializer.longest, initializer.hasInputGate, random);
  return values;
}

/** Fills one gate block, [rows, columns] row-major. */
function fillBlock(part: Float32Array, block: number, rows: number, columns: number, initializer: Initializer, random: Random): void {
  switch (initializer.kind) {
    case 'zeros':
      return;
    case 'ones':
      part.fill(1);
      return;
    case 'uniform':
      fillUniform(part, initializer.bound, random);
      return;
    case 'normal':
      for (let i = 0; i < part.length; i++) part[i] = initializer.standardDeviation * random.normal();
      return;
    case 'xavier':
      fillUniform(part, initializer.gain * Math.sqrt(6 / (rows + columns)), random);
      return;
    case 'orthogonal':
      fillOrthogonal(part, rows, columns, initializer.gain, random);
      return;
    case 'identity':
      for (let i = 0; i < Math.min(rows, columns); i++) part[i * columns + i] = initializer.gain;
      return;
    case 'lstm-bias':
      fillUniform(part, initializer.bound, random);
      if (block === 1) for (let i = 0; i < part.length; i++) part[i] += initializer.forgetBias;
      return;
    case 'spectral-radius':
      fillBlock(part, block, rows, columns, initializer.matrix, random);
      scaleToRadius(part, rows, initializer.radius);
      return;
    case 'chrono':
      fillUniform(part, initializer.bound, random);
      return;
  }
}

function fillUniform(part: Float32Array, bound: number, random: Random): void {
  if (bound === 0) return;
  for (let i = 0; i < part.length; i++) part[i] = bound * (2 * random.uniform() - 1);
}

function scaleToRadius(part: Float32Array, size: number, radius: number): void {
  const scale = radius / spectralRadius(part, size);
  // a matrix of zeros has no radius to scale
  if (Number.isFinite(scale)) for (let i = 0; i < part.length; i++) part[i] *= scale;
}

/** Block 1 keeps the old state, block 0 lets the new one in: one draw for both, so that they add up to 1 behind the sigmoid. */
function fillChrono(values: Float32Array, rows: number, longest: number, hasInputGate: boolean, random: Random): void {
  for (let row = 0; row < rows; row++) {
    const bias = Math.log(1 + (longest - 2) * random.uniform());
    values[rows + row] = bias;
    if (hasInputGate) values[row] = 0 - bias;
  }
}

/** Orthonormal rows (or columns, where there are more rows than columns), uniform over all such matrices, times gain. */
function fillOrthogonal(part: Float32Array, rows: number, columns: number, gain: number, random: Random): void {
  const tall = rows > columns;
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors = Float64Array.from({ length: count * length }, () => random.normal());
  orthonormalize(vectors, count, length);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < length; j++) part[tall ? j * columns + i : i * columns + j] = gain * vectors[i * length + j];
  }
}

/**
 * Modified Gram-Schmidt in place over `count` vectors of `length` numbers. In Float64 one pass is enough for normal random
 * vectors: what is left of their overlap is far below the resolution of f32. Four finished vectors are removed at a time,
 * so that four sums run side by side.
 */
function orthonormalize(vectors: Float64Array, count: number, length: number): void {
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * length, (i + 1) * length);
    let done = 0;
    for (; done + 4 <= i; done += 4) removeFour(vector, vectors.subarray(done * length, (done + 4) * length), length);
    for (; done < i; done++) removeOne(vector, vectors.subarray(done * length, (done + 1) * length), length);
    let square = 0;
    for (let j = 0; j < length; j++) square += vector[j] * vector[j];
    const scale = 1 / Math.sqrt(square);
    for (let j = 0; j < length; j++) vector[j] *= scale;
  }
}

function removeOne(vector: Float64Array, unit: Float64Array, length: number): void {
  let overlap = 0;
  for (let j = 0; j < length; j++) overlap += vector[j] * unit[j];
  for (let j = 0; j < length; j++) vector[j] -= overlap * unit[j];
}

function removeFour(vector: Float64Array, units: Float64Array, length: number): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let j = 0; j < length; j++) {
    const x = vector[j];
    a += x * units[j];
    b += x * units[length + j];
    c += x * units[2 * length + j];
    d += x * units[3 * length + j];
  }
  for (let j = 0; j < length; j++) {
    vector[j] -= a * units[j] + b * units[length + j] + c * units[2 * length + j] + d * units[3 * length + j];
  }
}
