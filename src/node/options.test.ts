import { expect, test } from 'vitest';
import { InputError } from '../index.ts';
import { type OptionTable, parseOptions } from './options.ts';
import { usageOf } from './usage.ts';

const table = {
  cell: { kind: 'word', words: ['gru', 'lstm'], help: 'a cell' },
  tokens: { kind: 'word', words: ['char', 'bpe'], help: 'tokens' },
  hidden: { kind: 'sizes', help: 'units' },
  layers: { kind: 'integer', least: 1, help: 'layers' },
  'learning-rate': { kind: 'number', range: 'non-negative', help: 'a rate' },
  dropout: { kind: 'number', range: 'fraction', help: 'a share' },
  seed: { kind: 'seed', help: 'a seed' },
  prompt: { kind: 'text', placeholder: 'TEXT', help: 'a text' },
  json: { kind: 'flag', help: 'lines' },
  stateful: { kind: 'flag', negatable: true, help: 'states' },
} as const satisfies OptionTable;

const parse = (line: string) => parseOptions('train', table, line.split(' '));

test('every kind of value, and words that are no options', () => {
  expect(parse('a.txt --cell lstm --hidden 64,32 --layers=2 --learning-rate 2e-3 --seed 4294967295 --json b --no-stateful')).toEqual({
    values: { cell: 'lstm', hidden: [64, 32], layers: 2, 'learning-rate': 2e-3, seed: 4294967295, json: true, stateful: false },
    positionals: ['a.txt', 'b'],
  });
  expect(parse('--hidden 64 --stateful').values).toEqual({ hidden: 64, stateful: true });
  expect(parse('--prompt=--cell -- --json')).toEqual({ values: { prompt: '--cell' }, positionals: ['--json'] });
  expect(parse('--learning-rate .5 --learning-rate 1.').values).toEqual({ 'learning-rate': 1 });
});

test.each([
  ['--hiden 3', 'train has no option --hiden, did you mean --hidden?'],
  ['--learningrate 3', 'train has no option --learningrate, did you mean --learning-rate?'],
  ['-json', 'train has no option -j, did you mean --json?'],
  ['--no-json', 'train has no option --no-json, did you mean --json?'],
  ['--toString 1', 'train has no option --toString, did you mean --tokens?'],
  ['--cell rnn', "--cell must be one of 'gru', 'lstm', got 'rnn'"],
  ['--hidden 0', '--hidden must be a positive integer, got 0'],
  ['--hidden 64,x', "--hidden must be a positive integer, got 'x'"],
  ['--hidden 64,', "--hidden must be a positive integer, got ''"],
  ['--layers 1.5', '--layers must be a positive integer, got 1.5'],
  ['--layers 0x10', "--layers must be a positive integer, got '0x10'"],
  ['--learning-rate -1', '--learning-rate must be zero or a positive number, got -1'],
  ['--learning-rate Infinity', "--learning-rate must be zero or a positive number, got 'Infinity'"],
  ['--dropout 1', '--dropout must be at least 0 and below 1, got 1'],
  ['--seed 4294967296', '--seed must be an integer from 0 to 4294967295, got 4294967296'],
  ['--hidden --json', '--hidden must have a value, N or N,N,..., got --json'],
  ['--prompt', '--prompt must have a value, TEXT, got nothing'],
  ['--json=1', "--json must stand alone, got the value '1'"],
])('%s is refused', (line, message) => {
  expect(() => parse(line)).toThrow(new InputError(message));
});

test('the usage text names every option with its help, and no line is too long', () => {
  const usage = usageOf({ synopsis: 'train <file>', summary: 'Trains.', sections: [['Model', table]] });
  for (const [name, { help }] of Object.entries(table)) expect(usage).toMatch(new RegExp(`[-\\]]${name}\\b[^-]*${help}`));
  expect(usage).toContain('  --cell gru|lstm           a cell\n');
  expect(usage).toContain('  --[no-]stateful           states\n');
  const long = usageOf({ synopsis: 'x', summary: 'x', sections: [['A', { a: { kind: 'flag', help: 'word '.repeat(60).trim() } }]] });
  expect(Math.max(...long.split('\n').map((line) => line.length))).toBeLessThanOrEqual(118);
});
