/** The committed executable, run in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBrowser } from '../../scripts/browser.mjs';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  readonly folder: string;
  /** What every command is run with. */
  readonly environment: NodeJS.ProcessEnv;
  /** The path of a file in the folder. */
  at(name: string): string;
  /** Runs the words of one line. */
  run(line: string, changes?: NodeJS.ProcessEnv): Ended;
  /** Removes the folder. */
  dispose(): void;
}

export const repository = path.join(import.meta.dirname, '../..');
const executable = path.join(repository, 'bin', 'retrograde.js');

/** What the first call may take, which builds dist where it is older than the sources. */
export const buildMilliseconds = 300_000;

export async function createCommandLine(): Promise<CommandLine> {
  const folder = mkdtempSync(path.join(tmpdir(), 'retrograde-cli-'));
  // SwiftShader of this browser is the adapter where the machine has no Vulkan driver
  const environment = { ...process.env, CHROME_PATH: await ensureBrowser() };
  const run = (line: string, changes: NodeJS.ProcessEnv = {}): Ended => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [executable, ...line.split(' ').filter(Boolean)], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...environment, ...changes },
    });
    return { code: status, out: stdout, err: stderr };
  };
  run('--version');
  return {
    folder,
    environment,
    at: (name) => path.join(folder, name),
    run,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Lines of JSON. */
export const parseLines = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
