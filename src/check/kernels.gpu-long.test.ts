import { afterAll, beforeAll, expect, it } from 'vitest';
import { requestDevice } from '../gpu/device.ts';
import { longCases } from './quick-cases.ts';
import { runCase } from './run-case.ts';

/** The cases that kernels.gpu.test.ts leaves out, against their Float64 twins. */

let device: GPUDevice;

beforeAll(async () => {
  device = await requestDevice();
});

afterAll(() => device.destroy());

it.concurrent.each(longCases)('$kernel.name $kernel.variant: $label', async (tested) => {
  const result = await runCase(device, tested);
  expect(result, result.worst).toMatchObject({ ok: true });
});
