import { mostFrequent } from './majority.ts';

interface Tagged {
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
}

/**
 * What a tagger reaches that looks at no neighbour: each word gets the tag that it had most often in `train`, an unseen word the most
 * frequent tag of all (the customary baseline of part-of-speech tagging, Charniak et al. 1993).
 *
 * @returns the share of right tags over all tokens of `heldOut`, 0 to 1; 0 if either list has no token.
 */
export function tagPerWord(train: readonly Tagged[], heldOut: readonly Tagged[]): number {
  const seen = new Map<string, string[]>();
  for (const { tokens, tags } of train) {
    for (const [index, token] of tokens.entries()) {
      const list = seen.get(token);
      if (list) list.push(tags[index]);
      else seen.set(token, [tags[index]]);
    }
  }
  const total = heldOut.reduce((sum, { tokens }) => sum + tokens.length, 0);
  if (seen.size === 0 || total === 0) return 0;
  const tagOf = new Map([...seen].map(([token, tags]) => [token, mostFrequent(tags)]));
  const unseen = mostFrequent(train.flatMap(({ tags }) => tags));
  let right = 0;
  for (const { tokens, tags } of heldOut) {
    for (const [index, token] of tokens.entries()) if ((tagOf.get(token) ?? unseen) === tags[index]) right++;
  }
  return right / total;
}
