// @ts-check
// Shared libraries that come along: what this Node is linked with beyond the C library, and what Vulkan drivers want and bare machines lack.
import { execFileSync } from 'node:child_process';

/** Parts of glibc, which every Linux has in a version of its own. */
const C_LIBRARY = /^(linux-vdso|ld-linux|libc|libm|libdl|libpthread|librt|libresolv)\b/;

/** The loader; then what NVIDIA's driver is linked with. */
export const driverLibraries = [
  'libvulkan.so.1',
  'libGLdispatch.so.0',
  'libX11.so.6',
  'libXext.so.6',
  'libxcb.so.1',
  'libXau.so.6',
  'libXdmcp.so.6',
  'libbsd.so.0',
  'libmd.so.0',
];

/**
 * Name and path of each library in what `ldd` prints, without the C library.
 * @param {string} text
 * @returns {Map<string, string>}
 */
export function linkedLibraries(text) {
  const found = [...text.matchAll(/^\s*(\S+) => (\/\S+)/gm)].map(([, name, file]) => /** @type {const} */ ([name, file]));
  return new Map(found.filter(([name]) => !C_LIBRARY.test(name)));
}

/**
 * Those of the wanted libraries that are in what `ldconfig -p` prints, for this processor.
 * @param {string} text
 * @param {readonly string[]} wanted
 * @returns {Map<string, string>}
 */
export function cachedLibraries(text, wanted, arch = process.arch) {
  const label = { x64: 'x86-64', arm64: 'AArch64' }[/** @type {string} */ (arch)] ?? arch;
  const found = [...text.matchAll(/^\s*(\S+) \(([^)]*)\) => (\S+)$/gm)].filter(
    ([, name, kind]) => wanted.includes(name) && kind.includes(label),
  );
  return new Map(found.map(([, name, , file]) => [name, file]));
}

/**
 * Every library to bring along, by name. A driver's library that this machine lacks is left out: the machine with the GPU may have it.
 * @param {string} node path of its binary
 * @param {string | undefined} loader a Vulkan loader, where the system has none
 */
export function findLibraries(node, loader) {
  const run = (/** @type {string} */ command, /** @type {string[]} */ args) =>
    execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH}:/sbin:/usr/sbin` } });
  const drivers = cachedLibraries(run('ldconfig', ['-p']), driverLibraries);
  if (loader && !drivers.has('libvulkan.so.1')) drivers.set('libvulkan.so.1', loader);
  return new Map([...linkedLibraries(run('ldd', [node])), ...drivers]);
}
