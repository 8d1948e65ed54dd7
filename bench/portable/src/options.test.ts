import { expect, test } from 'vitest';
import { readOptions, usage } from './options.ts';

test('without options every default size with every cell', () => {
  const { sizes, cells, timing, torch } = readOptions([]);
  expect(sizes.map(({ name }) => name)).toContain('V-64x128x512');
  expect(cells).toEqual(['lstm', 'gru', 'rnn-tanh']);
  expect(timing).toEqual({ steps: 30, least: 300, cap: 20_000 });
  expect(torch).toBe('cuda');
});

test('lists are separated by commas, times are seconds', () => {
  const { sizes, cells, timing } = readOptions([
    '--sizes',
    '1x2x4, V-2x3x4',
    '--cells',
    'gru',
    '--steps',
    '3',
    '--least',
    '0.01',
    '--cap',
    '2',
  ]);
  expect(sizes.map(({ name }) => name)).toEqual(['1x2x4', 'V-2x3x4']);
  expect(cells).toEqual(['gru']);
  expect(timing).toEqual({ steps: 3, least: 10, cap: 2000 });
});

test.each([
  [['--sizes', '1x2'], /--sizes must be/],
  [['--cells', 'cnn'], /--cells must be/],
  [['--steps', '0'], /--steps must be a positive number, got 0/],
  [['--torch', 'tpu'], /--torch must be cuda, cpu or off, got tpu/],
  [['--nonsense'], /--nonsense/],
])('%j is refused in one sentence', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});

test('the usage names every option', () => {
  for (const name of Object.keys(readOptions([])).filter((key) => !['timing', 'skipCheck'].includes(key)))
    expect(usage).toContain(`--${name}`);
  for (const name of ['--steps', '--least', '--cap', '--skip-check']) expect(usage).toContain(name);
});
