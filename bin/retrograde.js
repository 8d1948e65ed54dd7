#!/usr/bin/env node
// Loads the command line from dist; in a checkout it builds dist first where it is absent or older than a source.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const entry = path.join(root, 'dist', 'src', 'node', 'cli.js');
const lock = path.join(root, 'dist', '.building');

if (existsSync(path.join(root, 'src'))) ensureBuilt();
const { main } = await import(pathToFileURL(entry).href).catch(explainMissing);
await main();

/** The library needs one package; the command line also those that read files, which an app that imports the library does not have to install. */
function explainMissing(error) {
  const missing = error.code === 'ERR_MODULE_NOT_FOUND' && /Cannot find package '([^']+)'/.exec(error.message)?.[1];
  if (!missing) throw error;
  const { peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  fail(`The command line must have the package ${missing}, got none: run npm install ${Object.keys(peerDependencies).join(' ')}`);
}

function ensureBuilt() {
  while (isStale()) {
    if (takeLock()) {
      try {
        if (isStale()) build();
        return; // a source from the future stays newer
      } finally {
        rmSync(lock, { force: true });
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200); // another process builds
  }
}

/** Whether a source of the library is newer than what was built from it. */
function isStale() {
  if (!existsSync(entry)) return true;
  const built = statSync(entry).mtimeMs;
  const sources = ['src', 'shaders'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(root, folder, name)),
  );
  return [...sources.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')), path.join(root, 'tsconfig.build.json')].some(
    (name) => statSync(name).mtimeMs > built,
  );
}

function build() {
  let compiler;
  try {
    compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch {
    fail('Retrograde must be built before its first use, and the compiler is not installed: run npm install first.');
  }
  process.stderr.write('Building retrograde, once after each change of its sources.\n');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--noEmitOnError'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) fail(`Retrograde does not compile:\n${stdout}`);
}

/** One process builds at a time; a lock whose owner is gone counts for nothing. */
function takeLock() {
  mkdirSync(path.dirname(lock), { recursive: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isAlive(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')) || process.pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function fail(sentence) {
  rmSync(lock, { force: true });
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
