/** What a writer writes, its reader reads: exactly, whatever the pieces in which the file comes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Example, Image } from '../data/examples.ts';
import { readCaptionedImages, writeCaptionedImages } from './captions.ts';
import { createParser, type ExampleReader, type Separated } from './example-reader.ts';
import { createLabeledSequenceReader, readLabeledSequences, writeLabeledSequences } from './labeled-sequence.ts';
import { createLabeledTextReader, readLabeledTexts, writeLabeledTexts } from './labeled-text.ts';
import { createSeriesReader, readSeries, writeSeries } from './series.ts';
import { createSignalPairReader, readSignalPairs, writeSignalPairs } from './signal-pair.ts';
import { createTaggedSentenceReader, readTaggedSentences, writeTaggedSentences } from './tagged-sentence.ts';
import { createTextPairReader, readTextPairs, writeTextPairs } from './text-pair.ts';
import { createValuedSequenceReader, readValuedSequences, writeValuedSequences } from './valued-sequence.ts';

const nasty = fc.constantFrom('"', '""', ',', '\n', ' ', '\t', ';', "'", '\r', '=1', '\uFEFF', '#', 'a');
const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.array(nasty, { minLength: 1 }).map((parts) => parts.join('')),
  )
  .map((text) => text.replaceAll(/\r+\n/g, '\n'))
  .filter((text) => text !== '');
const lineText = anyText.map((text) => text.replaceAll(/[\t\n\r\uFEFF]/g, '_'));
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const many = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> => fc.array(value, { minLength: 1, maxLength: 6 });

/** A text as the pieces between these places. */
function cut(text: string, places: readonly number[]): string[] {
  const borders = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return borders.slice(1).map((border, index) => text.slice(borders[index], border));
}

function holds<Value extends Example>(
  values: fc.Arbitrary<Value[]>,
  write: (examples: readonly Value[]) => string,
  read: (text: string) => { readonly examples: readonly Value[] },
  format: Separated,
  reader: () => ExampleReader<Value>,
): void {
  fc.assert(
    fc.property(values, fc.array(fc.nat()), (examples, places) => {
      const text = write(examples);
      expect(read(text)).toMatchObject({ skipped: [] });
      expect(read(text).examples).toEqual(examples);
      const piecewise = reader();
      const parser = createParser(format, 'a', piecewise.sink);
      for (const piece of cut(text, places)) parser.push(piece);
      parser.end();
      expect(piecewise.end().examples).toEqual(examples);
    }),
    { numRuns: 300 },
  );
}

describe('exact round trips', () => {
  test('labeled texts', () => {
    const labels = fc.tuple(anyText, anyText).filter(([one, other]) => one !== other);
    const examples = fc.tuple(many(anyText), labels).map(([texts, pair]) =>
      // every label twice: one that occurs once is refused
      texts.flatMap((text) => pair.flatMap((label) => [0, 1].map(() => ({ kind: 'labeled-text' as const, text, label })))),
    );
    holds(
      examples,
      writeLabeledTexts,
      (text) => readLabeledTexts(text, 'a'),
      'csv',
      () => createLabeledTextReader('a'),
    );
  });

  test('labeled sequences', () => {
    const step = fc.array(number, { minLength: 2, maxLength: 2 });
    const examples = fc
      .tuple(many(many(step)), anyText)
      .map(([sequences, label]) =>
        [...sequences, ...sequences].map((sequence) => ({ kind: 'labeled-sequence' as const, sequence, label })),
      );
    holds(
      examples,
      writeLabeledSequences,
      (text) => readLabeledSequences(text, 'a'),
      'csv',
      () => createLabeledSequenceReader('a'),
    );
  });

  test('valued sequences, of vectors of any size', () => {
    const examples = fc.integer({ min: 1, max: 4 }).chain((size) => {
      const step = fc.array(number, { minLength: size, maxLength: size });
      return many(fc.record({ kind: fc.constant('valued-sequence' as const), sequence: many(step), value: number }));
    });
    holds(
      examples,
      writeValuedSequences,
      (text) => readValuedSequences(text, 'a'),
      'csv',
      () => createValuedSequenceReader('a'),
    );
  });

  test.each(['csv', 'tsv'] as const)('tagged sentences as %s', (format) => {
    const text = format === 'csv' ? anyText : lineText;
    const sentence = many(fc.tuple(text, text)).map((pairs) => ({
      kind: 'tagged-sentence' as const,
      tokens: pairs.map(([token]) => token),
      tags: pairs.map(([, tag]) => tag),
    }));
    holds(
      many(sentence),
      (examples) => writeTaggedSentences(format, examples),
      (written) => readTaggedSentences(format, written, 'a'),
      format,
      () => createTaggedSentenceReader(format, 'a'),
    );
  });

  test('signal pairs', () => {
    const signal = many(fc.tuple(number, number)).map((rows) => ({
      kind: 'signal-pair' as const,
      input: rows.map(([input]) => input),
      target: rows.map(([, target]) => target),
    }));
    holds(
      many(signal),
      writeSignalPairs,
      (text) => readSignalPairs(text, 'a'),
      'csv',
      () => createSignalPairReader('a'),
    );
  });

  test('text pairs', () => {
    const pair = fc.record({ kind: fc.constant('text-pair' as const), source: lineText, target: lineText });
    holds(
      many(pair),
      writeTextPairs,
      (text) => readTextPairs(text, 'a'),
      'tsv',
      () => createTextPairReader('a'),
    );
  });

  test('one series or several', () => {
    const series = fc.record({ kind: fc.constant('series' as const), values: many(number) });
    holds(
      many(series),
      writeSeries,
      (text) => readSeries(text, 'a'),
      'csv',
      () => createSeriesReader('a'),
    );
  });

  test('captioned images', async () => {
    const image = (channels: 1 | 3): fc.Arbitrary<Image> =>
      fc
        .array(fc.integer({ min: 0, max: 255 }), { minLength: 6 * channels, maxLength: 6 * channels })
        .map((bytes) => ({ width: 3, height: 2, channels, data: Float32Array.from(bytes, (byte) => byte / 255) }));
    const examples = fc
      .constantFrom(1 as const, 3 as const)
      .chain((channels) => many(fc.record({ kind: fc.constant('captioned-image' as const), image: image(channels), caption: anyText })));
    await fc.assert(
      fc.asyncProperty(examples, async (written) => {
        const kept: Image[] = [];
        const keep = (picture: Image): Uint8Array => Uint8Array.of(kept.push(picture) - 1);
        const { captions, images } = writeCaptionedImages(written, keep);
        const load = async (file: string): Promise<Image> => kept[images.get(file)?.[0] ?? -1];
        expect((await readCaptionedImages(captions, 'a', load)).examples).toEqual(written);
      }),
    );
  });
});
