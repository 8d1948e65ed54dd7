import { expect, it } from 'vitest';
import { kernelCases } from './cases.ts';
import { plantFault } from './fault.ts';

it('changes the code of every case, and nothing but the values that are stored', () => {
  for (const { kernel } of kernelCases) {
    const { code } = plantFault(kernel);
    expect(code).not.toBe(kernel.code);
    expect(code.replaceAll(/1\.5f \* \(| \^ (vec[24]u\(1u\)|1u)|[()]/g, '')).toBe(kernel.code.replaceAll(/[()]/g, ''));
  }
});

it('makes floats larger and turns a bit of integers', () => {
  const kernel = {
    ...kernelCases[0].kernel,
    bindings: [
      { name: 'a', access: 'read' },
      { name: 'b', access: 'read-write' },
      { name: 'c', access: 'read-write' },
    ],
    code: `@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read_write> b: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> c: array<u32>;
b[a[1] + 2u] = a[2] + b[3];
c[0] = 5u; if (b[1].x == 1.0f) { c[c[1]] = select(1u, 2u, true); }`,
  } as const;
  expect(plantFault(kernel).code.split('\n').slice(3)).toEqual([
    'b[a[1] + 2u] = 1.5f * (a[2] + b[3]);',
    'c[0] = (5u) ^ 1u; if (b[1].x == 1.0f) { c[c[1]] = (select(1u, 2u, true)) ^ 1u; }',
  ]);
});
