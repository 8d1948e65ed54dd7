import { expect, it } from 'vitest';
import { describeAdapter } from './adapter.ts';

const unnamed = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false } as GPUAdapterInfo;

it.each([
  [{ vendor: 'google', architecture: 'swiftshader' }, 'google swiftshader', true],
  [{ vendor: 'mesa', description: 'llvmpipe (LLVM 15, 256 bits)' }, 'llvmpipe (LLVM 15, 256 bits)', true],
  [{ vendor: 'unheard of', isFallbackAdapter: true }, 'unheard of', true],
  [{ vendor: 'apple', architecture: 'metal-3' }, 'apple metal-3', false],
  [{}, 'unnamed adapter', false],
])('describes %j', (info, name, software) => {
  expect(describeAdapter({ ...unnamed, ...info })).toEqual({ name, software });
});
