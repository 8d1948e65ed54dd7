// @ts-check
// What lies in the package, and where it comes from. The compiled library and benchmark come from the compiler, straight into dist/.
import { existsSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {{ from: string, to: string }} Item  an absolute path, and a path in the package
 * @typedef {{ repository: string, node: string, libraries: ReadonlyMap<string, string>, arch?: string }} Sources
 */

/**
 * Every file that is copied.
 *
 * @param {Sources} sources
 * @param {(file: string) => boolean} exists
 * @returns {Item[]}
 * @throws {Error} that names a file which is not there
 */
export function packingList({ repository, node, libraries, arch = process.arch }, exists = existsSync) {
  const ours = (/** @type {string[]} */ files, /** @type {string} */ folder = '') =>
    files.map((file) => ({ from: path.join(repository, file), to: path.join(folder, path.basename(file)) }));
  const inPlace = (/** @type {string[]} */ files) => files.map((file) => ({ from: path.join(repository, file), to: file }));
  const needed = [
    { from: node, to: 'bin/node' },
    ...ours(['bench/portable/run.sh', 'LICENSE']),
    ...ours(
      ['roofs.py', 'serve.py', 'timing.py', 'training.py'].map((file) => `bench/portable/torch/${file}`),
      'dist/bench/portable/torch',
    ),
    // of the package webgpu only this system's binary: all of them are six times as much
    ...inPlace(['index.js', 'package.json', 'LICENSE.md', `dist/linux-${arch}/dawn.node`].map((file) => `node_modules/webgpu/${file}`)),
    ...inPlace(['package.json', 'wgsl-preprocessor.js', 'LICENSE'].map((file) => `node_modules/wgsl-preprocessor/${file}`)),
    ...[...libraries].map(([name, from]) => ({ from, to: `lib/${name}` })),
  ];
  const missing = needed.find(({ from }) => !exists(from));
  if (missing) throw new Error(`the package must have ${missing.to}, got no file ${missing.from}: run npm install`);
  return [...needed, ...nodeLicense(node, exists)];
}

/** Node's license, beside its binary or where Debian has it. @param {string} node @param {(file: string) => boolean} exists @returns {Item[]} */
function nodeLicense(node, exists) {
  const prefix = path.dirname(path.dirname(node));
  const places = [
    path.join(prefix, 'LICENSE'),
    path.join(prefix, 'share/doc/nodejs/LICENSE'),
    path.join(prefix, 'share/doc/nodejs/copyright'),
  ];
  const found = places.find(exists);
  return found ? [{ from: found, to: 'bin/LICENSE-node' }] : [];
}
