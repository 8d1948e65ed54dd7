import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK, CHUNK_ELEMENTS, CHUNK_FIELDS, COPY } from '../../shaders/update.ts';
import { InputError } from '../spec/input-error.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { cellNames, cells, smallSpec } from '../testing/models.ts';
import { chunkTable, forwardCopies, type PackedParameter, type ParameterLayout, pack, planLayout, unpack } from './layout.ts';

const size = fc.integer({ min: 1, max: 13 });

/** Models of any cell, sizes, bias and input. */
const arbitrarySpec: fc.Arbitrary<ModelSpec> = fc
  .record({
    cell: fc.constantFrom(...cellNames),
    hiddenSize: fc.array(size, { minLength: 1, maxLength: 3 }),
    bias: fc.constantFrom('both' as const, 'input' as const, 'none' as const),
    vocabulary: fc.integer({ min: 2, max: 13 }),
    embedding: fc.integer({ min: 0, max: 9 }),
    vectors: fc.option(size, { nil: undefined }),
    classes: fc.integer({ min: 2, max: 13 }),
  })
  .map(({ cell, hiddenSize, bias, vocabulary, embedding, vectors, classes }) =>
    smallSpec({
      input: vectors === undefined ? { kind: 'tokens', vocabulary, embedding } : { kind: 'vectors', size: vectors },
      recurrent: { ...cells[cell], hiddenSize, bias },
      output: { kind: 'softmax', classes },
    }),
  );

const arbitraryLayout = arbitrarySpec.map((spec) => planLayout(parameterTable(spec)));

/** Every element another number, so that no two can be mistaken for each other. */
function numbered({ packed }: ParameterLayout): Map<string, Float32Array> {
  let next = 1;
  return new Map(packed.map(({ parameter }) => [parameter.name, Float32Array.from({ length: parameter.elements }, () => next++)]));
}

const property = (check: (layout: ParameterLayout) => void) => fc.assert(fc.property(arbitraryLayout, check), { numRuns: 100 });

describe('the layout of any model', () => {
  it('gives every parameter a stretch of its own, without gaps, in multiples of 4', () =>
    property(({ packed, elements, weightElements }) => {
      let [offset, weights] = [0, 0];
      for (const entry of packed) {
        expect([entry.offset, entry.weights]).toEqual([offset, weights]);
        expect(entry.columns % 4).toBe(0);
        offset += entry.rows * entry.columns;
        if (entry.copy !== 'none') weights += entry.rows * entry.columns;
      }
      expect([elements, weightElements]).toEqual([offset, weights]);
    }));

  it('packs and unpacks without loss, zeros in the padding', () =>
    property((layout) => {
      const tensors = numbered(layout);
      const flat = pack(layout, tensors);
      expect(unpack(layout, flat)).toEqual(tensors);
      const values = [...tensors.values()].flatMap((each) => [...each]);
      expect([...flat].filter((value) => value !== 0).sort((a, b) => a - b)).toEqual(values);
    }));

  it('transposes the forward copy of every matrix but the embedding', () =>
    property((layout) => {
      const flat = pack(layout, numbered(layout));
      const copies = forwardCopies(layout, flat);
      for (const { parameter, rows, columns, offset, weights, copy } of layout.packed) {
        const isMatrix = parameter.shape.length === 2;
        expect(copy).toBe(parameter.name === 'embedding.weight' ? 'none' : isMatrix ? 'transposed' : 'straight');
        if (copy === 'none') continue;
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < columns; column++) {
            const place = isMatrix ? column * rows + row : column;
            if (copies[weights + place] !== flat[offset + row * columns + column]) expect.fail(`${parameter.name} [${row}, ${column}]`);
          }
        }
      }
    }));

  it('covers every element once with the chunks of the update', () =>
    property((layout) => {
      const table = chunkTable(layout);
      const seen = new Uint8Array(layout.elements);
      for (let at = 0; at < table.length; at += CHUNK_FIELDS) {
        const field = (name: keyof typeof CHUNK) => table[at + CHUNK[name]];
        const entry = layout.packed.find(({ offset }) => offset === field('offset')) as PackedParameter;
        expect([field('rows'), field('columns'), field('weights'), field('copy')]).toEqual([
          entry.rows,
          entry.columns,
          entry.weights,
          COPY[entry.copy],
        ]);
        expect(field('elements')).toBeLessThanOrEqual(CHUNK_ELEMENTS);
        expect(field('first') % 4).toBe(0);
        for (let element = 0; element < field('elements'); element++) seen[entry.offset + field('first') + element]++;
      }
      expect(seen.every((count) => count === 1)).toBe(true);
    }));
});

describe('the layout of gates', () => {
  const layout = planLayout(parameterTable(smallSpec({ recurrent: { cell: 'lstm', hiddenSize: 5 } })));

  it('pads each gate block by itself', () => {
    const { rows, columns, offset } = layout.at('rnn.weight_hh_l0');
    expect([rows, columns]).toEqual([4 * 8, 8]);
    const flat = pack(layout, numbered(layout));
    const weight = numbered(layout).get('rnn.weight_hh_l0') as Float32Array;
    for (let gate = 0; gate < 4; gate++) expect(flat[offset + gate * 8 * columns]).toBe(weight[gate * 5 * 5]);
    const bias = layout.at('rnn.bias_ih_l0');
    expect([bias.rows, bias.columns]).toEqual([1, 4 * 8]);
  });

  it('cuts a parameter of more than one chunk', () => {
    const wide = planLayout(parameterTable(smallSpec({ recurrent: { cell: 'rnn-tanh', hiddenSize: 40 } })));
    const table = chunkTable(wide);
    const { offset } = wide.at('rnn.weight_hh_l0');
    const firsts: number[] = [];
    for (let at = 0; at < table.length; at += CHUNK_FIELDS) if (table[at + CHUNK.offset] === offset) firsts.push(table[at + CHUNK.first]);
    expect(firsts).toEqual([0, CHUNK_ELEMENTS]);
  });
});

describe('packing what does not fit', () => {
  const layout = planLayout(
    parameterTable(smallSpec({ recurrent: { cell: 'rnn-tanh', hiddenSize: 3 }, input: { kind: 'vectors', size: 2 } })),
  );
  const changed = (change: (tensors: Map<string, Float32Array>) => void) => {
    const tensors = numbered(layout);
    change(tensors);
    return () => pack(layout, tensors);
  };

  it('names what is missing, unknown or of the wrong size', () => {
    expect(changed((tensors) => tensors.delete('head.bias'))).toThrow(new InputError('parameter head.bias [7] must be given, got none'));
    expect(changed((tensors) => tensors.set('head.gain', new Float32Array(7)))).toThrow(
      new InputError(
        'parameter must be one of rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0, head.weight, head.bias, got head.gain',
      ),
    );
    expect(changed((tensors) => tensors.set('rnn.weight_ih_l0', new Float32Array(5)))).toThrow(
      new InputError('parameter rnn.weight_ih_l0 must have 6 values [3, 2], got 5'),
    );
    expect(changed((tensors) => tensors.set('head.bias', Float32Array.of(1, 2, Number.NaN, 4, 5, 6, 7)))).toThrow(
      new InputError('parameter head.bias must hold numbers, got NaN at element 2'),
    );
  });
});
