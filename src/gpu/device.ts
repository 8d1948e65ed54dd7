import { type AdapterProfile, defaultProfile } from '../plan/profile.ts';

/** What every engine feature needs and what a plan likes to have: the adapter's own limits. */
const LIMITS = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const;

/**
 * Asks `gpu` for an adapter and a device with the adapter's own limits.
 *
 * @throws Error that says what is missing: WebGPU itself, or an adapter.
 */
export async function requestDeviceFrom(gpu: GPU | undefined): Promise<GPUDevice> {
  if (!gpu)
    throw new Error(
      'WebGPU must be available, got no navigator.gpu: use a current Chrome, Edge, Firefox or Safari, over https or on localhost',
    );
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter)
    throw new Error(
      'WebGPU must have an adapter, got none: check the driver, or start Chrome with --enable-unsafe-webgpu --use-webgpu-adapter=swiftshader',
    );
  const requiredFeatures = (['timestamp-query', 'subgroups'] as const).filter((feature) => adapter.features.has(feature));
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  return adapter.requestDevice({ label: 'retrograde', requiredFeatures, requiredLimits });
}

/** A device of the browser's own WebGPU. In Node use `requestDevice` of `retrograde/node`. */
export const requestDevice = (): Promise<GPUDevice> => requestDeviceFrom(globalThis.navigator?.gpu);

/** Names of adapters that run on the CPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|warp|basic render/i;

export function isSoftwareAdapter({ vendor, architecture, device, description }: GPUAdapterInfo): boolean {
  return SOFTWARE.test([vendor, architecture, device, description].join(' '));
}

/** The rate by which long dispatches are cut, until it is measured: a slow integrated GPU's. */
const HARDWARE_FLOP_PER_MILLISECOND = 1e8;

/** The profile that plans for this device are made with. */
export function profileOf(device: GPUDevice): AdapterProfile {
  const {
    maxStorageBufferBindingSize,
    maxBufferSize,
    maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupsPerDimension,
  } = device.limits;
  const software = isSoftwareAdapter(device.adapterInfo);
  const { subgroupMinSize, subgroupMaxSize } = device.adapterInfo;
  const hasSubgroups = device.features.has('subgroups') && subgroupMinSize === subgroupMaxSize;
  return {
    ...defaultProfile,
    software,
    maxStorageBufferBindingSize,
    maxBufferSize,
    maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupsPerDimension,
    subgroupSize: hasSubgroups ? subgroupMinSize : 0,
    flopPerMillisecond: software ? defaultProfile.flopPerMillisecond : HARDWARE_FLOP_PER_MILLISECOND,
  };
}
