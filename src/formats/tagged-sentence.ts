import type { TaggedSentence } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { writeCsv } from './csv.ts';
import {
  type ColumnOptions,
  columnNames,
  createGroupReader,
  type ExampleReader,
  readWhole,
  requireText,
  type Separated,
} from './example-reader.ts';
import type { Reading } from './reading.ts';
import { writeTsv } from './tsv.ts';

const columns = ['token', 'tag'] as const;
export type TaggedSentenceOptions = ColumnOptions<(typeof columns)[number]>;

/**
 * A reader of rows `token`, `tag`, an empty line after each sentence. A `.csv` names its columns in the first row; a `.tsv` may, and must where they
 * have other names or neighbours.
 */
export function createTaggedSentenceReader(
  format: Separated,
  name: string,
  options: TaggedSentenceOptions = {},
): ExampleReader<TaggedSentence> {
  const names = columnNames(columns, options);
  const header = format === 'csv' || options.columns ? 'required' : 'allowed';
  return createGroupReader(
    { name, columns: names, header },
    'sentences',
    options,
    ([token, tag]) => ({ token: requireText(token, names[0]), tag: requireText(tag, names[1]) }),
    (rows): TaggedSentence => ({ kind: 'tagged-sentence', tokens: rows.map(({ token }) => token), tags: rows.map(({ tag }) => tag) }),
  );
}

/**
 * Reads a `.csv` or `.tsv` of tokens and tags, see createTaggedSentenceReader.
 *
 * @param name what messages call the file
 * @throws InputError for a missing column, more than 1 % of sentences that cannot be taken, an empty file.
 */
export const readTaggedSentences = (
  format: Separated,
  text: string,
  name: string,
  options: TaggedSentenceOptions = {},
): Reading<TaggedSentence> => readWhole(format, name, text, createTaggedSentenceReader(format, name, options));

/** Writes what readTaggedSentences reads back exactly. @throws InputError for empty tokens, tags or sentences, and what a `.tsv` cannot say. */
export function writeTaggedSentences(format: Separated, sentences: readonly TaggedSentence[]): string {
  const write = format === 'csv' ? writeCsv : writeTsv;
  return write([columns]) + sentences.map((sentence) => `${write(rowsOf(sentence))}\n`).join('');
}

function rowsOf({ tokens, tags }: TaggedSentence): string[][] {
  if (tokens.length === 0 || tokens.length !== tags.length)
    throw new InputError(`a sentence must have at least one token and a tag for each, got ${tokens.length} tokens and ${tags.length} tags`);
  return tokens.map((token, index) => [requireText(token, 'token'), requireText(tags[index], 'tag')]);
}
