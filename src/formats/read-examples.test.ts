import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { createFileReader, readExampleText } from './read-examples.ts';

test.each([
  ['a.csv', 'text,label\na,x\nb,x\n', 'labeled-text'],
  ['a.CSV', 'sequence,label\n1 2,x\n3 4,x\n', 'labeled-sequence'],
  ['a.csv', 'sequence,value\n1 2,3\n', 'valued-sequence'],
  ['a.csv', 'input,target\n1,2\n', 'signal-pair'],
  ['a.csv', 'token,tag\nwe,PRON\n', 'tagged-sentence'],
  ['a.csv', 'close\n1\n', 'series'],
  ['a.tsv', 'hello\tbonjour\n', 'text-pair'],
  ['a.tsv', 'we\tPRON\n\nso\tADV\n', 'tagged-sentence'],
])('%s %j is %s', (name, text, kind) => {
  expect(readExampleText(name, text)).toMatchObject({ kind, skipped: [] });
});

test('a file may come in pieces of any size', () => {
  const reader = createFileReader('csv', 'a.csv');
  for (const character of 'input,target\n1,2\n3,4') reader.push(character);
  expect(reader.end()).toMatchObject({ kind: 'signal-pair', examples: [{ input: [1, 3], target: [2, 4] }] });
});

test('captions are left to whoever loads the images', () => {
  const reader = createFileReader('csv', 'captions.csv');
  reader.push('file,caption\na.png,one\n');
  expect(reader.end()).toBe('captions');
  expect(() => readExampleText('captions.csv', 'file,caption\na.png,one\n')).toThrow(
    new InputError('captions.csv must come with the images that it lists, got the text alone'),
  );
});

test.each([
  ['a.txt', 'x', 'a.txt must be a .csv or .tsv file, got another extension'],
  ['a.csv', '', 'a.csv must name its columns in the first line, got an empty file'],
  ['a.tsv', '', "a.tsv must have the columns 'source', 'target', got an empty file"],
])('%s %j is refused', (name, text, message) => {
  expect(() => readExampleText(name, text)).toThrow(new InputError(message));
});
