// The quick self-test of the kernels, in sum.
import { checkKernels } from '../../../src/check/check.ts';

export interface Check {
  readonly kernels: number;
  /** Kernel, variant and where it is wrong. */
  readonly failed: readonly string[];
  readonly seconds: number;
}

export async function check(device: GPUDevice): Promise<Check> {
  const began = performance.now();
  const failed: string[] = [];
  let kernels = 0;
  for await (const { kernel, variant, ok, worst } of checkKernels(device)) {
    kernels++;
    if (!ok) failed.push(`${kernel} (${variant}): ${worst}`);
  }
  return { kernels, failed, seconds: (performance.now() - began) / 1000 };
}
