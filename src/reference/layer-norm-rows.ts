import { normalized } from './layer-norm.ts';
import type { Buffers, Call } from './options.ts';

export interface LayerNormRowsOptions {
  readonly rows: number;
  /** Rows of norms. */
  readonly positions: number;
  readonly gates: number;
  readonly planes: number;
  readonly hiddenSize: number;
  readonly units: number;
  readonly tokens: boolean;
  readonly bias: boolean;
}

/** W x of each row from call.first on, normalised over all gates: y and 1 / deviation into norms, gain y + bias into gates. */
export function layerNormRows(options: LayerNormRowsOptions, call: Call, { weights, tokens, norms, gates }: Buffers): void {
  const { rows, positions, gates: count, planes, hiddenSize, units } = options;
  const width = count * hiddenSize;
  for (let row = call.first; row < call.first + rows; row++) {
    const x = (place: number): number =>
      options.tokens ? weights[call.weightInput + tokens[row] * width + place] : norms[row * width + place];
    const { y, scale } = normalized(x, width, hiddenSize, units);
    y.forEach((value, place) => {
      norms[row * width + place] = value;
      gates[row * planes * hiddenSize + place] = weights[call.gain + place] * value + (options.bias ? weights[call.bias + place] : 0);
    });
    for (let field = 0; field < 4; field++) norms[positions * width + 4 * row + field] = field === 0 ? scale : 0;
  }
}
