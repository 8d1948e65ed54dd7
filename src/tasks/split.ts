import type { ExampleKind, ExampleOf } from '../data/examples.ts';
import { createRandom, hashText, hashWords, type Random } from '../data/random.ts';
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import type { ExampleTask, Split } from './task.ts';

/** One question in this many is held out, unless a task asks for another share. */
export const heldOutOneIn = 5;

/** After this many draws in a row without a new example, a task is taken to have no more. */
const patience = 100_000;

/**
 * Which side of the split a question belongs to: a property of the question alone, so that no seed can move it.
 *
 * @param identity what the task's `identity` says about an example
 * @param oneIn the share of held-out questions is 1 / oneIn, default 1 in 5
 */
export function splitOf(identity: string, oneIn: number = heldOutOneIn): Split {
  return hashText(identity) % oneIn === 0 ? 'heldout' : 'train';
}

/**
 * The endless examples of one side of the split: whatever `draw` makes and `identity` puts on the other side is passed over. The two sides
 * have streams of their own, so that the same seed does not walk them in step.
 *
 * @param draw makes one example of either side
 * @throws InputError unless the seed is a u32.
 */
export function* drawExamples<Example>(
  split: Split,
  seed: number,
  draw: (random: Random) => Example,
  identity: (example: Example) => string,
  oneIn: number = heldOutOneIn,
): Generator<Example, never> {
  createRandom(seed); // refuses what is no seed
  const random = createRandom(hashWords(seed, split === 'train' ? 0 : 1));
  for (;;) {
    const example = draw(random);
    if (splitOf(identity(example), oneIn) === split) yield example;
  }
}

/**
 * The held-out examples that a final examination asks: `count` of them, all of different identity, in the order that the seed gives.
 *
 * @throws InputError if the task has fewer, with the number that it has.
 */
export function heldOutExamples<Kind extends ExampleKind>(task: ExampleTask<Kind>, count: number, seed: number): ExampleOf<Kind>[] {
  requireInteger('count', count);
  const found = new Map<string, ExampleOf<Kind>>();
  let inVain = 0;
  for (const example of task.examples('heldout', seed)) {
    const identity = task.identity(example);
    if (found.has(identity)) {
      if (++inVain === patience) break;
      continue;
    }
    inVain = 0;
    found.set(identity, example);
    if (found.size === count) return [...found.values()];
  }
  throw new InputError(`count must be at most the ${found.size} distinct held-out examples of task '${task.name}', got ${count}`);
}
