// The data and the starting weights of a workload, made from seeds: the same numbers in every peer's page.
import { GATES, inputWidth, type Workload } from './workload.ts';

/** Task A: x and y are Int32 [B, T]. Task B: x is Float32 [B, T, I], y is Int32 [B]. Batch-major. */
export interface Data {
  readonly x: Int32Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  readonly y: Int32Array<ArrayBuffer>;
}

/** One parameter in Keras form: row-major, inputs first. */
export interface Weight {
  readonly name: 'embedding' | 'wx' | 'wh' | 'b' | 'wy' | 'by';
  /** Of wx, wh and b, from 0. */
  readonly layer?: number;
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** mulberry32: uniform numbers in [0, 1). */
function createUniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Task A: y is x one step ahead; 9 in 10 next tokens follow a fixed rule, the others are drawn. */
function makeTokens({ B, T, I, O }: Workload, uniform: () => number): Data {
  const x = new Int32Array(B * T);
  const y = new Int32Array(B * T);
  for (let b = 0; b < B; b++) {
    let token = Math.floor(uniform() * I);
    for (let t = 0; t < T; t++) {
      x[b * T + t] = token;
      token = uniform() < 0.9 ? (token * 5 + 17) % O : Math.floor(uniform() * O);
      y[b * T + t] = token;
    }
  }
  return { x, y };
}

/** Task B: y is the sign of the sum of feature 0 over time. */
function makeVectors({ B, T, I }: Workload, uniform: () => number): Data {
  const x = new Float32Array(B * T * I);
  const y = new Int32Array(B);
  for (let b = 0; b < B; b++) {
    let sum = 0;
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < I; i++) {
        const value = uniform() * 2 - 1;
        x[(b * T + t) * I + i] = value;
        if (i === 0) sum += value;
      }
    }
    y[b] = sum > 0 ? 1 : 0;
  }
  return { x, y };
}

/** One batch, used at every step. */
export function makeData(workload: Workload, seed = 1): Data {
  const uniform = createUniform(seed);
  return workload.task === 'A' ? makeTokens(workload, uniform) : makeVectors(workload, uniform);
}

/**
 * The starting weights: Glorot-uniform matrices per gate, zero biases but 1 for the LSTM's forget gate. In this order: embedding [I, E] if there is one;
 * per layer wx [width, GH], wh [H, GH], b [GH]; wy [H, O], by [O]; gate order i f g o or r z n along GH.
 */
export function makeWeights(workload: Workload, seed = 7): Weight[] {
  const { cell, I, E, L, H, O } = workload;
  const width = GATES[cell] * H;
  const uniform = createUniform(seed);
  const matrix = (rows: number, columns: number, fanOut = columns) =>
    Float32Array.from({ length: rows * columns }, () => (uniform() * 2 - 1) * Math.sqrt(6 / (rows + fanOut)));
  const bias = () => {
    const values = new Float32Array(width);
    return cell === 'lstm' ? values.fill(1, H, 2 * H) : values;
  };
  const weights: Weight[] = E > 0 ? [{ name: 'embedding', shape: [I, E], data: matrix(I, E) }] : [];
  for (let layer = 0; layer < L; layer++) {
    const rows = layer === 0 ? inputWidth(workload) : H;
    weights.push(
      { name: 'wx', layer, shape: [rows, width], data: matrix(rows, width, H) },
      { name: 'wh', layer, shape: [H, width], data: matrix(H, width, H) },
      { name: 'b', layer, shape: [width], data: bias() },
    );
  }
  return [...weights, { name: 'wy', shape: [H, O], data: matrix(H, O) }, { name: 'by', shape: [O], data: new Float32Array(O) }];
}
