import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from './input-error.ts';
import { gateCount, layerInputSize, type ModelOptions, modelSpec } from './model.ts';

const least: ModelOptions = {
  input: { kind: 'tokens', vocabulary: 65 },
  recurrent: { cell: 'lstm', hiddenSize: 128 },
  output: { kind: 'softmax', classes: 65 },
};
const untyped = (value: object): ModelOptions => value as ModelOptions;
const withRecurrent = (part: object): ModelOptions => untyped({ ...least, recurrent: { ...least.recurrent, ...part } });
const pair: ModelOptions = { ...least, architecture: 'encoder-decoder' };
const without = (key: string): ModelOptions => untyped(Object.fromEntries(Object.entries(least).filter(([name]) => name !== key)));

test('the defaults', () => {
  expect(modelSpec(least)).toEqual({
    architecture: 'many-to-many',
    input: { kind: 'tokens', vocabulary: 65, embedding: 0 },
    recurrent: {
      cell: 'lstm',
      hiddenSize: [128],
      layers: 1,
      reset: 'after',
      bias: 'both',
      initialization: {
        input: 'xavier',
        recurrent: 'orthogonal',
        gain: 1,
        bias: 'zeros',
        forgetBias: 1,
        head: 'xavier',
        embeddingDeviation: 0.1,
      },
      dropout: 0,
      recurrentDropout: 0,
      zoneout: 0,
      zoneoutCell: 0,
      bidirectional: false,
      merge: 'concat',
    },
    output: { kind: 'softmax', classes: 65 },
    pooling: 'last',
    seed: 1,
  });
});

describe('layers', () => {
  test('a number is repeated, a list counts itself', () => {
    expect(modelSpec(withRecurrent({ hiddenSize: 8, layers: 3 })).recurrent).toMatchObject({ hiddenSize: [8, 8, 8], layers: 3 });
    expect(modelSpec(withRecurrent({ hiddenSize: [64, 32] })).recurrent).toMatchObject({ hiddenSize: [64, 32], layers: 2 });
    expect(modelSpec(withRecurrent({ hiddenSize: [64, 32], layers: 2 })).recurrent.layers).toBe(2);
  });

  test('each layer reads the one below', () => {
    const spec = modelSpec(withRecurrent({ hiddenSize: [64, 32] }));
    expect([0, 1].map((layer) => layerInputSize(spec, layer))).toEqual([65, 64]);
    expect(layerInputSize(modelSpec({ ...least, input: { kind: 'tokens', vocabulary: 65, embedding: 7 } }), 0)).toBe(7);
    expect(layerInputSize(modelSpec({ ...least, input: { kind: 'vectors', size: 3 } }), 0)).toBe(3);
    const wide = (merge: object) => layerInputSize(modelSpec(withRecurrent({ hiddenSize: [64, 32], bidirectional: true, ...merge })), 1);
    expect([wide({}), wide({ merge: 'sum' }), wide({ merge: 'mean' })]).toEqual([128, 64, 64]);
  });
});

test('gates', () => {
  expect((['rnn-tanh', 'rnn-relu', 'gru', 'lstm'] as const).map(gateCount)).toEqual([1, 1, 3, 4]);
});

