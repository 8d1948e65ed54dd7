/** Two neighbouring symbols that become one. */
export type Merge = readonly [left: string, right: string];

interface Word {
  symbols: readonly string[];
  readonly count: number;
}

interface Pair {
  readonly merge: Merge;
  count: number;
  /** The words in which it occurs, or did. */
  readonly words: Set<Word>;
}

/**
 * Byte-pair encoding (Sennrich, Haddow and Birch 2016): again and again, the most frequent pair of neighbours within words becomes one symbol. Of equally
 * frequent pairs the first by code units goes first.
 *
 * After each merge only the words that held the pair are counted anew: about (merges · distinct pairs) steps in all.
 *
 * @param words each word and how often it occurs
 * @param merges how many merges at most; fewer if no pair occurs twice
 */
export function trainBytePairs(words: ReadonlyMap<string, number>, merges: number): Merge[] {
  const pairs = new Map<string, Pair>();
  const count = (word: Word, sign: 1 | -1): void => {
    for (let index = 1; index < word.symbols.length; index++) {
      const merge: Merge = [word.symbols[index - 1], word.symbols[index]];
      const key = merge.join(' '); // no symbol holds a space: bytes that are spaces have another character
      const pair = pairs.get(key) ?? { merge, count: 0, words: new Set() };
      pair.count += sign * word.count;
      pair.words.add(word);
      if (pair.count > 0) pairs.set(key, pair);
      else pairs.delete(key);
    }
  };
  for (const [text, occurrences] of words) count({ symbols: [...text], count: occurrences }, 1);
  const result: Merge[] = [];
  while (result.length < merges) {
    const best = mostFrequent(pairs);
    if (best === undefined) break;
    result.push(best.merge);
    for (const word of [...best.words]) {
      count(word, -1);
      word.symbols = applyMerge(word.symbols, best.merge);
      count(word, 1);
    }
  }
  return result;
}

/** The symbols with every occurrence of the pair, from the left, made one. */
export function applyMerge(symbols: readonly string[], [left, right]: Merge): string[] {
  const merged: string[] = [];
  for (let index = 0; index < symbols.length; index++) {
    const isPair = symbols[index] === left && symbols[index + 1] === right;
    merged.push(isPair ? left + right : symbols[index]);
    if (isPair) index++;
  }
  return merged;
}

function mostFrequent(pairs: ReadonlyMap<string, Pair>): Pair | undefined {
  let best: Pair | undefined;
  let bestKey = '';
  for (const [key, pair] of pairs) {
    if (pair.count < 2 || pair.count < (best?.count ?? 0)) continue;
    if (best === undefined || pair.count > best.count || key < bestKey) {
      best = pair;
      bestKey = key;
    }
  }
  return best;
}
