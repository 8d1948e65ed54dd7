/** What only Node can do, a package entry of its own: `retrograde/node`. */
import { type EngineOptions, type Loaded, load, type Model, readText, save, type Trainer } from '../index.ts';
import { readBytes, writeWhole } from './files.ts';

export { PlatformError, type RequestOptions, requestDevice } from './device.ts';
export { type DataFile, type DataOptions, readExamples } from './read-data.ts';
export { writeExamples } from './write-data.ts';

/**
 * A text file's text: strict UTF-8, a byte order mark removed, CRLF line ends made LF.
 *
 * @throws InputError if it cannot be read, is empty or is not UTF-8.
 */
export async function readTextFile(file: string): Promise<string> {
  return readText(await readBytes(file, 'a text file'), file);
}

/**
 * `load` from a file.
 *
 * @throws InputError if it cannot be read or is not a whole checkpoint.
 */
export async function loadFile(device: GPUDevice, file: string, engine: EngineOptions = {}): Promise<Loaded> {
  return load(device, await readBytes(file, 'a checkpoint'), { ...engine, name: file });
}

/**
 * `save` to a file: written under a temporary name, then renamed, so that a file is never half a checkpoint.
 *
 * @throws InputError if it cannot be written.
 */
export async function saveFile(file: string, model: Model, trainer?: Trainer): Promise<void> {
  await writeWhole(file, await save(model, trainer));
}
