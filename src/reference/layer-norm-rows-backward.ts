import { normalizedGradient } from './layer-norm.ts';
import type { LayerNormRowsOptions } from './layer-norm-rows.ts';
import type { Buffers, Call } from './options.ts';

/** In gates, from the row call.first on: dL/dz of a row becomes dL/d(W x); `apart`: delta gets it instead. */
export function layerNormRowsBackward(
  options: Omit<LayerNormRowsOptions, 'tokens' | 'bias'> & { readonly apart?: boolean },
  call: Call,
  { parameters, norms, gates, delta }: Buffers,
): void {
  const { rows, positions, gates: count, planes, hiddenSize, units } = options;
  const width = count * hiddenSize;
  for (let row = call.first; row < call.first + rows; row++) {
    const into = row * planes * hiddenSize;
    const e = (place: number): number => gates[into + place] * parameters[call.gain + place];
    const y = (place: number): number => norms[row * width + place];
    (options.apart ? delta : gates).set(normalizedGradient(e, y, norms[positions * width + 4 * row], width, hiddenSize, units), into);
  }
}
