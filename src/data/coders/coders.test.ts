/** What every coder must do: read itself back from JSON, refuse what does not fit, and measure right and wrong predictions. */
import { describe, expect, test } from 'vitest';
import type { Example, ExampleKind, LabeledText, Series } from '../examples.ts';
import type { Coder } from './coder.ts';
import { coderFromJSON, createCoder } from './create-coder.ts';
import type { SeriesCoder } from './series.ts';

const recurrent = { cell: 'gru', hiddenSize: 4 } as const;
const image = (shade: number) => ({ width: 2, height: 1, channels: 1 as const, data: Float32Array.of(shade, 1 - shade) });

const examplesOf: { readonly [Kind in ExampleKind]: readonly Example[] } = {
  'labeled-text': [
    { kind: 'labeled-text', text: 'not bad', label: 'good' },
    { kind: 'labeled-text', text: 'bad', label: 'poor' },
  ],
  'labeled-sequence': [
    {
      kind: 'labeled-sequence',
      sequence: [
        [0, 100],
        [50, 25],
      ],
      label: 'b',
    },
    { kind: 'labeled-sequence', sequence: [[7, 8]], label: 'a' },
  ],
  'valued-sequence': [
    {
      kind: 'valued-sequence',
      sequence: [
        [0.5, 1],
        [0.25, 0],
      ],
      value: 100,
    },
    { kind: 'valued-sequence', sequence: [[0.75, 1]], value: 300 },
  ],
  'tagged-sentence': [
    { kind: 'tagged-sentence', tokens: ['the', 'can'], tags: ['DET', 'NOUN'] },
    { kind: 'tagged-sentence', tokens: ['can'], tags: ['AUX'] },
  ],
  'signal-pair': [
    { kind: 'signal-pair', input: [10, 20, 30], target: [11, 21, 31] },
    { kind: 'signal-pair', input: [40], target: [39] },
  ],
  'text-pair': [
    { kind: 'text-pair', source: '1+2', target: '3' },
    { kind: 'text-pair', source: '10+2', target: '12' },
  ],
  'captioned-image': [
    { kind: 'captioned-image', image: image(0), caption: 'a dark dot' },
    { kind: 'captioned-image', image: image(1), caption: 'dot' },
  ],
  series: [
    { kind: 'series', values: [100, 101, 103, 102, 104] },
    { kind: 'series', values: [90, 95, 92, 91] },
  ],
};

/** Coders differ in their examples only; what holds for all is asked without their types. */
const coderOf = (kind: ExampleKind): Coder => createCoder(kind, examplesOf[kind] as never, { horizon: 2 }) as Coder;
const kinds = Object.keys(examplesOf) as ExampleKind[];

describe.each(kinds)('%s', (kind) => {
  const coder = coderOf(kind);
  const examples = examplesOf[kind] as never[];

  test('is read back from JSON as it was', () => {
    const again = coderFromJSON(JSON.parse(JSON.stringify(coder)));
    expect(again.encode(examples)).toEqual(coder.encode(examples));
    expect(again.modelOptions({ recurrent, embedding: 3 })).toEqual(coder.modelOptions({ recurrent, embedding: 3 }));
    expect(JSON.stringify(again)).toBe(JSON.stringify(coder));
  });

  test('a batch has a column per example and the time steps of the longest', () => {
    const { input, target, lengths } = coder.encode(examples);
    if (lengths) expect(Math.max(...lengths)).toBe(coder.sourceSteps ?? coder.timeSteps);
    expect(input.length % examples.length).toBe(0);
    expect(target.length % examples.length).toBe(0);
    expect([...input, ...target].every(Number.isFinite)).toBe(true);
  });

  test('an example that is longer than any of the training is refused', () => {
    const longer = examples.map((example) =>
      Object.fromEntries(
        Object.entries(example as Record<string, unknown>).map(([key, value]) =>
          Array.isArray(value)
            ? [key, [...value, ...value, ...value]]
            : [key, ['text', 'source', 'caption'].includes(key) ? `${value} ${value} ${value} ${value}` : value],
        ),
      ),
    );
    expect(() => coder.encode(longer as never[])).toThrow(/must (have 1 to \d+ time steps|be made of)/);
  });
});

const of = <Kind extends ExampleKind>(kind: Kind) => createCoder(kind, examplesOf[kind] as never, { horizon: 2 });

