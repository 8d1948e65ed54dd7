import { expect, test } from 'vitest';
import { requireSmall } from './archive.mjs';
import { cachedLibraries, driverLibraries, linkedLibraries } from './libraries.mjs';
import { packingList } from './packing-list.mjs';

const sources = { repository: '/r', node: '/n/bin/node', libraries: new Map([['libvulkan.so.1', '/c/libvulkan.so.1']]), arch: 'x64' };

test('of the package webgpu only the binary of this system is packed', () => {
  const list = packingList(sources, () => true);
  const binaries = list.filter(({ to }) => to.endsWith('.node')).map(({ to }) => to);
  expect(binaries).toEqual(['node_modules/webgpu/dist/linux-x64/dawn.node']);
});

test('what starts the benchmark lies where it looks for it', () => {
  const list = packingList(sources, () => true);
  const packed = new Map(list.map(({ from, to }) => [to, from]));
  expect(packed.get('bin/node')).toBe('/n/bin/node');
  expect(packed.get('run.sh')).toBe('/r/bench/portable/run.sh');
  expect(packed.get('lib/libvulkan.so.1')).toBe('/c/libvulkan.so.1');
  expect(packed.get('dist/bench/portable/torch/serve.py')).toBe('/r/bench/portable/torch/serve.py');
  expect(packed.size).toBe(list.length);
});

test('a file that is not there is named; only the license of Node may be missing', () => {
  const without = (name: string) => packingList(sources, (file) => !file.endsWith(name));
  expect(() => without('dawn.node')).toThrow('the package must have node_modules/webgpu/dist/linux-x64/dawn.node, got no file');
  expect(
    packingList(sources, (file) => !file.startsWith('/n/') || file === '/n/bin/node').some(({ to }) => to === 'bin/LICENSE-node'),
  ).toBe(false);
});

test('Node brings what it is linked with, but never a C library', () => {
  const ldd =
    '\tlinux-vdso.so.1 (0x0)\n\tlibnode.so.115 => /lib/libnode.so.115 (0x0)\n\tlibc.so.6 => /lib/libc.so.6 (0x0)\n\t/lib64/ld-linux-x86-64.so.2 (0x0)\n';
  expect([...linkedLibraries(ldd)]).toEqual([['libnode.so.115', '/lib/libnode.so.115']]);
});

test('of a driver’s libraries those of this processor are packed', () => {
  const cache =
    '2 libs found\n\tlibX11.so.6 (libc6) => /lib32/libX11.so.6\n\tlibX11.so.6 (libc6,x86-64) => /lib/libX11.so.6\n\tlibz.so.1 (libc6,x86-64) => /lib/libz.so.1\n';
  expect([...cachedLibraries(cache, driverLibraries, 'x64')]).toEqual([['libX11.so.6', '/lib/libX11.so.6']]);
});

test('an archive of more than 60 MB is refused', () => {
  expect(() => requireSmall(60e6)).not.toThrow();
  expect(() => requireSmall(60e6 + 1)).toThrow('the archive must have at most 60 MB, got 60.0');
  expect(() => requireSmall(Number.NaN)).toThrow();
});
