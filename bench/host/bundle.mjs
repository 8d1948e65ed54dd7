// Bundles the page and each peer for the browser, every one into its own folder dist/NAME/NAME.js.
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { benchFolder } from './install.mjs';

const source = (name) =>
  ['page.ts', 'ceiling/ceiling.ts', `peers/${name}.ts`, `peers/${name}.js`]
    .filter((file) => path.parse(file).name === name)
    .map((file) => path.join(benchFolder, 'src', file))
    .find(existsSync);

async function bundleOne(name) {
  await esbuild.build({
    entryPoints: { [name]: source(name) },
    outdir: path.join(benchFolder, 'dist', name),
    bundle: true,
    splitting: true,
    minify: true, // so that the compressed size is what a user's page would load
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'silent',
    define: { global: 'globalThis' },
    external: ['/node_modules/*'],
  });
}

/**
 * Builds the page and the given entries.
 *
 * @param {string[]} names libraries of peers, or 'ceiling'
 * @returns {Promise<Map<string, string>>} the first error of each entry that did not build
 */
export async function bundle(names) {
  rmSync(path.join(benchFolder, 'dist'), { recursive: true, force: true });
  await bundleOne('page');
  const failures = new Map();
  for (const name of new Set(names)) {
    await bundleOne(name).catch((error) => failures.set(name, `does not build: ${error.errors?.[0]?.text ?? error.message}`));
  }
  return failures;
}
