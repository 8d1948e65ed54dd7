import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestDevice } from '../gpu/device.ts';
import { kernelCases } from './cases.ts';
import { checkKernels } from './check.ts';
import { plantFault } from './fault.ts';
import { variantName } from './in-use.ts';
import { quickCases, shortestCase } from './quick-cases.ts';
import { type CaseResult, runCase } from './run-case.ts';

/** Every kernel against its Float64 twin in whatever its variants are made of, and whether the comparison notices a fault; `check --full` runs them all (src/node/check.long.test.ts). */

let device: GPUDevice;
const results: CaseResult[] = [];

beforeAll(async () => {
  device = await requestDevice();
});

afterAll(() => {
  device.destroy();
  console.log(
    `kernels: ${results.length} cases of ${new Set(results.map((result) => `${result.kernel} ${result.variant}`)).size} variants`,
  );
});

const names = [...new Set(kernelCases.map(({ kernel }) => kernel.name))];

describe.each(names)('%s', (name) => {
  it.concurrent.each(quickCases.filter(({ kernel }) => kernel.name === name))('$kernel.variant: $label', async (tested) => {
    const result = await runCase(device, tested);
    expect(result, result.worst).toMatchObject({ ok: true });
    results.push(result);
  });
});

it('has run every case', () => {
  expect(results.length).toBe(quickCases.length);
});

describe('a planted fault is found', () => {
  it.concurrent.each(names)('in %s', async (name) => {
    const result = await runCase(
      device,
      shortestCase(({ kernel }) => kernel.name === name),
      plantFault,
    );
    expect(result).toMatchObject({ kernel: name, ok: false });
  });
});

describe('check', () => {
  it('finds every kernel right on this adapter, one result per variant', async () => {
    const found = await collect({});
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
    expect(new Set(found.map(({ kernel, variant }) => variantName({ name: kernel, variant }))).size).toBe(found.length);
    for (const whole of ['training-gradient', 'training-over-time', 'training-repeated'])
      expect(found.filter(({ kernel }) => kernel === whole)).toHaveLength(5);
  });

  it('finds a fault in a kernel that default models do not even use, and only that', async () => {
    const wrong = (await collect({ fault: 'accumulate' })).filter(({ ok }) => !ok);
    expect(wrong.map(({ kernel }) => kernel)).toEqual(['accumulate']);
  });

  it('refuses a fault in a kernel that is not there', async () => {
    await expect(collect({ fault: 'nothing' })).rejects.toThrow(/fault must be one of .*gather-batch, .*, got nothing/);
  });

  async function collect(options: Parameters<typeof checkKernels>[1]): Promise<CaseResult[]> {
    const found: CaseResult[] = [];
    for await (const result of checkKernels(device, options)) found.push(result);
    return found;
  }
});
