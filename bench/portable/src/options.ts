// The command line of the portable benchmark.
import { parseArgs } from 'node:util';
import { InputError } from '../../../src/index.ts';
import { cells, defaultSizes, parseCell, parseSize } from './size.ts';

export const usage = `./run.sh [options]

  --sizes A,B     BATCHxTIMESTEPSxHIDDEN over tokens, or V-BATCHxTIMESTEPSxHIDDEN over vectors as wide as the hidden state
                  (${defaultSizes.join(',')})
  --cells A,B     ${cells.join(', ')}: each at every size (all)
  --steps N       timed steps wanted (30)
  --least SECONDS more steps until so much time has passed (0.3)
  --cap SECONDS   fewer steps once so much time has passed, three at least (20)
  --torch WHERE   cuda, cpu or off: where PyTorch is timed too if there is one (cuda)
  --python FILE   the Python that has it (python3)
  --skip-check    do not test the kernels first
  --json          one JSON object per row instead of a table
  --help          this text

Exit code 1: a kernel is wrong, a training failed, or its losses differ from PyTorch's fp32 by more than 1e-3. Exit code 2: bad options.
`;

const options = {
  sizes: { type: 'string', default: defaultSizes.join() },
  cells: { type: 'string', default: cells.join() },
  steps: { type: 'string', default: '30' },
  least: { type: 'string', default: '0.3' },
  cap: { type: 'string', default: '20' },
  torch: { type: 'string', default: 'cuda' },
  python: { type: 'string', default: 'python3' },
  'skip-check': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

function number(name: string, text: string): number {
  const value = Number(text);
  if (!(Number.isFinite(value) && value > 0)) throw new InputError(`--${name} must be a positive number, got ${text}`);
  return value;
}

const list = <Item>(text: string, parse: (item: string) => Item): Item[] => text.split(',').map((item) => parse(item.trim()));

export type Options = ReturnType<typeof readOptions>;

/** @throws InputError on unknown options and bad values. */
export function readOptions(args: readonly string[]) {
  const { sizes, cells, steps, least, cap, torch, python, 'skip-check': skipCheck, json, help } = parse(args);
  if (!['cuda', 'cpu', 'off'].includes(torch)) throw new InputError(`--torch must be cuda, cpu or off, got ${torch}`);
  return {
    sizes: list(sizes, parseSize),
    cells: list(cells, parseCell),
    timing: { steps: Math.ceil(number('steps', steps)), least: 1000 * number('least', least), cap: 1000 * number('cap', cap) },
    torch,
    python,
    skipCheck,
    json,
    help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new InputError((error as Error).message);
  }
}
