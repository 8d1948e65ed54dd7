import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, type DecodeOptions, type Model, type ModelOptions, requestDevice } from '../index.ts';
import { valuesPerStep } from '../spec/model.ts';

/**
 * Beam search of whole models: a beam of one is greedy, a beam that holds every text finds the likeliest by listing them all, whatever the decoder's
 * cell, layers and attention; and the score is the model's own probability of what was written.
 */
const classes = 4;
const timeSteps = 3;
const batch = 3;
const sourceSteps = 4;
const sources = Int32Array.from([1, 2, 3, 4, 0, 1, 2, 5, 3, 0, 4, 1]);
const lengths = [4, 1, 3];
const size = 5;
const numbers = Float32Array.from({ length: sourceSteps * batch * size }, (_, index) => 3 * Math.sin(index));

const pair = (recurrent: ModelOptions['recurrent'], rest: Partial<ModelOptions> = {}): ModelOptions => ({
  architecture: 'encoder-decoder',
  input: { kind: 'tokens', vocabulary: 6, embedding: 3 },
  recurrent,
  output: { kind: 'softmax', classes },
  ...rest,
});

const models: Readonly<Record<string, ModelOptions>> = {
  'lstm, two layers': pair({ cell: 'lstm', hiddenSize: [5, 4] }),
  'gru, one-hot, additive attention': pair(
    { cell: 'gru', hiddenSize: 5 },
    { input: { kind: 'tokens', vocabulary: 6 }, attention: { kind: 'additive' } },
  ),
  'lstm read from both ends, multiplicative attention': pair(
    { cell: 'lstm', hiddenSize: [3, 4], bidirectional: true },
    { attention: { kind: 'multiplicative' } },
  ),
  'rnn-tanh that reads vectors, additive attention': pair(
    { cell: 'rnn-tanh', hiddenSize: 6 },
    { input: { kind: 'vectors', size }, attention: { kind: 'additive', size: 3 } },
  ),
  'gru of two layers that reads what its head read, additive attention': pair(
    { cell: 'gru', hiddenSize: [4, 5] },
    { attention: { kind: 'additive', inputFeeding: true } },
  ),
  'lstm from one image': {
    architecture: 'one-to-many',
    input: { kind: 'image', width: 4, height: 3, channels: 1, filters: [4, 3] },
    recurrent: { cell: 'lstm', hiddenSize: 4 },
    output: { kind: 'softmax', classes },
  },
  'gru from one vector': {
    architecture: 'one-to-many',
    input: { kind: 'vectors', size },
    recurrent: { cell: 'gru', hiddenSize: [4, 6] },
    output: { kind: 'softmax', classes },
    decoder: { embedding: 3, mark: 2 },
  },
};

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

function readOf({ spec }: Model): Pick<DecodeOptions, 'input' | 'batch' | 'lengths'> {
  if (spec.architecture === 'one-to-many') return { input: numbers.slice(0, batch * valuesPerStep(spec.input)), batch };
  return { input: spec.input.kind === 'tokens' ? sources : numbers, lengths };
}

/** Random models that remember and have opinions: parameters several times as large as a training would start from; the mark is less likely by `lead`. */
async function opinionated(options: ModelOptions, seed: number, lead = 0): Promise<Model> {
  const model = createModel(device, { ...options, seed });
  const start = await model.parameters.read();
  const larger = new Map([...start].map(([name, values]) => [name, values.map((value) => (name.includes('head') ? 8 : 5) * value)]));
  const bias = [...larger].find(([name]) => name.endsWith('head.bias'))?.[1];
  if (bias) bias[model.spec.decoder?.mark ?? 0] -= lead;
  await model.parameters.write(larger);
  return model;
}

/** log p of ids [T, B], -1 behind the end, as the model tells when it is told them. */
async function logProbabilities(model: Model, ids: Int32Array): Promise<number[]> {
  const { output } = await model.forward({ ...readOf(model), target: ids });
  const sums = new Array<number>(batch).fill(0);
  ids.forEach((id, place) => {
    if (id < 0) return;
    const row = Array.from(output.subarray(place * classes, (place + 1) * classes));
    const largest = Math.max(...row);
    sums[place % batch] += row[id] - largest - Math.log(row.reduce((sum, value) => sum + Math.exp(value - largest), 0));
  });
  return sums;
}

