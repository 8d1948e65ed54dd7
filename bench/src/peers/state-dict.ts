// From the workload's Keras-like weights to the names and shapes of a PyTorch state dict. Both order the gates i f g o, or r z n.
import type { Weight } from '../data.ts';

/** [rows, columns] to [columns, rows]. */
export function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = matrix[row * columns + column];
  }
  return out;
}

const names = { wx: 'rnn.weight_ih_l0', wh: 'rnn.weight_hh_l0', b: 'rnn.bias_ih_l0', wy: 'head.weight', by: 'head.bias' } as const;

/** wx [I, GH] becomes rnn.weight_ih_l0 [GH, I], wh likewise, wy [H, O] becomes head.weight [O, H]; biases keep their shape. */
export function toStateDict(weights: readonly Weight[]): Map<string, Float32Array> {
  return new Map(
    weights.map(({ name, shape, data }) => [names[name], shape.length === 2 ? transpose(data, shape[0], shape[1]) : data.slice()]),
  );
}
