// @ts-check
// One compressed file of a folder, by tar, and by xz where there is one.
import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';

/** What a package may weigh, compressed, in bytes. */
export const mostBytes = 60e6;

const hasXz = () => spawnSync('xz', ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * Writes FOLDER.tar.xz beside the folder, or FOLDER.tar.gz on a machine without xz.
 * @param {string} folder
 */
export function archive(folder) {
  const [ending, compress] = hasXz() ? ['xz', '-J'] : ['gz', '-z'];
  const file = `${folder}.tar.${ending}`;
  // the fastest of its levels: 36 MB in 23 seconds of one core, where the default takes three minutes to make 31
  const env = { ...process.env, XZ_OPT: '-1 -T0' };
  const owner = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner'];
  execFileSync('tar', [...owner, '-C', path.dirname(folder), compress, '-cf', file, path.basename(folder)], {
    env,
    stdio: ['ignore', 2, 2],
  });
  return { file, bytes: statSync(file).size };
}

/**
 * @param {number} bytes
 * @throws {Error} if an archive of so many is too large
 */
export function requireSmall(bytes) {
  if (!(bytes <= mostBytes)) throw new Error(`the archive must have at most ${mostBytes / 1e6} MB, got ${(bytes / 1e6).toFixed(1)}`);
}
