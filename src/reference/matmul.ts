import type { Buffers, Call } from './options.ts';

export interface MatmulOptions {
  /** M. */
  readonly rows: number;
  /** N. */
  readonly columns: number;
  /** K, the length of the sums. */
  readonly inner: number;
  /** `rows`: L(m, k) is left[m * leftStride + k]; `columns`: left[k * leftStride + m]. */
  readonly left: 'rows' | 'columns';
  readonly leftStride: number;
  /** `rows`: R(k, n) is right[k * rightStride + n]; `columns`: right[n * rightStride + k]. */
  readonly right: 'rows' | 'columns';
  readonly rightStride: number;
  readonly outStride: number;
  /** Adds right[call.bias + n]. */
  readonly bias: boolean;
  /** Above 1: split-K, every part a matrix of its own. */
  readonly parts: number;
  /** Adds to what out holds. */
  readonly accumulate?: boolean;
}

/** How many k one part of a split-K product covers: a multiple of 4. */
export function partLength(inner: number, parts: number): number {
  return Math.ceil(Math.ceil(inner / parts) / 4) * 4;
}

/** out[m, n] = sum over k of L(m, k) R(k, n), plus a bias (and what out holds); see the options for the layouts. */
export function matmul(options: MatmulOptions, call: Call, buffers: Buffers): void {
  const { rows, columns, inner, parts } = options;
  const { left, right, out } = buffers;
  const length = parts > 1 ? partLength(inner, parts) : inner;
  for (let part = 0; part < parts; part++) {
    const end = Math.min((part + 1) * length, inner);
    for (let m = 0; m < rows; m++) {
      for (let n = 0; n < columns; n++) {
        const place = call.out + (part * rows + m) * options.outStride + n;
        let sum = options.accumulate ? out[place] : 0;
        for (let k = part * length; k < end; k++) {
          const l = options.left === 'rows' ? m * options.leftStride + k : k * options.leftStride + m;
          const r = options.right === 'rows' ? k * options.rightStride + n : n * options.rightStride + k;
          sum += left[call.left + l] * right[call.right + r];
        }
        if (options.bias && part === 0) sum += right[call.bias + n];
        out[place] = sum;
      }
    }
  }
}
