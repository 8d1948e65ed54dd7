import { InputError } from '../spec/input-error.ts';
import { describeValue } from '../spec/validation.ts';
import { type Mark, type MarkIds, markIds, markSymbol } from './marks.ts';
import type { EncodeOptions } from './vocabulary.ts';

/** Symbols and ids both ways, the marks first. */
export interface SymbolTable {
  readonly symbols: readonly string[];
  readonly marks: MarkIds;
  idOf(symbol: string): number | undefined;
  /**
   * @param most no fewer than the symbols
   * @throws InputError from `refuse` for a symbol that is not there
   */
  encode(symbols: Iterable<string>, most: number, options: EncodeOptions | undefined, refuse: (symbol: string) => never): Int32Array;
  /** Symbols by id, without pad, begin and end; `unknown` where the unknown mark stands. @throws InputError for an id out of range. */
  decode(ids: Iterable<number>, unknown: string): string[];
}

/** A table of distinct symbols. */
export function createSymbolTable(known: readonly string[], marks: readonly Mark[]): SymbolTable {
  const ids = new Map(known.map((symbol, index) => [symbol, marks.length + index]));
  const symbols = Object.freeze([...marks.map(markSymbol), ...known]);
  const byMark = markIds(marks);
  return {
    symbols,
    marks: byMark,
    idOf: (symbol) => ids.get(symbol) ?? byMark.unknown,
    encode(list, most, { unknown = byMark.unknown === undefined ? 'error' : 'mark' } = {}, refuse) {
      const result = new Int32Array(most);
      let count = 0;
      for (const symbol of list) {
        const id = ids.get(symbol) ?? (unknown === 'mark' ? byMark.unknown : undefined);
        if (id !== undefined) result[count++] = id;
        else if (unknown !== 'skip') refuse(symbol);
      }
      return result.slice(0, count);
    },
    decode(list, unknown) {
      const result: string[] = [];
      for (const id of list) {
        requireId(id, symbols.length);
        if (id >= marks.length) result.push(symbols[id]);
        else if (id === byMark.unknown) result.push(unknown);
      }
      return result;
    },
  };
}

/** @throws InputError unless `id` is a token of a vocabulary of this size */
export function requireId(id: number, size: number): void {
  if (!Number.isInteger(id) || id < 0 || id >= size)
    throw new InputError(`token must be an integer from 0 to ${size - 1}, got ${describeValue(id)}`);
}

/** @throws InputError if a vocabulary has more than `most` tokens */
export function requireAtMost(most: number | undefined, size: number, advice: string): void {
  if (most !== undefined && size > most) throw new InputError(`the vocabulary must have at most ${most} tokens, got ${size}${advice}`);
}

/** Symbols in code point order: UTF-16 order puts some common characters after rare ones. */
export function compareCodePoints(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = (a[index].codePointAt(0) ?? 0) - (b[index].codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
