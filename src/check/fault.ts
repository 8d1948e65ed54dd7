/**
 * A fault on purpose, to see that `check` would notice one: every number that the kernel stores is half as large again (a wrong sign could meet
 * another and vanish), every integer has its lowest bit turned.
 */
import type { Kernel } from '../../shaders/kernel.ts';
import { closingBracket } from '../../shaders/wgsl.ts';
import { changeKernels } from '../gpu/pipelines.ts';

/** Every plan that this device runs from now on has the fault in the kernel of that name, in all its variants; undefined takes it away. */
export function plantFaultOn(device: GPUDevice, name: string | undefined): void {
  changeKernels(device, name === undefined ? undefined : (kernel) => (kernel.name === name ? plantFault(kernel) : kernel));
}

export function plantFault(kernel: Kernel): Kernel {
  let { code } = kernel;
  for (const { name, access } of kernel.bindings) {
    const type = access === 'read-write' && elementType(code, name);
    // a maximum of all threads is no store
    if (type && !type.startsWith('atomic')) code = changeStores(code, name, type);
  }
  return { ...kernel, variant: `${kernel.variant} with a fault`, code };
}

/** The element type of a storage binding, as the WGSL declares it. */
function elementType(code: string, name: string): string {
  const type = new RegExp(`> ${name}: array<([\\w<>]+)>;`).exec(code)?.[1];
  if (!type) throw new Error(`binding ${name} must be declared as an array, got none in ${code.slice(0, 200)}`);
  return type;
}

function wrong(value: string, type: string): string {
  if (type === 'u32') return `(${value}) ^ 1u`;
  return /^vec\du$/.test(type) ? `(${value}) ^ ${type}(1u)` : `1.5f * (${value})`;
}

/** Replaces the value in each `name[...] = value;`. */
function changeStores(code: string, name: string, type: string): string {
  const store = new RegExp(`\\b${name}\\[`, 'g');
  let changed = '';
  let done = 0;
  for (const { index } of code.matchAll(store)) {
    const close = closingBracket(code, index + name.length);
    const end = code.indexOf(';', close);
    if (code.slice(close + 1, close + 4) !== ' = ' || index < done) continue;
    changed += `${code.slice(done, close + 4)}${wrong(code.slice(close + 4, end), type)}`;
    done = end;
  }
  return changed + code.slice(done);
}
