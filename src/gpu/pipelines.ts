/** Pipelines, made asynchronously and in parallel, one per device and WGSL text; compile errors come with the line and its source. */
import type { Kernel } from '../../shaders/kernel.ts';

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
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
  const layout = device.createBindGroupLayout({
    label,
    entries: [
      ...(kernel.uniforms.length > 0
        ? [{ binding: 0, visibility: COMPUTE, buffer: { type: 'uniform' as const, hasDynamicOffset: true } }]
        : []),
      ...kernel.bindings.map(({ access }, index) => ({
        binding: index + 1,
        visibility: COMPUTE,
        buffer: { type: access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
      })),
    ],
  });
  const module = device.createShaderModule({ label, code: kernel.code });
  try {
    const pipeline = await device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    });
    return { pipeline, layout };
  } catch (error) {
    throw new Error(
      `kernel ${label} does not compile: ${await explain(module, kernel.code)} ${error instanceof Error ? error.message : String(error)}`,
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
