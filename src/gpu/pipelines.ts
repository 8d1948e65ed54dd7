/** Pipelines, made asynchronously and in parallel, one per device and WGSL text; compile errors come with the line and its source. */
import type { Kernel } from '../../shaders/kernel.ts';
import { withImmediates } from '../plan/host-tables.ts';

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** How a dispatch gets the values of its call: by `setImmediates`, or from binding 0, a uniform buffer with a dynamic offset. */
  readonly call: 'immediates' | 'uniforms' | 'none';
}

const devicesWithout = new WeakSet<GPUDevice>();

/** Makes a device that has immediates do without them; for tests, before its first pipeline. */
export const avoidImmediates = (device: GPUDevice): void => {
  devicesWithout.add(device);
};

/** Immediates are a language feature of the browser (Chrome 149 and later) and 64 bytes; what Node has does not say whether it has them. */
function callOf(device: GPUDevice, { uniforms }: Kernel): Pipeline['call'] {
  if (uniforms.length === 0) return 'none';
  const isKnown = globalThis.navigator?.gpu?.wgslLanguageFeatures?.has('immediate_address_space') && !devicesWithout.has(device);
  return isKnown && 4 * uniforms.length <= device.limits.maxImmediateSize ? 'immediates' : 'uniforms';
}

const caches = new WeakMap<GPUDevice, Map<string, Promise<Pipeline>>>();

const changes = new WeakMap<GPUDevice, (kernel: Kernel) => Kernel>();

/** Makes a device compile other code than it is given, or its own again; for tests of what notices faults. */
export function changeKernels(device: GPUDevice, change: ((kernel: Kernel) => Kernel) | undefined): void {
  if (change) changes.set(device, change);
  else changes.delete(device);
}

/** What this device compiles for a kernel: the kernel itself, unless a test has changed it. */
export const kernelOn = (device: GPUDevice, kernel: Kernel): Kernel => changes.get(device)?.(kernel) ?? kernel;

export function createPipeline(device: GPUDevice, given: Kernel): Promise<Pipeline> {
  const kernel = kernelOn(device, given);
  const cache = caches.get(device) ?? new Map<string, Promise<Pipeline>>();
  caches.set(device, cache);
  const known = cache.get(kernel.code);
  if (known) return known;
  const made = compile(device, kernel);
  cache.set(kernel.code, made);
  made.catch(() => cache.delete(kernel.code));
  return made;
}

const COMPUTE = 4; // GPUShaderStage.COMPUTE

async function compile(device: GPUDevice, kernel: Kernel): Promise<Pipeline> {
  const label = `${kernel.name} (${kernel.variant})`;
  const call = callOf(device, kernel);
  const layout = device.createBindGroupLayout({
    label,
    entries: [
      ...(call === 'uniforms' ? [{ binding: 0, visibility: COMPUTE, buffer: { type: 'uniform' as const, hasDynamicOffset: true } }] : []),
      ...kernel.bindings.map(({ access }, index) => ({
        binding: index + 1,
        visibility: COMPUTE,
        buffer: { type: access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
      })),
    ],
  });
  const code = call === 'immediates' ? withImmediates(kernel.code) : kernel.code;
  const immediateSize = call === 'immediates' ? 4 * kernel.uniforms.length : 0;
  const module = device.createShaderModule({ label, code });
  try {
    const pipeline = await device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout], ...(immediateSize && { immediateSize }) }),
      compute: { module, entryPoint: 'main' },
    });
    return { pipeline, layout, call };
  } catch (error) {
    throw new Error(
      `kernel ${label} does not compile: ${await explain(module, code)} ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

async function explain(module: GPUShaderModule, code: string): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const lines = code.split('\n');
  return messages
    .map(({ type, lineNum, linePos, message }) => `${type} ${lineNum}:${linePos} ${message} in "${lines[lineNum - 1]?.trim() ?? ''}"`)
    .join('; ');
}
