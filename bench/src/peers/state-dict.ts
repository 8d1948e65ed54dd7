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

const names = {
  wx: 'weight_ih',
  wh: 'weight_hh',
  b: 'bias_ih',
  wy: 'head.weight',
  by: 'head.bias',
  embedding: 'embedding.weight',
} as const;

const nameOf = ({ name, layer }: Weight): string => (layer === undefined ? names[name] : `rnn.${names[name]}_l${layer}`);

/** wx [I, GH] of layer n becomes rnn.weight_ih_l{n} [GH, I], wh likewise, wy [H, O] becomes head.weight [O, H]; biases and the embedding keep their shape. */
export function toStateDict(weights: readonly Weight[]): Map<string, Float32Array> {
  return new Map(
    weights.map((weight) => {
      const { name, shape, data } = weight;
      return [nameOf(weight), shape.length === 2 && name !== 'embedding' ? transpose(data, shape[0], shape[1]) : data.slice()];
    }),
  );
}
