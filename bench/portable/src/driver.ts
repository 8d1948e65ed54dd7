// What a bare machine with a GPU may lack: the Vulkan loader and libraries that drivers are linked with, which came along, and the manifest by which the loader knows NVIDIA's driver.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isLoadable, keepLoaded } from '../../../src/node/libraries.ts';

/** What is asked of a machine; a parameter so that tests can be another one. */
export interface Machine {
  readonly env: Record<string, string | undefined>;
  /** Names in a folder, none if it does not exist. */
  list(folder: string): readonly string[];
  isLoadable(library: string): boolean;
  keepLoaded(file: string): boolean;
  /** Writes a file for this run and says where it is. */
  write(name: string, text: string): string;
}

const thisMachine: Machine = {
  env: process.env,
  list(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
  isLoadable,
  keepLoaded,
  write(name, text) {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'retrograde-bench-')), name);
    writeFileSync(file, text);
    return file;
  },
};

/** Loads from `folder` what the machine does not have; says what. Libraries may need each other, so the round is repeated while it gets anywhere. */
export function loadMissing(folder: string, machine: Machine = thisMachine): string[] {
  const loaded: string[] = [];
  for (let before = -1; before < loaded.length; ) {
    before = loaded.length;
    for (const name of machine.list(folder)) {
      if (!loaded.includes(name) && !machine.isLoadable(name) && machine.keepLoaded(path.join(folder, name))) loaded.push(name);
    }
  }
  return loaded;
}

const MANIFESTS = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/usr/local/etc/vulkan/icd.d'];
/** Where there is no X11 only the second can be loaded; both are the same Vulkan driver. */
const NVIDIA = ['libGLX_nvidia.so.0', 'libEGL_nvidia.so.0'];

/** Containers may have NVIDIA's driver without its manifest: writes one and names it in the environment. Says which library, undefined where nothing was to be done. */
export function nameNvidiaDriver(machine: Machine = thisMachine): string | undefined {
  const { env } = machine;
  if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES || env.VK_ADD_DRIVER_FILES) return undefined;
  if (MANIFESTS.some((folder) => machine.list(folder).some((name) => name.includes('nvidia')))) return undefined;
  const library = NVIDIA.find(machine.isLoadable);
  if (!library) return undefined;
  const manifest = { file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.3.0' } };
  // the older of the names that the loader knows
  env.VK_ICD_FILENAMES = machine.write('nvidia_icd.json', JSON.stringify(manifest));
  return library;
}
