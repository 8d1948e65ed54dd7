import type { Buffers, Call } from './options.ts';
import { type PatchesOptions, patchPlaces } from './patches.ts';

/** sourceGradient: each number's share of all the patches that it lies in. */
export function patchesBackward(options: PatchesOptions, _call: Call, { patchesGradient, sourceGradient }: Buffers): void {
  sourceGradient.fill(0);
  for (const [place, origin] of patchPlaces(options)) sourceGradient[origin] += patchesGradient[place];
}
