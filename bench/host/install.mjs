// The peers weigh hundreds of megabytes, so they are dependencies of bench/ and not of the library, and arrive with the first benchmark.
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder bench/, absolute. */
export const benchFolder = path.join(import.meta.dirname, '..');

/**
 * Runs `npm install` in bench/ when its node_modules is absent or was left unfinished (npm writes .package-lock.json last).
 * What npm prints goes to standard error, so that standard output holds results only.
 */
export function installDependencies() {
  if (existsSync(path.join(benchFolder, 'node_modules/.package-lock.json'))) return;
  console.error('bench: installing the peers into bench/node_modules (about 750 MB, once)');
  execSync('npm install', { cwd: benchFolder, stdio: ['ignore', 2, 2] });
}
