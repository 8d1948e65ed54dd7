import type { Example } from '../data/examples.ts';
import type { Batch, Coder } from '../index.ts';

/**
 * Batches of `rows` examples, coded. What step s reads depends on s alone, so that a resumed run reads on where it stopped; steps in order cost nothing to
 * find.
 *
 * @param examples begins anew at each call
 * @returns a function from the number of steps done to the batches of those that follow
 */
export function createExampleBatches(coder: Coder, examples: () => Iterable<Example>, rows: number): (from: number) => Iterable<Batch> {
  let iterator: Iterator<Example> | undefined;
  let at = 0;
  const take = (): Example[] => {
    const taken: Example[] = [];
    while (iterator && taken.length < rows) taken.push(iterator.next().value as Example);
    at++;
    return taken;
  };
  return (from) => {
    if (!iterator || at !== from) {
      iterator = examples()[Symbol.iterator]();
      for (at = 0; at < from; ) take();
    }
    return { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: coder.encode(take()) }) }) };
  };
}
