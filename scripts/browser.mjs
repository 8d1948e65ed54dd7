// @ts-check
/**
 * Finds a Chromium with WebGPU on this machine, or installs one. `node scripts/browser.mjs` prints its path.
 * Called by `npm start` and the tests only, never while the package is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Playwright's download host may be unreachable without saying so. */
const downloadMilliseconds = 120_000;
const packageMilliseconds = 600_000;

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const systemPaths = {
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** @type {import('./browser.d.mts').Host} */
const thisHost = {
  env: process.env,
  platform: process.platform,
  root: process.getuid?.() === 0,
  isExecutable,
  playwrightPath,
  starts: (file) => process.platform === 'win32' || spawnSync(file, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0,
  run,
};

/** The path of a Chromium that is there already: CHROME_PATH, then Playwright's, then the system's; undefined when there is none. */
export function findBrowser(host = thisHost) {
  const wanted = host.env.CHROME_PATH;
  if (wanted) {
    if (!host.isExecutable(wanted)) throw new Error(`CHROME_PATH must name an executable Chromium or Chrome, got ${wanted}`);
    return wanted;
  }
  // Playwright's own build is a bare download: on a fresh machine the libraries that it wants may be missing.
  const own = host.playwrightPath();
  if (own && host.isExecutable(own) && host.starts(own)) return own;
  return systemCandidates(host).find(host.isExecutable);
}

/** The path of a Chromium; installs one when there is none. Throws one sentence with the command to run when it cannot. */
export async function ensureBrowser(host = thisHost) {
  const present = findBrowser(host);
  if (present) return present;

  const cli = path.join(path.dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js');
  await host.run(process.execPath, [cli, 'install', 'chromium', '--no-shell'], downloadMilliseconds);
  const downloaded = findBrowser(host);
  if (downloaded) return downloaded;

  const command = 'apt-get update && apt-get install -y --no-install-recommends chromium';
  if (host.platform === 'linux' && host.root) {
    await host.run('sh', ['-c', command], packageMilliseconds);
    const installed = findBrowser(host);
    if (installed) return installed;
  }
  throw new Error(
    host.platform === 'linux' && !host.root
      ? `No Chromium was found or could be downloaded; install one with: sudo sh -c '${command}'`
      : 'No Chromium was found or could be installed; install Chromium or Chrome and set CHROME_PATH to its executable.',
  );
}

/**
 * Command-line flags that give a headless Chromium its WebGPU adapter. `software` (the default) asks for SwiftShader, which every
 * Chromium ships, so that a test sees the same adapter everywhere; without it the machine's own GPU is used.
 */
export function gpuFlags({ software = true, root = thisHost.root } = {}) {
  return [
    ...(root ? ['--no-sandbox'] : []),
    '--enable-unsafe-webgpu',
    ...(software ? ['--use-webgpu-adapter=swiftshader'] : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-gpu-watchdog',
  ];
}

/** @param {import('./browser.d.mts').Host} host */
function systemCandidates({ env, platform }) {
  if (platform === 'darwin' || platform === 'win32') return systemPaths[platform];
  const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return systemNames.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function playwrightPath() {
  try {
    return createRequire(import.meta.url)('playwright').chromium.executablePath();
  } catch {
    return undefined;
  }
}

/**
 * Runs an installer and says so; ends it and all its children when the time is over. Its own words appear, cut short, only
 * when it fails. Resolves to whether it succeeded.
 * @param {string} command @param {string[]} parameters @param {number} milliseconds @returns {Promise<boolean>}
 */
function run(command, parameters, milliseconds) {
  const line = [path.basename(command), ...parameters].join(' ');
  process.stderr.write(`No Chromium found, running: ${line}\n`);
  return new Promise((resolve) => {
    const child = spawn(command, parameters, {
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    let output = '';
    const keep = (/** @type {Buffer} */ text) => {
      output = (output + text).slice(-2000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const stop = () => {
      keep(Buffer.from(`stopped after ${milliseconds / 1000} s`));
      if (child.pid && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    };
    const timer = setTimeout(stop, milliseconds);
    const finish = (/** @type {boolean} */ succeeded) => {
      clearTimeout(timer);
      if (!succeeded) process.stderr.write(`${line} failed: ${reason(output)}\n`);
      resolve(succeeded);
    };
    child.on('error', (error) => {
      keep(Buffer.from(error.message));
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}

/** The last line that names an error, or the last line. @param {string} output */
function reason(output) {
  const lines = output
    .split('\n')
    .map((text) => text.trim())
    .filter(Boolean);
  return lines.findLast((text) => /^(E:|Error:)/.test(text)) ?? lines.at(-1) ?? 'no reason given';
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(await ensureBrowser());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
