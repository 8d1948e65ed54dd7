import { expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readTaggedSentences, writeTaggedSentences } from './tagged-sentence.ts';

const sentence = (...pairs: [string, string][]) => ({
  kind: 'tagged-sentence',
  tokens: pairs.map(([token]) => token),
  tags: pairs.map(([, tag]) => tag),
});

test('a tsv needs no header, a sentence ends at empty lines or the end', () => {
  const { examples, unit, total } = readTaggedSentences('tsv', 'we\tPRON\nrun\tVERB\n\n\nso\tADV', 'a.tsv');
  expect(examples).toEqual([sentence(['we', 'PRON'], ['run', 'VERB']), sentence(['so', 'ADV'])]);
  expect([unit, total]).toEqual(['sentences', 2]);
});

test('a header may have other columns, in any order, once they are named', () => {
  const text = 'pos\tid\tword\nPRON\t1\twe\n';
  expect(readTaggedSentences('tsv', text, 'a.tsv', { columns: { token: 'word', tag: 'pos' } }).examples).toEqual([
    sentence(['we', 'PRON']),
  ]);
});

test('a wrong line skips its sentence, not its neighbours', () => {
  const text = 'token,tag\na,X\n\nb,X\nc\nd,X\ne,\n\nf,X\n';
  const { examples, skipped } = readTaggedSentences('csv', text, 'a.csv', { allowSkipped: true });
  expect(examples).toEqual([sentence(['a', 'X']), sentence(['f', 'X'])]);
  expect(skipped).toEqual([{ line: 5, reason: "a row must have 2 fields (token, tag), got one ('c')" }]);
  expect(() => readTaggedSentences('csv', text, 'a.csv')).toThrow(
    'at most 1 % of sentences that cannot be read (or allowSkipped), got 1 of 3',
  );
});

test.each([
  ['csv', '', "a must have the columns 'token', 'tag', got an empty file"],
  ['tsv', '', "a must have the columns 'token', 'tag', got an empty file"],
  ['tsv', 'token\ttag\n\n\n', 'a must hold at least one example, got none'],
  ['csv', 'word,tag\na,b\n', "a must have the column 'token', got the columns 'word', 'tag'"],
] as const)('%s %j is refused', (format, text, message) => {
  expect(() => readTaggedSentences(format, text, 'a')).toThrow(new InputError(message));
});

test('what cannot be read is not written', () => {
  const write = (tokens: string[], tags: string[]) => writeTaggedSentences('tsv', [{ kind: 'tagged-sentence', tokens, tags }]);
  expect(() => write([], [])).toThrow('at least one token and a tag for each, got 0 tokens and 0 tags');
  expect(() => write(['a', 'b'], ['X'])).toThrow('got 2 tokens and 1 tags');
  expect(() => write(['a'], [''])).toThrow('tag must not be empty');
  expect(() => write(['a\tb'], ['X'])).toThrow(InputError);
});
