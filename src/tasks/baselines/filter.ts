/** A signal and what a filter should make of it, [T] each. */
export interface FilterPair {
  readonly input: readonly number[];
  readonly target: readonly number[];
}
