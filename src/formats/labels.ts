import { quoteField } from './reading.ts';

/** Examples whose label no other has, each with the reason why it is skipped: such a class cannot be learned from one part and examined on another. */
export function labelsSeenOnce<Value extends { readonly label: string }>(examples: readonly Value[], column: string): Map<Value, string> {
  const counts = new Map<string, number>();
  for (const { label } of examples) counts.set(label, (counts.get(label) ?? 0) + 1);
  return new Map(
    examples
      .filter(({ label }) => counts.get(label) === 1)
      .map((example) => [example, `${column} ${quoteField(example.label)} must occur at least twice in the file, got it once`]),
  );
}
