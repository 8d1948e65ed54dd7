import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyMerge, type Merge, trainBytePairs } from './byte-pair-training.ts';

/** The same by the plainest means: all pairs of all words counted anew for every merge. */
function trainPlainly(words: ReadonlyMap<string, number>, merges: number): Merge[] {
  let split = [...words].map(([word, count]) => ({ symbols: [...word], count }));
  const result: Merge[] = [];
  while (result.length < merges) {
    const counts = new Map<string, number>();
    for (const { symbols, count } of split) {
      for (let index = 1; index < symbols.length; index++) {
        const key = `${symbols[index - 1]} ${symbols[index]}`;
        counts.set(key, (counts.get(key) ?? 0) + count);
      }
    }
    const [best] = [...counts].sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1));
    if (best === undefined || best[1] < 2) break;
    const [left, right] = best[0].split(' ');
    result.push([left, right]);
    split = split.map(({ symbols, count }) => ({ symbols: applyMerge(symbols, [left, right]), count }));
  }
  return result;
}

test('the most frequent pair first, then pairs with what it became', () => {
  expect(
    trainBytePairs(
      new Map([
        ['low', 5],
        ['lower', 2],
        ['newest', 6],
        ['widest', 3],
      ]),
      4,
    ),
  ).toEqual([
    ['e', 's'],
    ['es', 't'],
    ['l', 'o'],
    ['lo', 'w'],
  ]);
});

test('a run of one letter is merged from the left', () => {
  expect(applyMerge([...'aaaaa'], ['a', 'a'])).toEqual(['aa', 'aa', 'a']);
  expect(trainBytePairs(new Map([['aaaaa', 1]]), 5)).toEqual([['a', 'a']]);
});

test('it is what counting everything anew gives', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(word, fc.integer({ min: 1, max: 5 }))), fc.nat(20), (entries, merges) => {
      const words = new Map(entries);
      expect(trainBytePairs(words, merges)).toEqual(trainPlainly(words, merges));
    }),
    { numRuns: 1000 },
  );
});
