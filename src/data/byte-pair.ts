/** Byte-pair vocabularies: encoded and decoded by the tokenizers library of Hugging Face, the one file that knows it. */
import { ByteLevelPreTokenizer, Tokenizer } from '@huggingface/tokenizers';
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { trainBytePairs } from './byte-pair-training.ts';
import { type Mark, markIds, markSymbol, orderMarks } from './marks.ts';
import { requireAtMost, requireId } from './symbol-table.ts';
import type { Vocabulary, VocabularyJSON } from './vocabulary.ts';

/** What a tokenizer.json holds. */
export type TokenizerJSON = Readonly<Record<string, unknown>>;

export interface BytePairOptions {
  /** Tokens besides the marks, at least the 256 bytes; default 512. A text in which no more pairs repeat gives fewer. */
  readonly size?: number;
  /** Default none; `unknown` is never needed, because every text is made of bytes. */
  readonly marks?: readonly Mark[];
  /** The largest vocabulary that is not refused; default any. */
  readonly mostTokens?: number;
}

const bytes = 256;
const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true } as const;

/**
 * A byte-level byte-pair vocabulary trained on a text or several.
 *
 * @throws InputError for an empty text, a size below 256, or more tokens than `mostTokens`.
 */
export function createBytePairVocabulary(texts: string | Iterable<string>, options: BytePairOptions = {}): Vocabulary {
  const size = requireInteger('size', options.size ?? 512, bytes);
  const splitter = new ByteLevelPreTokenizer(byteLevel);
  const words = new Map<string, number>();
  for (const text of typeof texts === 'string' ? [texts] : texts) {
    for (const word of text === '' ? [] : splitter.pre_tokenize_text(text)) words.set(word, (words.get(word) ?? 0) + 1);
  }
  if (words.size === 0) throw new InputError('a vocabulary wants a text of at least one character, got an empty one');
  const merges = trainBytePairs(words, size - bytes);
  const symbols = Array.from({ length: bytes }, (_, byte) => splitter.byte_encoder[byte]).concat(
    merges.map(([left, right]) => left + right),
  );
  const tokenizer: TokenizerJSON = {
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { type: 'BPE', vocab: Object.fromEntries(symbols.map((symbol, id) => [symbol, id])), merges },
  };
  const vocabulary = bytePairFromJSON(tokenizer, { marks: options.marks });
  requireAtMost(options.mostTokens, vocabulary.size, ' (a smaller size makes it smaller)');
  return vocabulary;
}

/**
 * A vocabulary from a tokenizer.json (https://huggingface.co/docs/tokenizers), parsed: one that was trained here, or any other of that library with ids
 * from 0 on. Marks of ours come before its ids.
 *
 * @param name what messages call it
 * @throws InputError if the library cannot use it, or ids are missing.
 */
export function bytePairFromJSON(
  json: unknown,
  { marks = [], name = 'tokenizer.json' }: { readonly marks?: readonly Mark[] | undefined; readonly name?: string } = {},
): Vocabulary {
  const ordered = orderMarks(marks);
  const offset = ordered.length;
  const tokenizer = openTokenizer(json, name);
  const known = [...tokenizer.get_vocab(true)].filter(([symbol]) => symbol !== undefined); // it lists a gap as undefined
  const ids = known.map(([, id]) => id).sort((left, right) => left - right);
  const gap = ids.findIndex((id, index) => id !== index);
  if (ids.length === 0 || gap !== -1)
    throw new InputError(`${name} must have ids from 0 on without a gap, got ${gap === -1 ? 'none' : `none that is ${gap}`}`);
  const size = offset + ids.length;
  const textOf = (list: number[]): string => tokenizer.decode(list, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  const encode = (text: string): Int32Array =>
    Int32Array.from(text === '' ? [] : tokenizer.encode(text, { add_special_tokens: false }).ids, (id) => id + offset);
  return Object.freeze({
    kind: 'bpe',
    size,
    symbols: Object.freeze([...ordered.map(markSymbol), ...ids.map((id) => textOf([id]))]),
    marks: markIds(ordered),
    encode,
    decode(list) {
      const own: number[] = [];
      for (const id of list) {
        requireId(id, size);
        if (id >= offset) own.push(id - offset);
      }
      return own.length === 0 ? '' : textOf(own);
    },
    idOf(symbol) {
      const found = encode(symbol);
      return found.length === 1 ? found[0] : markIds(ordered).unknown;
    },
    toJSON: (): VocabularyJSON => ({ kind: 'bpe', tokenizer: json as TokenizerJSON, marks: ordered }),
  } satisfies Vocabulary);
}

function openTokenizer(json: unknown, name: string): Tokenizer {
  try {
    return new Tokenizer(json as object, {});
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new InputError(`${name} must be a tokenizer.json of the tokenizers library, got one that it cannot open: ${problem}`);
  }
}
