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

test('a link carries the rarer settings, absent numbers too', () => {
  const changed = {
    ...presetOf(entryOf('text')),
    embedding: 64,
    layerNorm: true,
    tiedEmbeddings: true,
    learnedState: true,
    recurrentDropout: 0.1,
    zoneout: 0.2,
    zoneoutCell: 0.3,
    labelSmoothing: 0.05,
    feedback: 'scheduled',
    updateEvery: 8,
    warmupSteps: 50,
    weightDecay: 0.001,
    clipNorm: null,
    clipValue: 0.5,
    clipStepNorm: 2,
  } as const;
  const link = writeLink(changed);
  expect(link).toContain('updateEvery=8');
  expect(readLink(link)).toEqual(changed);
  expect(readLink(`${link}&task=text`.replace('updateEvery=8', 'updateEvery=none'))).toEqual({ ...changed, updateEvery: null });
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
