/** A GPUDevice in Node, over the npm package `webgpu` (Dawn): the machine's driver, else SwiftShader from an installed Chromium. In Deno, its own WebGPU. */

import { isSoftwareAdapter, requestDeviceFrom, setKeptStore } from '../index.ts';
import { findSwiftShader, type SwiftShader } from './chromium.ts';
import { keptFiles } from './kept-file.ts';
import { pollPatiently } from './patient-polling.ts';
import { RESTARTED } from './restart.ts';
import { hasVulkanLoader, loadVulkan } from './vulkan.ts';

/** Says in one sentence what this machine lacks. */
export class PlatformError extends Error {
  override readonly name = 'PlatformError';
}

export interface RequestOptions {
  /** Gets one sentence when the device is not the machine's own; default: a line on stderr. */
  readonly report?: (sentence: string) => void;
  /**
   * Called where the machine has no Vulkan loader, with the environment in which a new process would have one. The command line
   * restarts itself; without it the loader is loaded into this process.
   */
  readonly restart?: (environment: Readonly<Record<string, string>>) => Promise<never>;
}

/** The npm package `webgpu`, as far as it is used. */
interface WebGpuPackage {
  create(options: string[]): GPU;
  readonly globals: object;
}

/** What the search for a device asks of a machine; a parameter so that tests can be another one. */
export interface DeviceHost {
  readonly platform: string;
  readonly env: Record<string, string | undefined>;
  /** The runtime's own WebGPU, which Deno has (with --unstable-webgpu) and Node has not. */
  readonly gpu?: GPU;
  importWebGpu(): Promise<WebGpuPackage>;
  hasVulkanLoader(): boolean;
  loadVulkan(file: string): boolean;
  findSwiftShader(): SwiftShader | undefined;
}

const thisHost: DeviceHost = {
  platform: process.platform,
  env: process.env,
  get gpu() {
    return globalThis.navigator?.gpu;
  },
  importWebGpu: () => import('webgpu'),
  hasVulkanLoader,
  loadVulkan,
  findSwiftShader,
};

/** Every GPU stays referenced for the life of the process: collected, it would crash the process at its next GPU work. */
const kept: GPU[] = [];

const toStderr = (sentence: string): void => {
  process.stderr.write(`${sentence}\n`);
};

/**
 * A device for this process, with the adapter's own limits; also sets the WebGPU constants (`GPUBufferUsage` and others) globally, and for a software adapter
 * makes `setImmediate` patient with the package `webgpu` (patient-polling.ts).
 *
 * A process that used a device should end by `process.exit()` once its output is written: Dawn keeps it alive otherwise.
 *
 * @throws PlatformError that says what to install: the package `webgpu`, a driver, or a Chromium.
 */
export async function requestDevice({ report = toStderr, restart }: RequestOptions = {}, host: DeviceHost = thisHost): Promise<GPUDevice> {
  if (host.gpu) return withKept(await requestDeviceFrom(host.gpu));
  const { create, globals } = await importWebGpu(host);
  for (const [name, value] of Object.entries(globals)) if (!(name in globalThis)) Object.assign(globalThis, { [name]: value });
  const { platform, env } = host;
  const isLinux = platform === 'linux';

  if (isLinux && !host.hasVulkanLoader()) {
    const found = requireSwiftShader(host);
    report(sentenceOf(found));
    const environment = {
      LD_LIBRARY_PATH: [env.LD_LIBRARY_PATH, found.folder].filter(Boolean).join(':'),
      VK_ICD_FILENAMES: env.VK_ICD_FILENAMES || found.manifest,
    };
    if (restart && !env[RESTARTED]) await restart(environment);
    if (!host.loadVulkan(found.loader)) {
      throw new PlatformError(
        `the Vulkan loader of ${found.folder} could not be loaded, start the process with LD_LIBRARY_PATH=${environment.LD_LIBRARY_PATH} VK_ICD_FILENAMES=${environment.VK_ICD_FILENAMES}`,
      );
    }
    env.VK_ICD_FILENAMES = environment.VK_ICD_FILENAMES;
  }
  const open = async (): Promise<GPU | undefined> => {
    const gpu = create([]);
    kept.push(gpu);
    return (await gpu.requestAdapter({ powerPreference: 'high-performance' })) ? gpu : undefined;
  };
  const own = await open();
  if (own) return settled(await requestDeviceFrom(own));
  if (!isLinux) throw new PlatformError('WebGPU found no adapter: update the graphics driver of this machine');
  const found = requireSwiftShader(host);
  if (env.VK_ICD_FILENAMES !== found.manifest) report(sentenceOf(found));
  env.VK_ICD_FILENAMES = found.manifest;
  delete env.VK_DRIVER_FILES; // it would outrank VK_ICD_FILENAMES
  const software = await open();
  if (!software)
    throw new PlatformError(`WebGPU found no adapter, also not SwiftShader in ${found.folder}: install a Vulkan driver for this machine`);
  return settled(await requestDeviceFrom(software));
}

/** The self-test keeps what it finds from one process to the next. */
function withKept(device: GPUDevice): GPUDevice {
  setKeptStore(device, keptFiles());
  return device;
}

function settled(device: GPUDevice): GPUDevice {
  withKept(device);
  if (isSoftwareAdapter(device.adapterInfo)) pollPatiently();
  return device;
}

async function importWebGpu(host: DeviceHost): Promise<WebGpuPackage> {
  try {
    return await host.importWebGpu();
  } catch (error) {
    const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: String(error) };
    if (code === 'ERR_MODULE_NOT_FOUND')
      throw new PlatformError("WebGPU in Node wants the package 'webgpu', which is not installed: npm install webgpu");
    throw new PlatformError(`the package 'webgpu' does not load on this machine: ${message}`);
  }
}

function requireSwiftShader(host: DeviceHost): SwiftShader {
  const found = host.findSwiftShader();
  if (found) return found;
  throw new PlatformError(
    'WebGPU found neither a Vulkan driver nor a Chromium with SwiftShader: install a Vulkan driver, or a browser with apt-get install chromium',
  );
}

function sentenceOf({ folder }: SwiftShader): string {
  return `No Vulkan driver found: using SwiftShader, which computes on the CPU, from ${folder}.`;
}
