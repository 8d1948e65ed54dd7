/** Starts the command line anew with another environment, and stands in for it: same terminal, same signals, same exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Set in a process that is already the second one. */
export const RESTARTED = 'RETROGRADE_RESTARTED';

/** What a restart touches of the running process. */
export interface RestartHost {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): unknown;
  spawn(command: string, args: readonly string[], env: Record<string, string | undefined>): Pick<ChildProcess, 'kill' | 'on'>;
}

const thisProcess: RestartHost = {
  execPath: process.execPath,
  execArgv: process.execArgv,
  argv: process.argv,
  env: process.env,
  on: (signal, listener) => process.on(signal, listener),
  exit: (code) => process.exit(code),
  // the channel tells the child when this process is gone, however it ended
  spawn: (command, args, env) => spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env }),
};

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the same command again with `changes` in its environment; never returns, the process ends with the child. */
export function restartWith(changes: Readonly<Record<string, string>>, host: RestartHost = thisProcess): Promise<never> {
  const { execPath, execArgv, argv, env } = host;
  const child = host.spawn(execPath, [...execArgv, ...argv.slice(1)], { ...env, ...changes, [RESTARTED]: '1' });
  for (const signal of SIGNALS) host.on(signal, () => child.kill(signal));
  return new Promise((_, reject) => {
    child.on('error', reject);
    // all is written; what is left is Dawn's teardown, which may hang or crash
    child.on('message', (code) => {
      child.kill('SIGKILL');
      host.exit(Number(code));
    });
    child.on('exit', (code, signal) => host.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
  });
}

/** In the second process: ends it when the first one is gone, which a SIGKILL of the first would otherwise leave working on. */
export function endWithParent(): void {
  if (process.env[RESTARTED] && process.connected) process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

/** In the second process: hands the exit code to the first one, which then ends both. Resolves where there is no first one. */
export async function endThroughParent(code: number): Promise<void> {
  if (!process.env[RESTARTED] || !process.connected) return;
  await new Promise(() => process.send?.(code));
}
