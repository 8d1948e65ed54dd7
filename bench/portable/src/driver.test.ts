import { expect, test } from 'vitest';
import { loadMissing, type Machine, nameNvidiaDriver } from './driver.ts';

/** A machine that can load `present`, and from the package a library once those that it needs are there. */
function machineOf({
  present = [],
  needs = {},
  files = {},
  env = {},
}: {
  present?: string[];
  needs?: Record<string, string[]>;
  files?: Record<string, string[]>;
  env?: Machine['env'];
}) {
  const loaded = new Set(present);
  const written: string[] = [];
  const machine: Machine = {
    env,
    list: (folder) => files[folder] ?? [],
    isLoadable: (name) => loaded.has(name),
    keepLoaded(file) {
      const name = file.split('/').at(-1) as string;
      const can = (needs[name] ?? []).every((other) => loaded.has(other));
      if (can) loaded.add(name);
      return can;
    },
    write(name, text) {
      written.push(text);
      return `/tmp/${name}`;
    },
  };
  return { machine, written };
}

test('what a machine lacks is loaded, whatever needs what; what it has is its own', () => {
  const { machine } = machineOf({
    present: ['libvulkan.so.1'],
    files: { '/p/lib': ['libX11.so.6', 'libvulkan.so.1', 'libxcb.so.1'] },
    needs: { 'libX11.so.6': ['libxcb.so.1'] },
  });
  expect(loadMissing('/p/lib', machine)).toEqual(['libxcb.so.1', 'libX11.so.6']);
});

test('a library that does not load on this machine is left', () => {
  const { machine } = machineOf({ files: { '/p/lib': ['libX11.so.6'] }, needs: { 'libX11.so.6': ['libnowhere.so'] } });
  expect(loadMissing('/p/lib', machine)).toEqual([]);
});

test('a driver of NVIDIA without a manifest gets one; without X11 its other face', () => {
  const { machine, written } = machineOf({ present: ['libEGL_nvidia.so.0'] });
  expect(nameNvidiaDriver(machine)).toBe('libEGL_nvidia.so.0');
  expect(machine.env.VK_ICD_FILENAMES).toBe('/tmp/nvidia_icd.json');
  expect(JSON.parse(written[0])).toMatchObject({ ICD: { library_path: 'libEGL_nvidia.so.0' } });
});

test.each([
  ['there is no such driver', {}],
  ['a manifest names it', { present: ['libGLX_nvidia.so.0'], files: { '/usr/share/vulkan/icd.d': ['nvidia_icd.json'] } }],
  ['the user chose a driver', { present: ['libGLX_nvidia.so.0'], env: { VK_DRIVER_FILES: '/mine.json' } }],
])('nothing is written where %s', (_, machineOptions) => {
  const { machine, written } = machineOf(machineOptions);
  expect(nameNvidiaDriver(machine)).toBeUndefined();
  expect(written).toEqual([]);
});