/** Every text of at most T ids: up to its mark, or cut off without one. */
function everyText(mark: number): number[][] {
  const texts: number[][] = [];
  const extend = (text: readonly number[]): void => {
    for (let id = 0; id < classes; id++) {
      const longer = [...text, id];
      if (id === mark || longer.length === timeSteps) texts.push(longer);
      else extend(longer);
    }
  };
  extend([]);
  return texts;
}

/** The same text in every row, [T, B]. */
const inEveryRow = (text: readonly number[]): Int32Array =>
  Int32Array.from({ length: timeSteps * batch }, (_, place) => text[Math.floor(place / batch)] ?? -1);

const rowOf = (ids: Int32Array, row: number): number[] => Array.from(ids).filter((id, place) => place % batch === row && id >= 0);

describe.each(Object.keys(models))('%s', (name) => {
  it('a beam of one is greedy', async () => {
    for (const seed of [1, 2, 3]) {
      const model = await opinionated(models[name], seed);
      const greedy = await model.decode({ ...readOf(model), length: 7 });
      const found = await model.decode({ ...readOf(model), length: 7, beam: 1 });
      expect(found.ids).toEqual(greedy.ids);
      // past its mark a row goes on alone in one search and with the mark in the other: only what was written is compared
      const isWritten = (_: number, place: number): boolean => greedy.ids[Math.floor(place / sourceSteps)] >= 0;
      expect(found.alignment?.filter(isWritten)).toEqual(greedy.alignment?.filter(isWritten));
      model.destroy();
    }
  });

  it('a beam that holds every text finds the best of all', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const model = await opinionated(models[name], seed);
      const mark = model.spec.decoder?.mark ?? 0;
      const listed: { text: number[]; sums: number[] }[] = [];
      for (const text of everyText(mark)) listed.push({ text, sums: await logProbabilities(model, inEveryRow(text)) });
      for (const lengthPenalty of [0, 0.6, 3]) {
        const { ids, scores = [] } = await model.decode({
          ...readOf(model),
          length: timeSteps,
          beam: classes ** timeSteps,
          lengthPenalty,
        });
        for (let row = 0; row < batch; row++) {
          const rank = ({ text, sums }: (typeof listed)[number]): number => sums[row] / ((5 + text.length) / 6) ** lengthPenalty;
          const finished = listed.filter(({ text }) => text.includes(mark));
          const best = finished.reduce((first, next) => (rank(next) > rank(first) ? next : first));
          expect(rowOf(ids, row)).toEqual(best.text);
          expect(scores[row]).toBeCloseTo(best.sums[row], 4);
        }
      }
      model.destroy();
    }
  });

  it('what a narrow beam found has the probability that it says, again and again', async () => {
    let asGreedy = 0;
    for (const seed of [1, 2, 3]) {
      const model = await opinionated(models[name], seed, 20);
      const options = { ...readOf(model), length: 8, beam: 5, lengthPenalty: 0.6 };
      const found = await model.decode(options);
      expect(found.ids.filter((id) => id >= 0).length).toBeGreaterThan(12);
      const told = await logProbabilities(model, found.ids);
      told.forEach((sum, row) => {
        expect(found.scores?.[row]).toBeCloseTo(sum, 3);
      });
      expect(await model.decode(options)).toEqual(found);
      const greedy = await model.decode({ ...readOf(model), length: 8 });
      const alike = Array.from({ length: batch }, (_, row) => row).filter(
        (row) => rowOf(greedy.ids, row).join() === rowOf(found.ids, row).join(),
      );
      found.alignment?.forEach((share, place) => {
        if (alike.includes(Math.floor(place / sourceSteps) % batch)) expect(share).toBeCloseTo(greedy.alignment?.[place] ?? -1, 4);
      });
      asGreedy += alike.length;
      model.destroy();
    }
    // else nothing was said about where the decoder looked
    expect(asGreedy).toBeGreaterThan(0);
  });
});

it('says in one sentence what does not fit', async () => {
  const model = createModel(device, models['lstm, two layers']);
  const read = { ...readOf(model), length: 3 };
  await expect(model.decode({ ...read, beam: 0 })).rejects.toThrow('beam must be a positive integer, got 0');
  await expect(model.decode({ ...read, beam: 257 })).rejects.toThrow('beam must be at most 256, got 257');
  await expect(model.decode({ ...read, beam: 2, temperature: 1 })).rejects.toThrow(
    'temperature must be 0 with beam, which draws nothing, got 1',
  );
  await expect(model.decode({ ...read, lengthPenalty: 1 })).rejects.toThrow('lengthPenalty belongs to beam, got 1 without beam');
  model.destroy();
});
