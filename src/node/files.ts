/** Files as the command line reads and writes them: whole or not at all, problems in one sentence. */
import { createReadStream } from 'node:fs';
import { access, constants, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../index.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'got none there',
  EISDIR: 'got a folder',
  ENOTDIR: 'got a path through a file',
  EACCES: 'got no permission',
  EPERM: 'got no permission',
  EROFS: 'got a read-only disk',
  ENOSPC: 'got a full disk',
  ENAMETOOLONG: 'got a name that is too long',
};

/** Why the system refused, as the end of a sentence; undefined for errors that are not the system's. */
function reasonOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return code === undefined ? undefined : (REASONS[code] ?? `got ${code}`);
}

/**
 * A file's bytes.
 *
 * @param wants what messages say the file must be, such as `a text file`
 * @throws InputError if there is none, if it is a folder, or if it cannot be read.
 */
export async function readBytes(name: string, wants: string): Promise<Uint8Array> {
  try {
    // a plain Uint8Array: a Buffer's slice would not copy
    return new Uint8Array(await readFile(name));
  } catch (error) {
    const reason = reasonOf(error);
    throw reason === undefined ? error : new InputError(`${name} must be ${wants}, ${reason}`);
  }
}

/**
 * A file's bytes piece by piece, for what need not be in memory at once; problems as with readBytes.
 *
 * @param wants what messages say the file must be
 */
export async function* readPieces(name: string, wants: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream(name, { highWaterMark: 1 << 18 });
  } catch (error) {
    const reason = reasonOf(error);
    throw reason === undefined ? error : new InputError(`${name} must be ${wants}, ${reason}`);
  }
}

/**
 * Checks that `writeWhole` may write that file later; for before a long computation.
 *
 * @throws InputError if its folder does not exist or cannot be written, or if the name is a folder's.
 */
export async function requireWritable(name: string): Promise<void> {
  const folder = path.dirname(path.resolve(name));
  try {
    await access(folder, constants.W_OK);
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  } catch (error) {
    throw new InputError(`${name} must be in a folder that can be written, ${reasonOf(error) ?? String(error)}`);
  }
  const there = await stat(name).catch(() => undefined);
  if (there?.isDirectory()) throw new InputError(`${name} must be a file to write, got a folder`);
}

/**
 * Writes a file under a temporary name beside it, then renames: whoever looks finds the old file or the new one, whole.
 *
 * @throws InputError if the system refuses; the temporary file is gone then.
 */
export async function writeWhole(name: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = path.join(path.dirname(name), `.${path.basename(name)}.${process.pid}.partial`);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, name);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const reason = reasonOf(error);
    throw reason === undefined ? error : new InputError(`${name} must be a file that can be written, ${reason}`);
  }
}
