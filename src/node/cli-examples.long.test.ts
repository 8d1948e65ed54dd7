/** Tasks of examples and texts of words through the committed executable: trained, resumed, measured, exported and read again. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildMilliseconds, type CommandLine, createCommandLine, parseLines } from '../testing/command-line.ts';

let line: CommandLine;

beforeAll(async () => {
  line = await createCommandLine();
}, buildMilliseconds);

afterAll(() => line?.dispose());

test('a task of examples: resumed exactly, measured alike by evaluate, and as a file by the same road', () => {
  const small = '--hidden 8 --json';
  const straight = parseLines(line.run(`train parity ${small} --steps 6 --out parity.safetensors`).out);
  const last = straight[straight.length - 1];
  expect(last).toMatchObject({ done: true, steps: 6, sample: expect.stringMatching(/^[01]+\n(even|odd), predicted (even|odd)$/) });
  expect(last.metric).toMatchObject({ name: 'accuracy', count: 1000, baselines: { 'most frequent label': expect.closeTo(0.5, 1) } });
  line.run(`train parity ${small} --steps 4 --out begun.safetensors`);
  line.run('train parity --json --steps 6 --resume begun.safetensors --out resumed-parity.safetensors');
  expect(readFileSync(line.at('resumed-parity.safetensors')).equals(readFileSync(line.at('parity.safetensors')))).toBe(true);
  const [measured] = parseLines(line.run('evaluate parity.safetensors parity --json').out);
  expect(measured).toMatchObject({ part: 'heldout', validationLoss: last.validationLoss, metric: last.metric });

  expect(line.run('data parity --split heldout --count 1000 --out parity.csv').code).toBe(0);
  const [file] = parseLines(line.run('evaluate parity.safetensors parity.csv --json').out);
  expect(file.part).toBe('all');
  expect(file.metric).toMatchObject({ value: (last.metric as { value: number }).value, count: 1000 });
  expect(line.run('train parity.csv --resume parity.safetensors --steps 8').err).toContain('must be the examples that parity.safetensors');
  expect(line.run('evaluate parity.safetensors adding').err).toContain(
    'must be a model of examples of kind valued-sequence, as adding holds',
  );
}, 400_000);

test('words are learned and written', () => {
  const tiny = '--tokens word --cell rnn-tanh --hidden 4 --batch 2 --time-steps 4 --steps 2 --length 12 --json';
  const lines = parseLines(line.run(`train text ${tiny} --out words.safetensors`).out);
  expect(lines[lines.length - 1].metric).toMatchObject({ name: 'bits per word', baselines: { trigram: expect.closeTo(2.8, 1) } });
  const [{ text }] = parseLines(line.run('generate words.safetensors --prompt the --length 6 --top-p 0.9 --json').out);
  expect(text).toMatch(/^the[^a-z]/);
}, 200_000);

test('input weights are scaled on the first batch, of a text and of examples, and never of a run that goes on', () => {
  const told = /^input weights scaled to pre-activations of variance 1: l0 times [\d.]+ \(variance [\d.]+ before\)$/m;
  const tiny = '--hidden 4 --batch 2 --steps 1 --unit-variance';
  expect(line.run(`train text ${tiny} --time-steps 4 --length 4`).err).toMatch(told);
  expect(line.run(`train parity ${tiny} --out scaled.safetensors`).err).toMatch(told);
  expect(line.run('train parity --resume scaled.safetensors --steps 2 --unit-variance').err).toContain(
    '--unit-variance must be asked of a new run',
  );
}, 200_000);
