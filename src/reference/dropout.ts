import { type Buffers, type Call, float32View } from './options.ts';
import { pcg4d } from './sample.ts';

export type Dropout = 'none' | 'noise' | 'mask';

/** Where the seed lies in `control`, and what is added to the layer so that this noise is no other's. */
const seedPlace = 7;
const domain = 0xd0000000;

/** What element `column` of position t * B + b is multiplied by: 0 with probability p, else 1 / (1 - p). `call.probability` is p as f32 bits. */
export function dropoutFactor(kind: Dropout, call: Call, buffers: Buffers, position: number, column: number, columns: number): number {
  if (kind === 'none') return 1;
  if (kind === 'mask') return buffers.mask[(call.mask ?? 0) + position * columns + column];
  const [probability] = float32View(Uint32Array.of(call.probability));
  const seed = buffers.control[(call.control ?? 0) + seedPlace];
  const noise = pcg4d([seed, domain + (call.layer ?? 0), position, Math.floor(column / 4)])[column % 4];
  return noise / 2 ** 32 < Math.floor(probability * 2 ** 24) / 2 ** 24 ? 0 : 1 / (1 - probability);
}
