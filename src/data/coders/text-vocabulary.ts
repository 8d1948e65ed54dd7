import type { ExampleKind } from '../examples.ts';
import type { Mark } from '../marks.ts';
import { createVocabulary, type TokenKind, type Vocabulary } from '../vocabulary.ts';
import type { SizeOptions } from './coder.ts';

/** How texts of examples become tokens. */
export interface TextOptions<Kind extends ExampleKind = ExampleKind> extends SizeOptions<Kind> {
  /** Default words if a text has a space, else characters. */
  readonly tokens?: TokenKind;
  /** Words that occur less often are unknown; default 1. */
  readonly minimumCount?: number;
  /** Tokens of a byte-pair vocabulary; default 512. */
  readonly vocabularySize?: number;
}

/** The vocabulary of some texts, with `marks` before it. */
export function createTextVocabulary(
  texts: readonly string[],
  { tokens, minimumCount, vocabularySize }: Pick<TextOptions, 'tokens' | 'minimumCount' | 'vocabularySize'>,
  marks: readonly Mark[] = ['unknown'],
): Vocabulary {
  switch (tokens ?? (texts.some((text) => text.includes(' ')) ? 'word' : 'char')) {
    case 'word':
      return createVocabulary(texts, { tokens: 'word', marks, ...(minimumCount !== undefined && { minimumCount }) });
    case 'bpe':
      return createVocabulary(texts, {
        tokens: 'bpe',
        marks: marks.filter((mark) => mark !== 'unknown'),
        ...(vocabularySize !== undefined && { size: vocabularySize }),
      });
    case 'char':
      return createVocabulary(texts, { tokens: 'char', marks });
  }
}
