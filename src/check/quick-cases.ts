/**
 * Which cases run with every change: those of the variants that default models use, and of the others as many as it takes to have every word of every
 * variant (a cell, a kind of input, a tile, lengths, a clip, ...) once. Cases of one code come together: compiling takes longer than running them.
 */
import { kernelCases } from './cases.ts';
import { isInUse } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';

const met = new Set<string>();
const quickCodes = new Set<string>();
for (const { kernel } of kernelCases) {
  const words = kernel.variant.split(' ').map((word) => `${kernel.name} ${word}`);
  if (!isInUse(kernel) && words.every((word) => met.has(word))) continue;
  quickCodes.add(kernel.code);
  for (const word of words) met.add(word);
}

export const quickCases: readonly KernelCase[] = kernelCases.filter(({ kernel }) => quickCodes.has(kernel.code));

/** Of the cases asked for the one with the shortest code: quick to compile, and none is easier to get wrong unnoticed. */
export const shortestCase = (isWanted: (tested: KernelCase) => boolean): KernelCase =>
  kernelCases.filter(isWanted).reduce((short, next) => (next.kernel.code.length < short.kernel.code.length ? next : short));
