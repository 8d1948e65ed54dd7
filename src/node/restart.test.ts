import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { RESTARTED, type RestartHost, restartWith } from './restart.ts';

/** Restarts into a script; resolves to the exit code that this process would end with, and what the script printed. */
async function restartInto(script: string, signalAfterOutput?: NodeJS.Signals): Promise<{ code: number; printed: string }> {
  const listeners = new Map<NodeJS.Signals, () => void>();
  let printed = '';
  const code = await new Promise<number>((resolve) => {
    const host: RestartHost = {
      execPath: process.execPath,
      execArgv: ['-e', script],
      argv: ['node', 'one', '--two'],
      env: { PATH: process.env.PATH },
      on: (signal, listener) => listeners.set(signal, listener),
      exit: resolve,
      spawn(command, args, env) {
        const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env });
        child.stdout?.on('data', (data) => {
          printed += data;
          if (signalAfterOutput) listeners.get(signalAfterOutput)?.();
        });
        return child;
      },
    };
    void restartWith({ VK_ICD_FILENAMES: '/c.json' }, host);
  });
  return { code, printed };
}

test('the second process has the same words, the new environment and the guard; its exit code is passed on', async () => {
  const script =
    'console.log(JSON.stringify([process.argv.slice(1), process.env.VK_ICD_FILENAMES, process.env.RETROGRADE_RESTARTED])); process.exitCode = 7';
  const { code, printed } = await restartInto(script);
  expect(RESTARTED).toBe('RETROGRADE_RESTARTED');
  expect([code, JSON.parse(printed)]).toEqual([7, [['one', '--two'], '/c.json', '1']]);
});

test('signals are forwarded, and a death by signal is the exit code of shells', async () => {
  const loop = 'console.log(1); setInterval(() => 0, 1000);';
  expect((await restartInto(`process.on('SIGINT', () => process.exit(30)); ${loop}`, 'SIGINT')).code).toBe(30);
  expect((await restartInto(loop, 'SIGTERM')).code).toBe(143);
});

test('an exit code that the second process sends ends both, although its teardown hangs', async () => {
  expect((await restartInto("process.on('exit', () => { for (;;); }); process.send(5, () => process.exit(5))")).code).toBe(5);
});
