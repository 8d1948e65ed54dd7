import { describe, expect, test } from 'vitest';
import type { Settings } from '../protocol.ts';
import { completed, entryOf, presetOf } from './catalogue.ts';
import { feedbacksOf, fitted, refusalsOf } from './fitting.ts';

const of = (task: string, changed: Partial<Settings> = {}) => {
  const entry = entryOf(task);
  const settings = { ...presetOf(entry), ...changed };
  return { refused: Object.keys(refusalsOf(entry, settings)), fitted: fitted(entry, settings) };
};

describe('what does not fit is refused and put back', () => {
  test.each([
    ['text', {}, { tiedEmbeddings: true }],
    ['text', { embedding: 64, hiddenSize: 32 }, { tiedEmbeddings: true }],
    ['tagging', { embedding: 64, hiddenSize: 64 }, { tiedEmbeddings: true }],
    ['text', {}, { inputFeeding: true }],
    ['dates', { attention: 'none' }, { inputFeeding: true }],
    ['dates', { embedding: 0 }, { inputFeeding: true }],
    ['dates', { cell: 'lstm' }, { resetGate: 'before' }],
    ['dates', { cell: 'gru' }, { zoneoutCell: 0.1 }],
    ['dates', {}, { updateEvery: 4 }],
    ['captions', {}, { learnedState: true }],
    ['dates', {}, { pooling: 'max' }],
    ['sentiment', {}, { feedback: 'scheduled' }],
    ['prices', {}, { labelSmoothing: 0.1 }],
    ['prices', { layers: 2, feedback: 'free' }, { dropout: 0.2 }],
  ] as const)('%s %o %o', (task, given, asked) => {
    const [name] = Object.keys(asked);
    const { refused, fitted: made } = of(task, { ...given, ...asked });
    expect(refused).toContain(name);
    expect(made).toEqual(of(task, given).fitted);
  });
});

test.each([
  ['text', { embedding: 64, hiddenSize: 64, tiedEmbeddings: true }],
  ['dates', { attention: 'additive', embedding: 32, inputFeeding: true }],
  ['dates', { cell: 'gru', resetGate: 'before' }],
  ['text', { cell: 'lstm', zoneoutCell: 0.1, layerNorm: true, recurrentDropout: 0.1, learnedState: true }],
  ['text', { updateEvery: 4 }],
  ['sentiment', { pooling: 'mean', labelSmoothing: 0.1 }],
  ['captions', { feedback: 'scheduled' }],
  ['prices', { feedback: 'free' }],
] as const)('%s takes %o', (task, asked) => {
  expect(of(task, asked).fitted).toMatchObject(asked);
});

test('what is put back takes with it what needed it', () => {
  const asked = { ...presetOf(entryOf('dates')), attention: 'additive', inputFeeding: true } as const;
  expect(fitted(entryOf('text'), { ...asked, task: 'text' })).toMatchObject({ attention: 'none', inputFeeding: false });
});

test('numbers are fed back as they are, tokens at times', () => {
  expect(Object.keys(feedbacksOf(entryOf('prices')))).toEqual(['teacher', 'free']);
  expect(Object.keys(feedbacksOf(entryOf('text')))).toEqual(['teacher', 'scheduled']);
  expect(of('prices', { feedback: 'scheduled' }).fitted.feedback).toBe('teacher');
});

test('settings that were kept before there were so many are completed', () => {
  const { layerNorm: _, updateEvery: __, ...kept } = { ...presetOf(entryOf('dates')), hiddenSize: 7 };
  expect(completed(kept as Settings)).toEqual({ ...presetOf(entryOf('dates')), hiddenSize: 7 });
});
