/** The committed executable, run in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBrowser } from '../../scripts/browser.mjs';
import { runCommandLine } from '../node/cli.ts';

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
  /** Runs the words of one line in a process of its own. */
  run(line: string, changes?: NodeJS.ProcessEnv): Ended;
  /** The same in this process, which must not need an adapter: a process takes a second to begin. */
  runHere(line: string): Promise<Ended>;
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
    const { status, stdout, stderr } = spawnSync(process.execPath, [executable, ...wordsOf(line)], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...environment, ...changes },
    });
    return { code: status, out: stdout, err: stderr };
  };
  const runHere = async (line: string): Promise<Ended> => {
    const written = { out: '', err: '' };
    const terminal = {
      out: (text: string) => {
        written.out += text;
      },
      err: (text: string) => {
        written.err += text;
      },
      interactive: false,
      columns: 80,
      closed: new AbortController().signal,
    };
    const before = process.cwd();
    process.chdir(folder);
    try {
      return { code: await runCommandLine(wordsOf(line), terminal), ...written };
    } finally {
      process.chdir(before);
    }
  };
  run('--version');
  return {
    folder,
    environment,
    at: (name) => path.join(folder, name),
    run,
    runHere,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const wordsOf = (line: string): string[] => line.split(' ').filter(Boolean);

/** Lines of JSON. */
export const parseLines = (out: string): Record<string, unknown>[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
