// The same page bundle in a Node process of its own, over the npm package `webgpu` (Dawn).
import { execSync, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureBrowser } from '../../scripts/browser.mjs';

const manifest = 'vk_swiftshader_icd.json';

/** The folder of Chromium's SwiftShader: beside its binary, or where Debian's package puts it. */
async function swiftshaderFolder() {
  const beside = path.dirname(await ensureBrowser());
  if (existsSync(path.join(beside, manifest))) return beside;
  return path.dirname(execSync(`dpkg -S ${manifest}`, { encoding: 'utf8' }).trim().split(' ').pop());
}

/** Where the child finds a Vulkan driver, and a Vulkan loader if the machine has none. VK_ICD_FILENAMES, when set, is left alone. */
async function vulkanEnvironment() {
  if (process.env.VK_ICD_FILENAMES) return process.env;
  const folder = await swiftshaderFolder();
  const libraries = [process.env.LD_LIBRARY_PATH, folder].filter(Boolean).join(':');
  return { ...process.env, VK_ICD_FILENAMES: path.join(folder, manifest), LD_LIBRARY_PATH: libraries };
}

/** Opens a session; `library` tells the child what to pretend to be. The shape of openChromiumSession. */
export async function openNodeSession({ library }) {
  const child = fork(path.join(import.meta.dirname, 'node-child.mjs'), [library], {
    execArgv: ['--expose-gc'],
    serialization: 'advanced', // JSON has no NaN
    env: await vulkanEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log = (log + chunk).slice(-10_000);
  });
  let answer;
  const reason = () => log.split('\n').find((line) => /Error/.test(line)) ?? 'no output';
  child.on('message', (message) => answer?.resolve(message));
  child.on('exit', (code, signal) => answer?.reject(new Error(`the process ended (${signal ?? code}): ${reason()}`)));
  const receive = () =>
    new Promise((resolve, reject) => {
      answer = { resolve, reject };
      if (child.exitCode !== null || child.signalCode !== null) reject(new Error(`the process has ended: ${reason()}`));
    });
  await receive(); // the child says when it is ready
  return {
    async call(name, args) {
      const reply = receive();
      child.send({ name, args });
      const { result, error } = await reply;
      if (error !== undefined) throw new Error(error);
      return result;
    },
    downloadBytes: () => null,
    warnings: () => [],
    async close() {
      child.kill('SIGKILL'); // Dawn's teardown can hang or crash
    },
  };
}