describe('refusals', () => {
  test.each([
    [withRecurrent({ hiddenSize: 0 }), 'hiddenSize must be a positive integer, got 0'],
    [withRecurrent({ hiddenSize: '128' }), "hiddenSize must be a positive integer, got '128'"],
    [withRecurrent({ hiddenSize: [] }), 'hiddenSize must be a positive integer or one per layer, got []'],
    [withRecurrent({ hiddenSize: [8, 0.5] }), 'hiddenSize[1] must be a positive integer, got 0.5'],
    [withRecurrent({ hiddenSize: [8, 8], layers: 3 }), 'layers must equal the 2 entries of hiddenSize [8,8], got 3'],
    [withRecurrent({ layers: 0 }), 'layers must be a positive integer, got 0'],
    [withRecurrent({ layers: 1e9 }), 'layers must be at most 1024, got 1000000000'],
    [withRecurrent({ cell: 'lstn' }), "cell must be one of 'rnn-tanh', 'rnn-relu', 'gru', 'lstm', got 'lstn'"],
    [withRecurrent({ cell: undefined }), 'cell must be one of'],
    [withRecurrent({ reset: 'before' }), "reset 'before' belongs to cell 'gru', got cell 'lstm'"],
    [withRecurrent({ reset: 'never' }), "reset must be one of 'after', 'before', got 'never'"],
    [withRecurrent({ bias: true }), "bias must be one of 'both', 'input', 'none', got true"],
    [withRecurrent({ dropout: 2 }), 'dropout must be at least 0 and below 1, got 2'],
    [withRecurrent({ recurrentDropout: 1 }), 'recurrentDropout must be at least 0 and below 1, got 1'],
    [withRecurrent({ zoneout: -0.1 }), 'zoneout must be at least 0 and below 1, got -0.1'],
    [withRecurrent({ zoneoutCell: Number.NaN }), 'zoneoutCell must be at least 0 and below 1, got NaN'],
    [withRecurrent({ layerNorm: 'yes' }), "layerNorm must be true or false, got 'yes'"],
    [withRecurrent({ cell: 'gru', zoneoutCell: 0.1 }), "zoneoutCell belongs to cell 'lstm', got cell 'gru'"],
    [withRecurrent({ bidirectional: 1 }), 'bidirectional must be true or false, got 1'],
    [withRecurrent({ merge: 'sum' }), "merge 'sum' belongs to bidirectional true, got false"],
    [withRecurrent({ bidirectional: true, merge: 'add' }), "merge must be one of 'concat', 'sum', 'mean', got 'add'"],
    [
      untyped({ ...least, architecture: 'one-to-one', recurrent: { ...least.recurrent, bidirectional: true } }),
      "bidirectional must be false for architecture 'one-to-one'",
    ],
    [untyped({ ...least, pooling: 'max' }), "pooling 'max' belongs to architecture 'many-to-one', got 'many-to-many'"],
    [untyped({ ...least, pooling: 'sum' }), "pooling must be one of 'last', 'mean', 'max', got 'sum'"],
    [withRecurrent({ hiddensize: 2 }), "recurrent has no key 'hiddensize', did you mean 'hiddenSize'?"],
    [withRecurrent({ cell: 'gru', initialization: { forgetBias: 1 } }), "forgetBias belongs to cell 'lstm' with a bias, got 1"],
    [
      withRecurrent({ cell: 'rnn-tanh', initialization: { chrono: 9 } }),
      "chrono belongs to cell 'lstm' or 'gru' with a bias, got cell 'rnn-tanh' with bias 'both'",
    ],
    [withRecurrent({ cell: 'gru', bias: 'none', initialization: { chrono: 9 } }), "got cell 'gru' with bias 'none'"],
    [untyped({ ...least, architecture: 'one-to-many' }), "input of architecture 'one-to-many' must be one vector or one image, got tokens"],
    [untyped({ ...least, decoder: {} }), "decoder belongs to architecture 'one-to-many' or 'encoder-decoder', got 'many-to-many'"],
    [untyped({ ...pair, decoder: { mark: 65 } }), 'decoder.mark must be at most 64, got 65'],
    [
      untyped({ ...pair, output: { kind: 'linear', classes: 2 } }),
      "output of architecture 'encoder-decoder' must be 'softmax', got 'linear'",
    ],
    [
      untyped({ ...least, attention: { kind: 'additive' } }),
      "attention 'additive' belongs to architecture 'encoder-decoder', got 'many-to-many'",
    ],
    [untyped({ ...pair, attention: { kind: 'dot' } }), "attention.kind must be one of 'none', 'additive', 'multiplicative', got 'dot'"],
    [untyped({ ...pair, attention: { kind: 'multiplicative', size: 8 } }), 'attention.size must be the 128 features of the encoder'],
    [
      untyped({ ...pair, attention: { kind: 'additive', inputFeeding: true } }),
      'decoder.embedding must be positive with attention.inputFeeding, which joins features, got 0 (one-hot)',
    ],
    [
      untyped({ ...pair, attention: { kind: 'none', inputFeeding: true } }),
      "attention.inputFeeding belongs to attention 'additive' or 'multiplicative', got 'none'",
    ],
    [untyped({ ...pair, attention: { kind: 'additive', inputFeeding: 1 } }), 'attention.inputFeeding must be true or false, got 1'],
    [untyped({ ...least, architecture: 'many' }), "architecture must be one of 'one-to-one', "],
    [untyped({ ...least, seed: 1.5 }), 'seed must be an integer from 0 to 4294967295, got 1.5'],
    [untyped({ ...least, cell: 'gru' }), "the model has no key 'cell'"],
    [untyped({ ...least, input: { kind: 'tokens', vocabulary: 1 } }), 'vocabulary must be an integer of at least 2, got 1'],
    [
      untyped({ ...least, input: { kind: 'tokens', vocabulary: 9, embedding: -1 } }),
      'embedding must be zero or a positive integer, got -1',
    ],
    [untyped({ ...least, input: { kind: 'tokens', size: 3 } }), "input of tokens has no key 'size'"],
    [untyped({ ...least, input: { kind: 'vectors', vocabulary: 3 } }), "input of vectors has no key 'vocabulary'"],
    [untyped({ ...least, input: { kind: 'vectors' } }), 'input.size must be a positive integer, got nothing'],
    [
      untyped({ ...least, input: { kind: 'image', width: 4, height: 4, channels: 3 } }),
      "input of kind 'image' belongs to architecture 'one-to-many', got 'many-to-many'",
    ],
    [
      untyped({ ...least, input: { kind: 'image', width: 4, height: 4, channels: 3, filters: [] } }),
      'input.filters must be a list of 1 to 8 numbers of filters, got []',
    ],
    [untyped({ ...least, input: { kind: 'image', width: 4, height: 0, channels: 3 } }), 'input.height must be a positive integer, got 0'],
    [untyped({ ...least, input: { kind: 'image', size: 3 } }), "input of an image has no key 'size'"],
    [untyped({ ...least, input: { kind: 'images' } }), "input.kind must be one of 'tokens', 'vectors', 'image', got 'images'"],
    [untyped({ ...least, output: { kind: 'softmax', classes: 1 } }), 'classes must be an integer of at least 2, got 1'],
    [untyped({ ...least, output: { kind: 'linear', classes: 0 } }), 'classes must be a positive integer, got 0'],
    [untyped({ ...least, output: { kind: 'relu', classes: 2 } }), "output.kind must be one of 'softmax', 'sigmoid', 'linear', got 'relu'"],
    [without('input'), 'input must be an object, got nothing'],
    [without('recurrent'), 'recurrent must be an object, got nothing'],
    [without('output'), 'output must be an object, got nothing'],
  ])('%#', (options, message) => {
    expect(() => modelSpec(options)).toThrow(InputError);
    expect(() => modelSpec(options)).toThrow(message);
  });
});

