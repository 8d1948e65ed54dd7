/** Grammars as data: the same rules draw a sentence and list every way to read one. */
import type { Random } from '../../data/random.ts';
import { oneOf, weighted } from '../draw.ts';

/** One word of a list with its tag; rules one after the other; one rule of several. No rule may contain itself. */
export type Rule =
  | { readonly kind: 'word'; readonly tag: string; readonly words: readonly string[]; readonly known: ReadonlySet<string> }
  | { readonly kind: 'sequence'; readonly parts: readonly Rule[] }
  | { readonly kind: 'choice'; readonly options: readonly (readonly [weight: number, rule: Rule])[] };

export interface TaggedWord {
  readonly token: string;
  readonly tag: string;
}

export function word(tag: string, words: readonly string[]): Rule {
  return { kind: 'word', tag, words, known: new Set(words) };
}

export function sequence(...parts: readonly Rule[]): Rule {
  return { kind: 'sequence', parts };
}

/** Weights are whole numbers. */
export function choice(...options: readonly (readonly [weight: number, rule: Rule])[]): Rule {
  return { kind: 'choice', options };
}

/** The rule this many times in a hundred, else nothing. */
export function maybe(chance: number, rule: Rule): Rule {
  return choice([chance, rule], [100 - chance, sequence()]);
}

/** Words and tags that a rule makes. */
export function drawFrom(rule: Rule, random: Random): TaggedWord[] {
  switch (rule.kind) {
    case 'word':
      return [{ token: oneOf(random, rule.words), tag: rule.tag }];
    case 'sequence':
      return rule.parts.flatMap((part) => drawFrom(part, random));
    case 'choice':
      return drawFrom(weighted(random, rule.options), random);
  }
}

/** Every different row of tags, separated by spaces, that a rule can give to exactly these words. */
export function readings(rule: Rule, tokens: readonly string[]): string[] {
  const memory = new Map<Rule, (readonly Reading[] | undefined)[]>();
  const read = (part: Rule, from: number): readonly Reading[] => {
    if (part.kind === 'word') return part.known.has(tokens[from]) ? [{ end: from + 1, tags: part.tag }] : [];
    let found = memory.get(part);
    if (!found) {
      found = [];
      memory.set(part, found);
    }
    found[from] ??= readAt(part, from);
    return found[from];
  };
  const readAt = (part: Exclude<Rule, { kind: 'word' }>, from: number): readonly Reading[] => {
    if (part.kind === 'choice') return distinct(part.options.flatMap(([, option]) => read(option, from)));
    let heads: readonly Reading[] = [{ end: from, tags: '' }];
    for (const next of part.parts) {
      heads = distinct(
        heads.flatMap((head) => read(next, head.end).map((tail) => ({ end: tail.end, tags: joined(head.tags, tail.tags) }))),
      );
      if (heads.length === 0) break;
    }
    return heads;
  };
  return read(rule, 0)
    .filter(({ end }) => end === tokens.length)
    .map(({ tags }) => tags);
}

/** The words from where one began up to `end`, and their tags. */
interface Reading {
  readonly end: number;
  readonly tags: string;
}

function distinct(found: readonly Reading[]): readonly Reading[] {
  if (found.length < 2) return found;
  return [...new Map(found.map((reading) => [`${reading.end} ${reading.tags}`, reading])).values()];
}

function joined(left: string, right: string): string {
  return left === '' ? right : right === '' ? left : `${left} ${right}`;
}
