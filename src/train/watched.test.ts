import { describe, expect, test } from 'vitest';
import { createPlanBuilder } from '../plan/builder.ts';
import { defaultProfile } from '../plan/profile.ts';
import { tensor } from '../plan/tensor.ts';
import { createWatch, type WatchableLayer, type WatchedLayer } from '../plan/watch.ts';
import { decodeHealth, decodeTimeNorms } from './watched.ts';

/** What a watch keeps of a layer of this cell: 3 time steps, 8 padded units. */
function watched(cell: WatchableLayer['cell'], parts = 1): WatchedLayer {
  const of = (name: string, ...shape: number[]) => tensor(name, ['T', 'B', 'H'], shape);
  const watch = createWatch({ parts, monitor: { every: 48 }, control: tensor('control', ['A', 'fields'], [parts, 24], 'kept', 'u32') });
  if (!watch) throw new Error('there is something to look at, got no watch');
  const layer = {
    layer: 0,
    name: 'l0',
    cell,
    batch: 2,
    timeSteps: 3,
    hiddenSize: 8,
    gates: of('gates', 3, 2, 32),
    states: of('states', 4, 2, 8),
  };
  const builder = createPlanBuilder(defaultProfile);
  watch.planBeforeSweep(builder, { ...layer, ...(cell === 'lstm' && { cells: of('cells', 4, 2, 8) }) });
  watch.planAfterSweep(builder, layer, of('outputGradient', 4, 2, 8), cell === 'lstm' ? of('cellGradient', 4, 2, 8) : undefined);
  expect(builder.steps).toHaveLength(2);
  return watch.layers[0];
}

describe('time norms', () => {
  const pairs = (...values: readonly (readonly [exponent: number, sum: number])[]): ArrayBuffer => {
    const words = new Uint32Array(2 * values.length);
    values.forEach(([exponent, sum], index) => {
      words[2 * index] = exponent;
      new Float32Array(words.buffer)[2 * index + 1] = sum;
    });
    return words.buffer;
  };

  /** Three time steps of another entry. */
  const unread = [0, 1, 2].map((): [number, number] => [130, 5]);

  test('are numbers where f32 would have none, and say what they do', () => {
    const { name, norms, ratio, words } = decodeTimeNorms(
      watched('gru'),
      pairs([2, 4], [127, 9], [252, 16], [127, 0], [127, 0], [127, 0]),
      0,
    );
    expect(name).toBe('l0');
    expect([...norms]).toEqual([2 * 2 ** -125, 3, 4 * 2 ** 125]);
    expect(ratio).toBe(2 ** -251);
    expect(words).toMatch(/^halves every/);
  });

  test('of micro-batches add up as squares; what is not finite is not a number', () => {
    const { norms } = decodeTimeNorms(
      watched('gru', 2),
      pairs(...unread, ...unread, [127, 9], [127, 0], [255, 1], [127, 16], [127, 0], [127, 1]),
      1,
    );
    expect([...norms]).toEqual([5, 0, Number.NaN]);
  });

  test('of an LSTM speak of its cells too', () => {
    const { norms, cell } = decodeTimeNorms(
      watched('lstm'),
      pairs([127, 1], [127, 4], [127, 16], [127, 4], [127, 4], [127, 4], ...unread, ...unread),
      0,
    );
    expect([...norms]).toEqual([1, 2, 4]);
    expect([...(cell?.norms ?? [])]).toEqual([2, 2, 2]);
    expect(cell).toMatchObject({ ratio: 1, words: 'keeps its size' });
  });
});

describe('state health', () => {
  /** counts by unit and vector, [A, 2, vectors, 4] */
  function counts(layer: WatchedLayer, of: (unit: number, vector: number, part: number) => number): ArrayBuffer {
    const [parts, quads, vectors] = layer.counts.shape;
    const words = new Uint32Array(parts * quads * vectors * 4);
    words.forEach((_, place) => {
      const lane = place % 4;
      const vector = Math.floor(place / 4) % vectors;
      const quad = Math.floor(place / 4 / vectors) % quads;
      words[place] = of(4 * quad + lane, vector, Math.floor(place / 4 / vectors / quads));
    });
    return words.buffer;
  }

  test('shares of the real units only, by gate', () => {
    const layer = watched('lstm');
    // 6 positions; the input gate closed at 3 of them, the output gate open at all, tanh(c) beyond either side at 1 and 2
    const table = [6, 3, 0, 0, 0, 0, 0, 0, 6, 1, 2];
    const health = decodeHealth(
      layer,
      5,
      counts(layer, (unit, vector) => (unit < 5 ? table[vector] : 99)),
    );
    expect(health).toEqual({
      name: 'l0',
      gates: { input: { closed: 0.5, open: 0 }, forget: { closed: 0, open: 0 }, output: { closed: 0, open: 1 } },
      saturated: { candidate: 0, cell: 0.5 },
    });
  });

  test('a ReLU unit is dead if it was silent in every micro-batch', () => {
    const layer = watched('rnn-relu', 2);
    // unit 1 is silent throughout, unit 2 in the first part only
    const silent = (unit: number, part: number) => (unit === 1 || (unit === 2 && part === 0) ? 6 : 5);
    const health = decodeHealth(
      layer,
      5,
      counts(layer, (unit, vector, part) => [6, silent(unit, part), 0][vector]),
    );
    expect(health.dead).toEqual({ units: 1, share: 0.2 });
    expect(health.saturated).toEqual({});
  });
});
