import { describe, expect, test } from 'vitest';
import { trainSpec } from '../spec/train.ts';
import { takeExamples } from '../testing/example-task.ts';
import { combinationsOf } from './captions/held-out.ts';
import { captionOf, relatedCaptionOf, relatedScenes, scenes } from './captions/scene.ts';
import { captionsTask, captionsTwoTask } from './captions.ts';
import type { Split } from './task.ts';

const cases = [
  { task: captionsTask, all: scenes as readonly object[], captions: scenes.map(captionOf), combinations: 756, heldOut: 151, words: 27 },
  {
    task: captionsTwoTask,
    all: relatedScenes as readonly object[],
    captions: relatedScenes.map(relatedCaptionOf),
    combinations: 7056,
    heldOut: 1411,
    words: 21,
  },
];

describe.each(cases)('$task.name', ({ task, all, captions, combinations, heldOut, words }) => {
  const examples = { train: takeExamples(task, 'train', 1, 20_000), heldout: takeExamples(task, 'heldout', 1, 2000) };

  test('has a caption for each combination', () => {
    expect(all).toHaveLength(combinations);
    expect(new Set(captions).size).toBe(combinations);
  });

  test('holds out a fifth of the combinations', () => {
    expect(combinationsOf(all, 'heldout')).toHaveLength(heldOut);
    const sides = [...combinationsOf(all, 'heldout'), ...combinationsOf(all, 'train')];
    expect(new Set(sides)).toEqual(new Set(all));
    expect(sides).toHaveLength(combinations);
  });

  test('trains on and asks every pair of values', () => {
    const pairs = (side: readonly object[]): Set<string> =>
      new Set(
        side.flatMap((combination) => {
          const values = Object.entries(combination).map(([name, value]) => `${name}: ${value}`);
          return values.flatMap((first, at) => values.slice(at + 1).map((second) => `${first}, ${second}`));
        }),
      );
    expect(pairs(combinationsOf(all, 'train'))).toEqual(pairs(all));
    expect(pairs(combinationsOf(all, 'heldout'))).toEqual(pairs(all));
  });

  test('no held-out combination is drawn for training', () => {
    const trained = new Set(examples.train.map(task.identity));
    expect(trained.size).toBeGreaterThan(0.9 * (combinations - heldOut));
    expect(examples.heldout.filter((example) => trained.has(task.identity(example)))).toEqual([]);
    const known = new Set(captions);
    for (const { caption } of [...examples.train, ...examples.heldout]) expect(known.has(caption)).toBe(true);
  });

  test('no picture is like another', () => {
    const pictures = examples.heldout.map(({ image }) => image.data.join(' '));
    expect(new Set(pictures).size).toBe(2000);
  });

  test('the same seed gives the same examples', () => {
    const first = (split: Split, seed: number) => takeExamples(task, split, seed, 50);
    expect(first('train', 1)).toEqual(examples.train.slice(0, 50));
    expect(first('heldout', 1)).toEqual(examples.heldout.slice(0, 50));
    expect(first('train', 2)).not.toEqual(examples.train.slice(0, 50));
    expect(() => first('train', -1)).toThrow('seed must be an integer from 0 to 4294967295, got -1');
  });

  test('its captions are short and of few words', () => {
    const captionWords = captions.map((caption) => caption.split(' '));
    expect(new Set(captionWords.flat()).size).toBe(words);
    expect(Math.max(...captionWords.map(({ length }) => length))).toBe(task.train.timeSteps - 1);
  });

  test('remembering does not help', () => {
    const baselines = task.baselines(examples.train.slice(0, 1000), examples.heldout.slice(0, 100));
    expect(baselines).toEqual({ 'nearest training picture': 0 });
  });

  test('its training is complete and its data frozen', () => {
    expect(() => trainSpec(task.train)).not.toThrow();
    expect([task, task.model, task.model.recurrent, task.train, task.train.optimizer, task.metric].every(Object.isFrozen)).toBe(true);
  });
});
