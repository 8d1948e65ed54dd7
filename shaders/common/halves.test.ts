import { expect, it } from 'vitest';
import { type Kernel, read, readWrite } from '../kernel.ts';
import { declareBindings } from '../wgsl.ts';
import { readingHalves } from './halves.ts';

const kernelWith = (type: string, body: string, access = read): Kernel => ({
  name: 'tried',
  variant: 'plain',
  code: `${declareBindings([access('weights'), readWrite('out')], { weights: type, out: 'array<vec4f>' })}\nfn main() { ${body} }`,
  bindings: [access('weights'), readWrite('out')],
  uniforms: [],
  workgroupSize: [1, 1, 1],
  workgroups: [1, 1, 1],
  flop: 1,
});

it('unpacks every read of the binding, also one within the index of another, and nothing else', () => {
  const { code, variant, halves } = readingHalves(
    kernelWith('array<vec4f>', 'out[i] = weights[k[2u] + 1u] + my_weights[3u] + weights[u32(weights[0u].x)];'),
    ['weights'],
  );
  expect(code).toContain('var<storage, read> weights: array<vec2u>;');
  expect(code).toContain('out[i] = unpacked(weights[k[2u] + 1u]) + my_weights[3u] + unpacked(weights[u32(unpacked(weights[0u]).x)]);');
  expect([variant, halves]).toEqual(['plain f16', ['weights']]);
});

it('refuses a kernel that writes what it should have in halves, or reads it otherwise', () => {
  for (const kernel of [kernelWith('array<vec4f>', '', readWrite), kernelWith('array<f32>', '')])
    expect(() => readingHalves(kernel, ['weights'])).toThrow('kernel tried must read weights as array<vec4f>');
});

it('leaves a kernel alone of which nothing is in halves', () => {
  const kernel = kernelWith('array<vec4f>', '');
  expect(readingHalves(kernel, [])).toBe(kernel);
});
