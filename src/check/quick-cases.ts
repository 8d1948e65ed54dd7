/**
 * Which cases run with every change: one code of each variant that default models use, and of the others as many as it takes to have every word of every
 * variant (a cell, a kind of input, a tile, lengths, a clip, ...) once per kernel. Cases of one code come together: compiling takes longer than running them.
 */

import type { Kernel } from '../../shaders/kernel.ts';
import { kernelCases } from './cases.ts';
import { isInUse, variantName } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';

const kernels = [...new Map(kernelCases.map(({ kernel }) => [kernel.code, kernel])).values()].sort((a, b) => a.code.length - b.code.length);
const wordsOf = ({ name, variant }: Kernel): string[] => variant.split(' ').map((word) => `${name} ${word}`);

const chosen = new Map<string, Kernel>();
for (const kernel of kernels) if (isInUse(kernel) && !chosen.has(variantName(kernel))) chosen.set(variantName(kernel), kernel);

const missing = new Set(kernels.flatMap(wordsOf));
const meet = (kernel: Kernel): void => {
  for (const word of wordsOf(kernel)) missing.delete(word);
};
[...chosen.values()].forEach(meet);
const newWords = (kernel: Kernel): number => wordsOf(kernel).filter((word) => missing.has(word)).length;
while (missing.size > 0) {
  const next = kernels.reduce((best, kernel) => (newWords(kernel) > newWords(best) ? kernel : best));
  chosen.set(variantName(next), next);
  meet(next);
}
const quickCodes = new Set([...chosen.values()].map(({ code }) => code));

export const quickCases: readonly KernelCase[] = kernelCases.filter(({ kernel }) => quickCodes.has(kernel.code));

/** Of the cases asked for the one with the shortest code: quick to compile, and none is easier to get wrong unnoticed. */
export const shortestCase = (isWanted: (tested: KernelCase) => boolean): KernelCase =>
  kernelCases.filter(isWanted).reduce((short, next) => (next.kernel.code.length < short.kernel.code.length ? next : short));
