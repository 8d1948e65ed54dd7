/** The command line: finds the command, turns problems into one sentence and an exit code. */
import { readFileSync } from 'node:fs';
import { InputError, loadBytePairs } from '../index.ts';
import { nearestWord } from '../spec/validation.ts';
import type { Command } from './command.ts';
import { checkCommand } from './commands/check.ts';
import { dataCommand } from './commands/data.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { experimentCommand } from './commands/experiment.ts';
import { generateCommand } from './commands/generate.ts';
import { planCommand } from './commands/plan.ts';
import { trainCommand } from './commands/train.ts';
import { settleDevice } from './open-device.ts';
import { endThroughParent, endWithParent } from './restart.ts';
import { flushOutput, processTerminal, type Terminal, watchOutput } from './terminal.ts';

export const commands: readonly Command[] = [
  trainCommand,
  generateCommand,
  evaluateCommand,
  checkCommand,
  planCommand,
  dataCommand,
  experimentCommand,
];

/** Exit codes besides those of signals. */
const FAILED = 1;
const BAD_INPUT = 2;

/** Runs one command line and resolves to its exit code; the process ends elsewhere. */
export async function runCommandLine(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    terminal.err(`${messageOf(error)}\n`);
    return error instanceof InputError ? BAD_INPUT : FAILED;
  }
}

async function dispatch([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  const names = commands.map((command) => command.name);
  if (name === '--help' || name === '-h' || name === 'help') {
    const wanted = commands.find((command) => command.name === args[0]);
    terminal.out(wanted ? wanted.usage() : overview());
    return 0;
  }
  if (name === '--version') {
    terminal.out(`${version()}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const guess = name === undefined ? 'see retrograde --help' : `did you mean '${nearestWord(name, names)}'?`;
    throw new InputError(`the command must be one of ${names.join(', ')}, got ${name === undefined ? 'nothing' : `'${name}'`}, ${guess}`);
  }
  const beforeTerminator = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (beforeTerminator.includes('--help') || beforeTerminator.includes('-h')) {
    terminal.out(command.usage());
    return 0;
  }
  await loadBytePairs();
  return command.execute(args, terminal);
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return [
    'retrograde trains recurrent networks on the GPU.',
    '',
    ...list,
    '',
    'retrograde <command> --help lists the options of a command.',
    '',
  ].join('\n');
}

/** From the package, which lies two folders above src/node and three above dist/src/node. */
function version(): string {
  for (const up of ['../../../package.json', '../../package.json']) {
    try {
      const { name, version: found } = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (name === 'retrograde' && found) return found;
    } catch {
      // the other place
    }
  }
  return 'unknown';
}

/** Our own errors are sentences; anything else is a fault whose place matters. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'Error' || error.name === 'InputError' || error.name === 'PlatformError'
    ? error.message
    : (error.stack ?? error.message);
}

/** Runs the command line of this process and ends it, once everything is written: Dawn would keep it alive. */
export async function main(): Promise<void> {
  endWithParent();
  watchOutput();
  const code = await runCommandLine(process.argv.slice(2));
  await settleDevice();
  await flushOutput();
  await endThroughParent(code);
  process.exit(code);
}