describe('what goes in and what comes out', () => {
  test('texts: ids over time, 0 behind the end; the likeliest label', () => {
    const coder = of('labeled-text');
    const examples = examplesOf['labeled-text'] as never[];
    // bad is the most frequent word and comes behind the unknown mark
    expect(coder.encode(examples)).toEqual({
      input: Int32Array.of(2, 1, 1, 0),
      target: Int32Array.of(0, 1),
      lengths: Uint32Array.of(2, 1),
    });
    expect(coder.encode([{ kind: 'labeled-text', text: 'new', label: 'good' }]).input).toEqual(Int32Array.of(0, 0));
    const predictions = coder.predictions(Float32Array.of(0.1, 0.9, 0.2, 0.8), examples);
    expect(predictions).toEqual(['poor', 'poor']);
    expect(coder.measure(examples, predictions)).toBe(0.5);
    expect(() => coder.encode([{ kind: 'labeled-text', text: 'bad', label: 'odd' }])).toThrow(
      "label must be one of the 2 of the training, got 'odd'",
    );
  });

  test('values are normalised where they are large, and come back in their own unit', () => {
    const coder = of('valued-sequence');
    const examples = examplesOf['valued-sequence'] as never[];
    expect(coder.encode(examples)).toEqual({
      input: Float32Array.of(0.5, 1, 0.75, 1, 0.25, 0, 0, 0),
      target: Float32Array.of(-1, 1),
      lengths: Uint32Array.of(2, 1),
    });
    expect(coder.predictions(Float32Array.of(-1, 0), examples)).toEqual([100, 200]);
    expect(coder.measure(examples, [100, 290])).toBe(50);
  });

  test('tags: -1 behind the end, one prediction per token', () => {
    const coder = of('tagged-sentence');
    const examples = examplesOf['tagged-sentence'] as never[];
    expect(coder.encode(examples).target).toEqual(Int32Array.of(1, 0, 2, -1));
    const logits = Float32Array.of(0, 1, 0, 1, 0, 0, 0, 1, 0, 9, 9, 9);
    expect(coder.predictions(logits, examples)).toEqual([['DET', 'DET'], ['AUX']]);
    expect(coder.measure(examples, coder.predictions(logits, examples))).toBeCloseTo(2 / 3);
    expect(coder.show(examples[0], ['DET', 'DET'])).toBe('the DET\ncan DET (it is NOUN)');
  });

  test('signals: each side by its own scale, back again without a loss', () => {
    const coder = of('signal-pair');
    const examples = examplesOf['signal-pair'] as never[];
    const { target } = coder.encode(examples);
    const [first, second] = coder.predictions(target as Float32Array, examples) as number[][];
    expect([first.map((value) => value.toFixed(3)), second.length]).toEqual([['11.000', '21.000', '31.000'], 1]);
    expect(coder.measure(examples, [[10.5, 20.5, 30.5], [39.5]])).toBeCloseTo(20 * Math.log10(2));
  });

  test('pairs: ids until the mark 0, behind it nothing counts', () => {
    const coder = of('text-pair');
    const examples = examplesOf['text-pair'] as never[];
    expect([coder.timeSteps, coder.sourceSteps]).toEqual([3, 4]);
    const { target, lengths } = coder.encode(examples);
    expect([...target]).toEqual([4, 2, 0, 3, -1, 0]);
    expect(lengths).toEqual(Uint32Array.of(3, 4));
    expect(coder.predictions(Int32Array.of(4, 2, 0, 3, 3, 0), examples)).toEqual(['3', '12']);
  });

  test('pictures: all pixels at once, no lengths', () => {
    const coder = of('captioned-image');
    const examples = examplesOf['captioned-image'] as never[];
    const { input, lengths } = coder.encode(examples);
    expect([[...input], lengths]).toEqual([[0, 1, 1, 0], undefined]);
    expect(() => coder.encode([{ kind: 'captioned-image', image: { ...image(0), channels: 3 }, caption: 'dot' }])).toThrow(
      'of 1 channels, got 2 x 1 of 3',
    );
  });

  test('series: what runs freely reads is what forecasting would give it', () => {
    const coder = of('series') as SeriesCoder;
    const [before, value, said] = [101, 103, 0.3];
    const now = coder.inputOf(value, before);
    const fed = coder.freely?.inputs?.map(({ gain, keep, offset }, index) => keep * now[index] + gain * said + offset) ?? [];
    const next = coder.inputOf(coder.next(value, said), value);
    expect(fed).toHaveLength(2);
    fed.forEach((number, index) => {
      expect(number).toBeCloseTo(next[index], 9);
    });
    expect(coder.freely?.given).toBe(coder.timeSteps - coder.horizon + 1);
  });

  test('series: what training teaches step by step is what forecasting undoes', () => {
    const coder = of('series') as SeriesCoder;
    const [{ values }] = examplesOf.series as readonly Series[];
    const { input, target } = coder.encode([{ kind: 'series', values }]);
    expect([...input.slice(2, 4)]).toEqual(coder.inputOf(101, 100).map(Math.fround));
    let value = values[0];
    for (const output of target) value = coder.next(value, output);
    expect(value).toBeCloseTo(104, 3);
    expect(coder.measure([{ kind: 'series', values }], [[103, 106]])).toBe(1.5);
    expect(() => coder.inputOf(-1, 1)).toThrow('above zero');
    expect(() => createCoder('series', [{ kind: 'series', values: [1, 1, 1] }], { horizon: 1 })).toThrow('must vary');
  });

  test('examples that must fit give a length and no word', () => {
    const [first, second] = examplesOf['labeled-text'] as LabeledText[];
    const longer: LabeledText = { ...first, text: 'not at all bad' };
    const coder = createCoder('labeled-text', [first, second], { fits: [longer] });
    expect(coder.encode([longer])).toEqual({ input: Int32Array.of(2, 0, 0, 1), target: Int32Array.of(0), lengths: Uint32Array.of(4) });
  });

  test('no examples, one label, or JSON of something else are refused', () => {
    expect(() => createCoder('series', [])).toThrow('at least one example');
    expect(() => createCoder('labeled-text', [{ kind: 'labeled-text', text: 'a', label: 'b' }])).toThrow('at least two to tell apart');
    expect(() => coderFromJSON({ kind: 'picture' })).toThrow('coder.kind must be one of');
    expect(() => coderFromJSON('x')).toThrow('coder must be an object');
  });
});
