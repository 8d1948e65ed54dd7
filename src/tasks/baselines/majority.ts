/**
 * What a predictor reaches that always says the most frequent label of `train`; of equally frequent ones the first seen.
 *
 * @returns accuracy on `heldOut`, 0 to 1; 0 if either list is empty.
 */
export function majorityLabel(train: readonly { readonly label: string }[], heldOut: readonly { readonly label: string }[]): number {
  if (train.length === 0 || heldOut.length === 0) return 0;
  const label = mostFrequent(train.map((example) => example.label));
  return heldOut.filter((example) => example.label === label).length / heldOut.length;
}

/** The most frequent of some items, which must not be none; of equally frequent ones the first. */
export function mostFrequent(items: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  let best = items[0];
  for (const [item, count] of counts) if (count > (counts.get(best) ?? 0)) best = item;
  return best;
}
