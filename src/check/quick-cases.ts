/** Which cases run with every change. Of layer normalisation, whose cases cost as much as those of all cells, it is the shortest of each variant. */
import { kernelCases } from './cases.ts';
import { variantName } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';

const shortest = new Map<string, KernelCase>();
for (const tested of kernelCases) {
  const name = variantName(tested.kernel);
  const known = shortest.get(name);
  if (!known || tested.kernel.code.length < known.kernel.code.length) shortest.set(name, tested);
}

const isQuick = (tested: KernelCase): boolean =>
  !tested.kernel.name.startsWith('layer-norm') || shortest.get(variantName(tested.kernel)) === tested;

export const quickCases: readonly KernelCase[] = kernelCases.filter(isQuick);
/** The others: for test:long. */
export const longCases: readonly KernelCase[] = kernelCases.filter((tested) => !isQuick(tested));
