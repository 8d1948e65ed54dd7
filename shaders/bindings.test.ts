/** The declarations in each kernel's WGSL against the table from which the host makes layouts, bind groups and uniforms. */
import { describe, expect, it } from 'vitest';
import { kernelCases } from '../src/check/cases.ts';

interface Declared {
  readonly bindings: readonly { readonly name: string; readonly access: string }[];
  readonly uniforms: readonly string[];
}

/** Everything that stands behind an @binding, in order of its number; any other address space or group fails here. */
function declarations(code: string): Declared {
  const found = [...code.matchAll(/@group\((\d+)\)\s*@binding\((\d+)\)\s*var<([^>]+)>\s*(\w+)\s*:\s*([^;]+);/g)]
    .map(([, group, place, space, name, type]) => ({ group: Number(group), place: Number(place), space, name, type }))
    .sort((a, b) => a.place - b.place);
  expect(found.length).toBe(code.match(/@binding/g)?.length);
  expect(found.every(({ group }) => group === 0)).toBe(true);
  const uniform = found.filter(({ space }) => space === 'uniform');
  const storage = found.filter(({ space }) => space !== 'uniform');
  expect(uniform.map(({ place, name, type }) => [place, name, type])).toEqual(uniform.length > 0 ? [[0, 'call', 'Call']] : []);
  expect(storage.map(({ place }) => place)).toEqual(storage.map((_, index) => index + 1));
  const fields = /struct Call \{([^}]*)\}/.exec(code)?.[1] ?? '';
  const uniforms = fields
    .split(',')
    .map((field) => field.trim())
    .filter(Boolean);
  expect(uniforms.every((field) => /^\w+: u32$/.test(field))).toBe(true);
  return {
    bindings: storage.map(({ name, space }) => ({
      name,
      access: { 'storage, read': 'read', 'storage, read_write': 'read-write' }[space] ?? space,
    })),
    uniforms: uniforms.map((field) => field.replace(': u32', '')),
  };
}

const names = [...new Set(kernelCases.map(({ kernel }) => kernel.name))];

describe.each(names)('%s', (name) => {
  const kernels = kernelCases.map(({ kernel }) => kernel).filter((kernel) => kernel.name === name);

  it('declares what its table says, in every variant', () => {
    for (const { code, bindings, uniforms } of kernels) expect(declarations(code)).toEqual({ bindings, uniforms });
  });

  it('stays within the bindings and the threads that every WebGPU has', () => {
    for (const { name, bindings, workgroupSize, workgroups } of kernels) {
      // several beside each other are made only where an adapter has more
      expect(bindings.length).toBeLessThanOrEqual(name === 'beside' ? 10 : 8);
      expect(workgroupSize[0] * workgroupSize[1] * workgroupSize[2]).toBeLessThanOrEqual(256);
      expect(workgroups.every((count) => Number.isInteger(count) && count > 0)).toBe(true);
    }
  });

  it('has the workgroup size that its code says', () => {
    for (const { code, workgroupSize } of kernels) expect(code).toMatch(new RegExp(`@workgroup_size\\(${workgroupSize[0]}\\)\\s*fn main`));
  });
});
