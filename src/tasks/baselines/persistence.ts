/** The forecast that all stays as it is: the last value of the context, `horizon` times. */
export function persist(context: readonly number[], horizon: number): number[] {
  return new Array<number>(horizon).fill(context[context.length - 1]);
}
