/**
 * What the two kinds have in common whose models write: text pairs (encoder-decoder) and captioned images (one-to-many). All that their specs say beyond the
 * others' stands here.
 */
import type { ModelOptions } from '../../spec/model.ts';
import type { ChosenModel } from './coder.ts';

/** The id that begins and ends what is written, the first of the target vocabulary. */
export const mark = 0;

/** The options of a model that writes tokens of `classes` kinds until the mark. */
export function writtenModel(
  architecture: 'encoder-decoder' | 'one-to-many',
  input: ModelOptions['input'],
  { embedding = 0, ...chosen }: ChosenModel,
  classes: number,
): ModelOptions {
  return { ...chosen, architecture, input, output: { kind: 'softmax', classes }, decoder: { embedding, mark } };
}

/** Decoded ids [T, B] as a list per row, up to its first mark. */
export function readUntilMark(ids: ArrayLike<number>, batch: number): number[][] {
  return Array.from({ length: batch }, (_, row) => {
    const list: number[] = [];
    for (let at = row; at < ids.length && ids[at] !== mark && ids[at] >= 0; at += batch) list.push(ids[at]);
    return list;
  });
}
