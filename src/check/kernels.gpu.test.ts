import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestDevice } from '../index.ts';
import { kernelCases } from './cases.ts';
import { runCase } from './run-case.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

const names = [...new Set(kernelCases.map(({ kernel }) => kernel.name))];
describe.each(names)('%s', (name) => {
  it.concurrent.each(kernelCases.filter(({ kernel }) => kernel.name === name))('$kernel.variant: $label', async (tested) => {
    const start = performance.now();
    const result = await runCase(device, tested);
    (globalThis as any).rows ??= [];
    (globalThis as any).rows.push([result.kernel, result.variant, result.label, result.largestError, result.tolerance, performance.now() - start]);
    expect(result, result.worst).toMatchObject({ ok: true });
  });
});
afterAll(() => { console.log('ROWS' + JSON.stringify((globalThis as any).rows)); });
