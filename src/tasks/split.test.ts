import { describe, expect, test } from 'vitest';
import type { LabeledText } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { InputError } from '../spec/input-error.ts';
import { drawExamples, heldOutExamples, splitOf } from './split.ts';
import type { ExampleTask } from './task.ts';

const take = <Item>(items: Iterable<Item>, count: number): Item[] => {
  const taken: Item[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
};

const number = (random: Random): string => String(random.integer(10_000));
const identity = (text: string): string => text;

describe('splitOf', () => {
  test.each([2, 5, 20])('holds out one in %i', (oneIn) => {
    const heldOut = Array.from({ length: 20_000 }, (_, index) => splitOf(`question ${index}`, oneIn)).filter(
      (split) => split === 'heldout',
    );
    expect(Math.abs(heldOut.length / 20_000 - 1 / oneIn)).toBeLessThan(0.01);
  });

  test('is blind to the parity of bits, which plain FNV-1a keeps in its lowest bit', () => {
    const texts = Array.from({ length: 4096 }, (_, index) => index.toString(2).padStart(12, '0'));
    const odd = texts.filter((text) => [...text].filter((bit) => bit === '1').length % 2 === 1);
    const heldOut = odd.filter((text) => splitOf(text, 2) === 'heldout').length;
    expect(Math.abs(heldOut / odd.length - 0.5)).toBeLessThan(0.04);
  });
});

describe('drawExamples', () => {
  test('keeps the sides apart, whatever the seeds', () => {
    const train = new Set([1, 2, 3].flatMap((seed) => take(drawExamples('train', seed, number, identity), 10_000)));
    const heldOut = new Set([1, 2, 4].flatMap((seed) => take(drawExamples('heldout', seed, number, identity), 10_000)));
    expect([...heldOut].filter((text) => train.has(text))).toEqual([]);
    expect(heldOut.size).toBeGreaterThan(1_500);
    expect(train.size).toBeGreaterThan(7_000);
  });

  test('the seed decides the order and nothing else does', () => {
    const draw = (seed: number) => take(drawExamples('train', seed, number, identity), 50);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('refuses what is no seed', () => {
    expect(() => take(drawExamples('train', -1, number, identity), 1)).toThrow(InputError);
  });
});

describe('heldOutExamples', () => {
  const task = (names: number): ExampleTask<'labeled-text'> => ({
    kind: 'labeled-text',
    name: 'numbers',
    description: 'Says whether a number is even.',
    identity: ({ text }) => text,
    examples: (split, seed) => {
      const draw = (random: Random): LabeledText => {
        const value = random.integer(names);
        return { kind: 'labeled-text', text: String(value), label: value % 2 === 0 ? 'even' : 'odd' };
      };
      return drawExamples(split, seed, draw, ({ text }) => text);
    },
    metric: { name: 'accuracy', better: 'higher' },
    baselines: () => ({}),
    model: { architecture: 'many-to-one', embedding: 0, recurrent: { cell: 'gru', hiddenSize: 8 } },
    train: { batch: 1, timeSteps: 1 },
    steps: 1,
  });

  test('are distinct, held out and the same for the same seed', () => {
    const examples = heldOutExamples(task(10_000), 500, 7);
    expect(new Set(examples.map(({ text }) => text)).size).toBe(500);
    expect(examples.every(({ text }) => splitOf(text) === 'heldout')).toBe(true);
    expect(heldOutExamples(task(10_000), 500, 7)).toEqual(examples);
    expect(heldOutExamples(task(10_000), 500, 8)).not.toEqual(examples);
  });

  test('says how many there are when there are fewer', () => {
    const all = Array.from({ length: 100 }, (_, index) => String(index)).filter((text) => splitOf(text) === 'heldout').length;
    expect(heldOutExamples(task(100), all, 1)).toHaveLength(all);
    expect(() => heldOutExamples(task(100), 1000, 1)).toThrow(
      new InputError(`count must be at most the ${all} distinct held-out examples of task 'numbers', got 1000`),
    );
  });
});
