// @ts-check
// Packs the benchmark for a Linux machine with a GPU and without network: Node, the package webgpu, library and benchmark, in one folder and one archive.
// npm run bench:portable -- [--out FOLDER]     (bench/portable/dist)
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { archive, requireSmall } from './archive.mjs';
import { findLibraries } from './libraries.mjs';
import { packingList } from './packing-list.mjs';

const here = import.meta.dirname;
const repository = path.join(here, '../..');
const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(here, 'dist') } } });
if (process.platform !== 'linux') throw new Error(`the package is made on Linux, of the Node that makes it, got ${process.platform}`);

const folder = path.join(path.resolve(values.out), 'retrograde-bench');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [compiler, '-p', here, '--outDir', path.join(folder, 'dist'), '--noEmitOnError'], {
  stdio: ['ignore', 2, 2],
});
writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');

const { findSwiftShader } = await import(pathToFileURL(path.join(folder, 'dist/src/node/chromium.js')).href);
const node = realpathSync(process.execPath);
const libraries = findLibraries(node, findSwiftShader()?.loader);
if (!libraries.has('libvulkan.so.1'))
  console.error('No Vulkan loader is here to be packed: the machine with the GPU must have libvulkan.so.1.');

for (const { from, to } of packingList({ repository, node, libraries })) {
  const target = path.join(folder, to);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(from, target);
}
for (const program of ['bin/node', 'run.sh']) chmodSync(path.join(folder, program), 0o755);

const { file, bytes } = archive(folder);
requireSmall(bytes);
console.log(`${file}: ${(bytes / 1e6).toFixed(1)} MB`);
console.log(`There: tar -xf ${path.basename(file)} && retrograde-bench/run.sh --help`);
