/** Finds the SwiftShader (a Vulkan driver that runs on the CPU) and the Vulkan loader that every Chromium brings along. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Paths of what lies in one Chromium folder. */
export interface SwiftShader {
  readonly folder: string;
  /** What VK_ICD_FILENAMES must name. */
  readonly manifest: string;
  readonly loader: string;
}

/** What the search reads of a machine. */
export interface FileHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  exists(file: string): boolean;
  /** The file behind all links; undefined if there is none. */
  real(file: string): string | undefined;
  /** Names in a folder, none if it does not exist. */
  list(folder: string): readonly string[];
}

export const thisFileHost: FileHost = {
  env: process.env,
  exists: existsSync,
  real(file) {
    try {
      return realpathSync(file);
    } catch {
      return undefined;
    }
  },
  list(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
};

const MANIFEST = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** The SwiftShader of CHROME_PATH, of a browser on the PATH or of Playwright's cache, in this order; undefined if there is none. */
export function findSwiftShader(host: FileHost = thisFileHost): SwiftShader | undefined {
  const folder = folders(host).find((candidate) => [MANIFEST, LOADER].every((name) => host.exists(path.join(candidate, name))));
  return folder === undefined ? undefined : { folder, manifest: path.join(folder, MANIFEST), loader: path.join(folder, LOADER) };
}

function folders(host: FileHost): string[] {
  const { CHROME_PATH, PATH = '', HOME = '', PLAYWRIGHT_BROWSERS_PATH } = host.env;
  const onPath = NAMES.flatMap((name) =>
    PATH.split(path.delimiter)
      .filter(Boolean)
      .map((folder) => path.join(folder, name)),
  );
  const browsers = [...(CHROME_PATH ? [CHROME_PATH] : []), ...onPath].filter((file) => host.exists(file));
  const cache = PLAYWRIGHT_BROWSERS_PATH || path.join(HOME, '.cache', 'ms-playwright');
  const downloads = host.list(cache).filter((name) => name.startsWith('chromium-'));
  return [
    ...browsers.flatMap((file) => besides(host, file)),
    ...downloads.flatMap((name) => host.list(path.join(cache, name)).map((build) => path.join(cache, name, build))),
  ];
}

/** The folder of a browser's binary, or, where the file on the PATH is a shell script, the ones where packages put it. */
function besides(host: FileHost, file: string): string[] {
  const prefix = path.dirname(path.dirname(file));
  const libraries = ['lib', 'lib64'].flatMap((name) =>
    [path.basename(file), 'chromium', 'chromium-browser'].map((browser) => path.join(prefix, name, browser)),
  );
  return [path.dirname(host.real(file) ?? file), ...libraries, '/snap/chromium/current/usr/lib/chromium-browser'];
}
