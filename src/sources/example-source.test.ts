import { expect, test } from 'vitest';
import type { Example, LabeledText } from '../data/examples.ts';
import type { ExampleFile } from '../formats/read-examples.ts';
import { captionsTask } from '../tasks/captions.ts';
import { datesTask } from '../tasks/dates.ts';
import { examinationOf } from '../tasks/examination.ts';
import { frenchTask } from '../tasks/french.ts';
import { parityTask } from '../tasks/parity.ts';
import { splitOf } from '../tasks/split.ts';
import { type ExampleSource, sourceOfFile, sourceOfTask } from './example-source.ts';

const texts = Array.from(
  { length: 300 },
  (_, index): LabeledText => ({ kind: 'labeled-text', text: `film ${index}`, label: String(index % 2) }),
);
const file = (examples: readonly LabeledText[]): ExampleFile => ({
  kind: 'labeled-text',
  examples,
  skipped: [],
  unit: 'rows',
  total: examples.length,
});

const take = (source: ExampleSource, count: number, seed = 1): Example[] => {
  const taken: Example[] = [];
  for (const example of source.training(seed)) {
    taken.push(example);
    if (taken.length === count) break;
  }
  return taken;
};

test('a task: 1,000 different held-out examples, none of which training meets', () => {
  const source = sourceOfTask(parityTask);
  const asked = new Set((source.heldOut as readonly LabeledText[]).map(({ text }) => text));
  expect(asked.size).toBe(1000);
  expect([...asked].every((text) => splitOf(text) === 'heldout')).toBe(true);
  expect((take(source, 3000, 9) as LabeledText[]).some(({ text }) => asked.has(text))).toBe(false);
  expect(sourceOfTask(parityTask).heldOut).toEqual(source.heldOut);
});

test('captions: the pictures of an examination differ, though there are fewer combinations', () => {
  const examination = examinationOf(captionsTask, 200, 1);
  expect(new Set(examination.map(({ image }) => image.data.join())).size).toBe(200);
  expect(new Set(examination.map(({ caption }) => caption)).size).toBeLessThan(200);
});

test('a file: a question is on one side, however often it stands there; each epoch has all of them in another order', () => {
  const source = sourceOfFile('a.csv', file([...texts, ...texts]), {}, []);
  const asked = (source.heldOut as readonly LabeledText[]).map(({ text }) => text);
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.length).toBeGreaterThan(40);
  expect(asked.length).toBeLessThan(80);
  const learned = 2 * (300 - asked.length);
  const [first, second] = [take(source, learned), take(source, 2 * learned).slice(learned)] as LabeledText[][];
  expect(new Set(first.map(({ text }) => text)).size).toBe(300 - asked.length);
  expect(first.some(({ text }) => asked.includes(text))).toBe(false);
  expect(second).not.toEqual(first);
  expect(second.map(({ text }) => text).sort()).toEqual(first.map(({ text }) => text).sort());
  expect(take(source, 50, 2)).not.toEqual(first.slice(0, 50));
});

test('a file is known again by what it holds', () => {
  const [one, other] = [texts, texts.slice(1)].map((examples) => sourceOfFile('a.csv', file(examples), {}, []).content());
  expect(one).toBe(sourceOfFile('b.csv', file(texts), {}, []).content());
  expect(one).not.toBe(other);
});

test('a file with nothing to examine is refused, unless nothing shall be', () => {
  expect(() => sourceOfFile('a.csv', file(texts.slice(0, 1)), { validation: 0.5 }, [])).toThrow('a.csv must leave examples on both sides');
  expect(sourceOfFile('a.csv', file(texts.slice(0, 1)), { validation: 0 }, []).heldOut).toEqual([]);
});

test('pairs of sentences are trained as sentences are, other pairs as dates', () => {
  const pairs = (target: string): ExampleFile => ({
    kind: 'text-pair',
    examples: Array.from({ length: 40 }, (_, index) => ({ kind: 'text-pair' as const, source: `question ${index}`, target })),
    skipped: [],
    unit: 'rows',
    total: 40,
  });
  expect(sourceOfFile('a.tsv', pairs('an answer'), {}, []).defaults).toBe(frenchTask);
  expect(sourceOfFile('a.tsv', pairs('1984'), {}, []).defaults).toBe(datesTask);
});
