import type { Buffers } from './options.ts';

/** The parameters of a model as the twin is told of them: where each lies, and how its copy does. */
export interface PackHalvesOptions {
  readonly copies: readonly {
    readonly rows: number;
    readonly columns: number;
    /** First element in parameters. */
    readonly offset: number;
    /** First element in weights. */
    readonly weights: number;
    readonly copy: 'none' | 'straight' | 'transposed';
  }[];
}

/** The multiple of f16's step at this magnitude that is nearest, the even one of two, and at most 65504: IEEE 754, binary16. */
function nearestHalf(value: number): number {
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), -14);
  const step = 2 ** (exponent - 10);
  const count = Math.abs(value) / step;
  const below = Math.floor(count);
  const isUp = count - below > 0.5 || (count - below === 0.5 && below % 2 === 1);
  return Math.sign(value) * Math.min((below + (isUp ? 1 : 0)) * step, 65504);
}

/** weights[e], two f16 to a u32, of the forward copy of each parameter; here as the numbers that they say. */
export function packHalves({ copies }: PackHalvesOptions, { parameters }: Buffers, weights: Float64Array): void {
  for (const { rows, columns, offset, weights: first, copy } of copies) {
    if (copy === 'none') continue;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = parameters[offset + row * columns + column];
        weights[first + (copy === 'transposed' ? column * rows + row : row * columns + column)] = value === 0 ? 0 : nearestHalf(value);
      }
    }
  }
}
