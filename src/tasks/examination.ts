import type { Example, ExampleKind, ExampleOf } from '../data/examples.ts';
import { heldOutExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

/**
 * The held-out examples of a final examination: `count` different ones. Captions have fewer combinations than that, so that there it is the pictures that
 * differ; all of them show combinations that training never does.
 *
 * @throws InputError if the task has fewer.
 */
export function examinationOf<Kind extends ExampleKind>(task: ExampleTask<Kind>, count: number, seed: number): readonly ExampleOf<Kind>[] {
  return heldOutExamples(task.kind === 'captioned-image' ? { ...task, identity: pictureOf } : task, count, seed);
}

const pictureOf = (example: Example): string => (example.kind === 'captioned-image' ? example.image.data.join(' ') : '');
