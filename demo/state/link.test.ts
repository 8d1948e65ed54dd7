import { expect, test } from 'vitest';
import { entryOf, presetOf } from './catalogue.ts';
import { readLink, writeLink } from './link.ts';

const preset = presetOf(entryOf('dates'));

test('a link carries the whole configuration and nothing that the preset says already', () => {
  expect(writeLink(preset)).toBe('#task=dates');
  const changed = { ...preset, cell: 'lstm', clipNorm: null, bidirectional: false, seed: 7, learningRate: 0.02 } as const;
  expect(writeLink(changed)).toContain('clipNorm=none');
  expect(readLink(writeLink(changed))).toEqual(changed);
});

test('what a link says wrongly is left at the preset', () => {
  expect(readLink('#task=dates&cell=transformer&batch=many&seed=&bidirectional=false')).toEqual({ ...preset, bidirectional: false });
  expect(readLink('#task=poetry')).toBeUndefined();
  expect(readLink('')).toBeUndefined();
});

test('what does not fit the task is put back', () => {
  expect(readLink('#task=text&bidirectional=true&attention=additive&dropout=0.5')).toMatchObject({
    bidirectional: false,
    attention: 'none',
    dropout: 0,
  });
  expect(readLink('#task=parity&cell=rnn-tanh&initialization=chrono')).toMatchObject({ initialization: 'default' });
});