describe('any good model', () => {
  const size = fc.integer({ min: 1, max: 50 });
  const models: fc.Arbitrary<ModelOptions> = fc
    .record({
      architecture: fc.constantFrom('one-to-one' as const, 'many-to-one' as const, 'many-to-many' as const, undefined),
      input: fc.oneof(
        fc.record({
          kind: fc.constant('tokens' as const),
          vocabulary: fc.integer({ min: 2, max: 99 }),
          embedding: fc.option(size, { nil: undefined }),
        }),
        fc.record({ kind: fc.constant('vectors' as const), size }),
      ),
      cell: fc.constantFrom('rnn-tanh' as const, 'rnn-relu' as const, 'gru' as const, 'lstm' as const),
      hiddenSize: fc.oneof(size, fc.array(size, { minLength: 1, maxLength: 4 })),
      before: fc.boolean(),
      bias: fc.constantFrom('both' as const, 'input' as const, 'none' as const, undefined),
      initialization: fc.constantFrom('default' as const, 'pytorch' as const, { gain: 0.5, recurrent: 'identity' as const }, undefined),
      output: fc.record({ kind: fc.constantFrom('softmax' as const, 'linear' as const), classes: fc.integer({ min: 2, max: 99 }) }),
      seed: fc.option(fc.nat(), { nil: undefined }),
    })
    .map(({ cell, hiddenSize, before, bias, initialization, ...rest }) => ({
      ...rest,
      recurrent: { cell, hiddenSize, bias, initialization, reset: before && cell === 'gru' ? 'before' : undefined },
    }));

  test('is complete after one pass, survives JSON and is frozen', () => {
    fc.assert(
      fc.property(models, (options) => {
        const spec = modelSpec(options);
        expect(modelSpec(spec)).toEqual(spec);
        expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
        for (const part of [spec, spec.input, spec.recurrent, spec.recurrent.hiddenSize, spec.recurrent.initialization, spec.output]) {
          expect(Object.isFrozen(part)).toBe(true);
        }
      }),
    );
  });
});

test("the caller's own objects are not frozen", () => {
  const hiddenSize = [4, 4];
  modelSpec({ ...least, recurrent: { cell: 'gru', hiddenSize } });
  expect(Object.isFrozen(hiddenSize)).toBe(false);
});
