import { expect, test } from 'vitest';
import { type DeviceHost, PlatformError, requestDevice } from './device.ts';
import { RESTARTED } from './restart.ts';

const swiftShader = { folder: '/c', manifest: '/c/vk_swiftshader_icd.json', loader: '/c/libvulkan.so.1' };
const device = { label: 'a device', adapterInfo: { vendor: 'acme', architecture: '', device: '', description: '' } } as GPUDevice;

interface Machine {
  readonly platform?: string;
  readonly loader?: boolean;
  readonly driver?: boolean;
  readonly chromium?: boolean;
  readonly loads?: boolean;
  readonly env?: Record<string, string | undefined>;
  readonly importWebGpu?: DeviceHost['importWebGpu'];
}

/** A machine, and what was done to it. */
function machineOf({ platform = 'linux', loader = true, driver = true, chromium = true, loads = true, env = {}, importWebGpu }: Machine) {
  const said: string[] = [];
  const loaded: string[] = [];
  let hasLoader = loader;
  const adapter = { features: new Set(), limits: {}, requestDevice: async () => device };
  const host: DeviceHost = {
    platform,
    env,
    importWebGpu:
      importWebGpu ??
      (async () => ({
        create: () =>
          ({
            requestAdapter: async () => (hasLoader && (driver || env.VK_ICD_FILENAMES === swiftShader.manifest) ? adapter : null),
          }) as unknown as GPU,
        globals: {},
      })),
    hasVulkanLoader: () => hasLoader,
    loadVulkan(file) {
      loaded.push(file);
      hasLoader ||= loads;
      return hasLoader;
    },
    findSwiftShader: () => (chromium ? swiftShader : undefined),
  };
  return { host, env, said, loaded, report: (sentence: string) => said.push(sentence) };
}

test("a runtime's own WebGPU, such as Deno's, comes before the package", async () => {
  const gpu = { requestAdapter: async () => ({ features: new Set(), limits: {}, requestDevice: async () => device }) };
  const { host, said, report } = machineOf({ importWebGpu: () => expect.unreachable('the package is not asked for') });
  expect(await requestDevice({ report }, { ...host, gpu: gpu as unknown as GPU })).toBe(device);
  expect(said).toEqual([]);
});

test("the machine's own driver comes first, in silence", async () => {
  const { host, env, said, report } = machineOf({});
  expect(await requestDevice({ report }, host)).toBe(device);
  expect([said, env]).toEqual([[], {}]);
});

test('without a driver it is SwiftShader, and says so', async () => {
  const { host, env, said, report } = machineOf({ driver: false, env: { VK_DRIVER_FILES: '/broken.json' } });
  expect(await requestDevice({ report }, host)).toBe(device);
  expect(said).toEqual(['No Vulkan driver found: using SwiftShader, which computes on the CPU, from /c.']);
  expect(env).toEqual({ VK_ICD_FILENAMES: swiftShader.manifest });
});

test('without a loader the command line restarts, once', async () => {
  const environments: Readonly<Record<string, string>>[] = [];
  const restart = async (environment: Readonly<Record<string, string>>): Promise<never> => {
    environments.push(environment);
    throw new Error('restarted');
  };
  const { host, said, report, loaded } = machineOf({ loader: false, driver: false, env: { LD_LIBRARY_PATH: '/mine' } });
  await expect(requestDevice({ report, restart }, host)).rejects.toThrow('restarted');
  expect(environments).toEqual([{ LD_LIBRARY_PATH: '/mine:/c', VK_ICD_FILENAMES: swiftShader.manifest }]);
  expect([said.length, loaded]).toEqual([1, []]);

  const second = machineOf({ loader: false, driver: false, loads: false, env: { [RESTARTED]: '1' } });
  await expect(requestDevice({ report, restart }, second.host)).rejects.toThrow(PlatformError);
  expect(environments).toHaveLength(1);
});

test('without a loader and without a restart it loads the one of Chromium into this process', async () => {
  const { host, said, loaded, report } = machineOf({ loader: false, driver: false });
  expect(await requestDevice({ report }, host)).toBe(device);
  expect([said.length, loaded]).toEqual([1, [swiftShader.loader]]);
});

test.each<[string, Machine, RegExp]>([
  ['no driver and no browser', { driver: false, chromium: false }, /apt-get install chromium/],
  ['no loader and no browser', { loader: false, chromium: false }, /apt-get install chromium/],
  [
    'a loader that does not load',
    { loader: false, driver: false, loads: false },
    /LD_LIBRARY_PATH=\/c VK_ICD_FILENAMES=\/c\/vk_swiftshader_icd.json/,
  ],
  ['no adapter elsewhere', { platform: 'darwin', loader: false }, /update the graphics driver/],
  [
    'no package',
    { importWebGpu: () => Promise.reject(Object.assign(new Error('Cannot find'), { code: 'ERR_MODULE_NOT_FOUND' })) },
    /npm install webgpu/,
  ],
  [
    'a package that fails',
    { importWebGpu: () => Promise.reject(new Error('GLIBC_2.38 not found')) },
    /does not load on this machine: GLIBC_2.38/,
  ],
])('%s is one sentence', async (_, machine, message) => {
  const { host, report } = machineOf(machine);
  const error = await requestDevice({ report }, host).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PlatformError);
  expect(String(error)).toMatch(message);
});
