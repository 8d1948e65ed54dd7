import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { recogniseCsv, recogniseTsv } from './recognise.ts';

describe('a .csv', () => {
  test.each([
    [['id', 'text', 'label'], {}, 'labeled-text'],
    [['sequence', 'value'], {}, 'valued-sequence'],
    [['sequence', 'label'], {}, 'labeled-sequence'],
    [['steps', 'label'], { columns: { sequence: 'steps' } }, 'labeled-sequence'],
    [['review', 'score'], { columns: { text: 'review' } }, 'labeled-text'],
    [['input', 'target'], {}, 'signal-pair'],
    [['token', 'tag'], {}, 'tagged-sentence'],
    [['file', 'caption'], {}, 'captioned-image'],
    [['Date', 'Close'], {}, 'series'],
    [['series', 'value'], {}, 'series'],
    [['Date', 'Open', 'value'], {}, 'series'],
    [['Date', 'Open', 'Close'], { column: 'Close' }, 'series'],
    [['text', 'label', 'score'], { column: 'score' }, 'series'],
    [['review', 'stars'], { columns: { text: 'review', label: 'stars' } }, 'labeled-text'],
    [['text', 'stars'], { columns: { label: 'stars' } }, 'labeled-text'],
  ])('%j %j is %s', (header, options, kind) => {
    expect(recogniseCsv('a.csv', header, options)).toBe(kind);
  });

  test.each([
    [
      ['Date', 'Open', 'Close'],
      {},
      "a.csv must have the columns text and label, sequence and label, sequence and value, input and target, token and tag, file and caption, or a column of numbers that is named, got the columns 'Date', 'Open', 'Close'",
    ],
    [
      ['text', 'label', 'input', 'target'],
      {},
      'a.csv must have the columns of one kind of examples, or the kind be said, got those of labeled-text and signal-pair',
    ],
    [
      ['steps', 'kind'],
      { columns: { sequence: 'steps' } },
      "a.csv must have the columns text and label, sequence and label, sequence and value, input and target, token and tag, file and caption, got the columns 'steps', 'kind'",
    ],
    [
      ['a', 'b'],
      { columns: { text: 'a', tag: 'b' } },
      "columns must belong together (text and label, sequence and label, sequence and value, input and target, token and tag, file and caption), got 'text', 'tag'",
    ],
  ])('%j %j is not', (header, options, message) => {
    expect(() => recogniseCsv('a.csv', header, options)).toThrow(new InputError(message));
  });
});

describe('a .tsv', () => {
  test.each([
    ['token\ttag\na\tX\n', 'tagged-sentence'],
    ['id\ttag\ttoken\n', 'tagged-sentence'],
    ['source\ttarget\na\tb\n\nc\td\n', 'text-pair'],
    ['we\tPRON\nrun\tVERB\n\nso\tADV\n', 'tagged-sentence'],
    ['hello you\tbonjour\n', 'text-pair'],
    ['one\tun\ntwo\tdeux\n\n\n', 'text-pair'],
    [`${'one\tun\n'.repeat(100)}\n${'hello you\tbonjour\n'.repeat(100)}`, 'text-pair'],
    ['', 'text-pair'],
  ])('%j is %s', (text, kind) => {
    expect(recogniseTsv('a.tsv', text)).toBe(kind);
  });

  test('with many empty lines and spaces in fields is neither', () => {
    expect(() => recogniseTsv('a.tsv', 'hello you\tbonjour\n\nno\tnon\n')).toThrow(
      new InputError(
        'a.tsv must hold pairs of texts without empty lines, or tokens and tags without spaces, or the kind be said, got 1 empty of 3 lines and fields with spaces',
      ),
    );
  });
});
