/** What inspect reads is what the cells' equations say of the parameters, worked out here in Float64, for every cell, direction and ragged batch. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, InputError, type LayerInspection, type Model, requestDevice } from '../index.ts';
import { gruBlend, lstmForward, sigmoid } from '../reference/cell.ts';
import { largestDifference, randomBatch, randomInput, watchDevice, watchErrors } from '../testing/gpu.ts';
import { cellNames, cells, inputs, type SmallOptions, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

async function withModel(options: SmallOptions, use: (model: Model) => Promise<void>): Promise<void> {
  const model = createModel(device, smallModel(options), { kernel: 'step' });
  try {
    await use(model);
  } finally {
    model.destroy();
  }
}

const [BATCH, STEPS] = [3, 5];
const lengths = [5, 3, 1];
const within = 2e-6;

type Lines = readonly (readonly number[])[];
const linesOf = (values: ArrayLike<number>, columns: number): Lines =>
  Array.from({ length: values.length / columns }, (_, t) => Array.from({ length: columns }, (_, column) => values[t * columns + column]));

const product = (matrix: Float32Array, vector: readonly number[], bias: Float32Array): number[] =>
  linesOf(matrix, vector.length).map((line, index) => line.reduce((sum, weight, column) => sum + weight * vector[column], bias[index]));

/** The layer over lines x_t in the order in which it reads, by the equations of PyTorch's pages; what inspect should say of it. */
function work(
  parameters: ReadonlyMap<string, Float32Array>,
  end: string,
  { cell, hiddenSize: H }: LayerInspection,
  isBefore: boolean,
  read: Lines,
) {
  const at = (name: string) => parameters.get(`rnn.${name}_${end}`) as Float32Array;
  const gates: Record<string, number[][]> = {};
  const keep = (name: string, line: number[]) => {
    gates[name] = [...(gates[name] ?? []), line];
    return line;
  };
  let h = new Array<number>(H).fill(0);
  let c = new Array<number>(H).fill(0);
  const hidden: number[][] = [];
  const cellLines: number[][] = [];
  for (const x of read) {
    const fromInput = product(at('weight_ih'), x, at('bias_ih'));
    const fromState = product(at('weight_hh'), h, at('bias_hh'));
    const part = (values: readonly number[], gate: number) => values.slice(gate * H, (gate + 1) * H);
    const sum = (gate: number) => part(fromInput, gate).map((value, unit) => value + part(fromState, gate)[unit]);
    if (cell === 'lstm') {
      const [i, f, g, o] = [sum(0), sum(1), sum(2), sum(3)];
      const next = i.map((_, unit) => lstmForward({ i: i[unit], f: f[unit], g: g[unit], o: o[unit] }, c[unit]));
      keep(
        'input',
        next.map(({ gates: { i: gate } }) => gate),
      );
      keep(
        'forget',
        next.map(({ gates: { f: gate } }) => gate),
      );
      keep(
        'candidate',
        next.map(({ gates: { g: gate } }) => gate),
      );
      keep(
        'output',
        next.map(({ gates: { o: gate } }) => gate),
      );
      c = next.map((unit) => unit.cell);
      h = next.map((unit) => unit.hidden);
      cellLines.push(c);
    } else if (cell === 'gru') {
      const r = keep('reset', sum(0).map(sigmoid));
      const z = keep('update', sum(1).map(sigmoid));
      const past = isBefore
        ? product(
            at('weight_hh').slice(2 * H * H),
            h.map((value, unit) => r[unit] * value),
            at('bias_hh').slice(2 * H),
          )
        : part(fromState, 2).map((value, unit) => r[unit] * value);
      const n = keep(
        'candidate',
        part(fromInput, 2).map((value, unit) => Math.tanh(value + past[unit])),
      );
      h = n.map((value, unit) => gruBlend(z[unit], value, h[unit]));
    } else h = sum(0).map((value) => (cell === 'rnn-tanh' ? Math.tanh(value) : Math.max(value, 0)));
    hidden.push(h);
  }
  return { gates, hidden, cells: cellLines };
}

describe.each(cellNames)('inside of %s', (name) => {
  it.each([false, true])('gates, hidden states and cells follow from the parameters, in two directions: %s', (bidirectional) =>
    withModel({ input: inputs.vectors, recurrent: { ...cells[name], hiddenSize: [3, 5], bidirectional } }, async (model) => {
      const input = randomInput(model.spec, BATCH * STEPS) as Float32Array;
      const parameters = await model.parameters.read();
      const { output } = await model.forward({ input, lengths });
      for (const row of [0, 1]) {
        const steps = lengths[row];
        const seen = await model.inspect({ input, lengths, row });
        const ends = bidirectional ? ['l0', 'l0_reverse', 'l1', 'l1_reverse'] : ['l0', 'l1'];
        expect(seen.layers.map((layer) => layer.name)).toEqual(ends);
        let below = linesOf(input, 5).filter((_, place) => place % BATCH === row && place < steps * BATCH);
        for (const level of ['l0', 'l1']) {
          const directions = seen.layers.filter((layer) => layer.name.startsWith(level));
          for (const layer of directions) {
            const isReversed = layer.name.endsWith('_reverse');
            const inTime = (lines: Lines): number[] => (isReversed ? [...lines].reverse() : lines).flat();
            const expected = work(parameters, layer.name, layer, name === 'gru-before', isReversed ? [...below].reverse() : below);
            expect(layer.timeSteps).toBe(steps);
            expect(largestDifference(layer.hidden, inTime(expected.hidden)), `${layer.name} hidden`).toBeLessThan(within);
            expect(Object.keys(layer.gates)).toEqual(Object.keys(expected.gates));
            for (const [gate, lines] of Object.entries(expected.gates))
              expect(largestDifference(layer.gates[gate], inTime(lines)), `${layer.name} ${gate}`).toBeLessThan(within);
            expect(layer.cells === undefined).toBe(name !== 'lstm');
            if (layer.cells) expect(largestDifference(layer.cells, inTime(expected.cells)), `${layer.name} cells`).toBeLessThan(within);
          }
          below = below.map((_, t) =>
            directions.flatMap(({ hidden, hiddenSize }) => [...hidden.slice(t * hiddenSize, (t + 1) * hiddenSize)]),
          );
        }
        const rows = linesOf(output, 7).filter((_, place) => place % BATCH === row && place < steps * BATCH);
        expect(largestDifference(seen.output, rows.flat())).toBeLessThan(within);
      }
    }),
  );
});

describe('inspect', () => {
  it('sees encoder, decoder and attention of a network that writes, each over its own steps', () =>
    withModel({ architecture: 'encoder-decoder', attention: { kind: 'additive' }, recurrent: { bidirectional: true } }, async (model) => {
      const input = randomInput(model.spec, 2 * 6);
      const target = Int32Array.from([1, 2, 3, 0, 0, -1, -1, -1]);
      const { output } = await model.forward({ input, target, lengths: [6, 4] });
      const { layers, alignment, output: own } = await model.inspect({ input, target, lengths: [6, 4], row: 1 });
      expect(layers.map(({ name, timeSteps }) => [name, timeSteps])).toEqual([
        ['encoder.l0', 4],
        ['encoder.l0_reverse', 4],
        ['decoder.l0', 2],
      ]);
      expect(largestDifference(own, [...output.slice(7, 14), ...output.slice(21, 28)])).toBe(0);
      const looked = linesOf(alignment ?? [], 6);
      expect(looked).toHaveLength(2);
      for (const line of looked) {
        expect(Math.abs(line.reduce((sum, share) => sum + share, 0) - 1)).toBeLessThan(1e-5);
        expect(line.slice(4)).toEqual([0, 0]);
      }
    }));

  it('has one output of a network that reads and then says one thing', () =>
    withModel({ architecture: 'many-to-one' }, async (model) => {
      const input = randomInput(model.spec, 2 * 4);
      const { output } = await model.forward({ input, batch: 2 });
      const seen = await model.inspect({ input, batch: 2, row: 1 });
      expect(largestDifference(seen.output, output.slice(7))).toBe(0);
      expect(seen.layers[0].hidden).toHaveLength(4 * 3);
    }));

  it('refuses a row that is not there', () =>
    withModel({}, async (model) => {
      const input = randomInput(model.spec, 2 * 4);
      await expect(model.inspect({ input, batch: 2, row: 2 })).rejects.toThrow(
        new InputError('row must be below 2, the rows of the batch, got 2'),
      );
    }));

  it('costs a training step nothing, and nothing twice', () =>
    withModel({}, async (model) => {
      const trainer = createTrainer(model, { batch: BATCH, timeSteps: STEPS });
      await trainer.step(randomBatch(model, trainer.spec));
      const [bytes, input] = [model.bytes, randomInput(model.spec, STEPS)];
      await model.inspect({ input });
      expect(model.bytes).toBeGreaterThan(bytes);
      const watch = watchDevice(device);
      try {
        trainer.submit(randomBatch(model, trainer.spec));
        await trainer.idle();
        expect(watch.created).toEqual([]);
        watch.clear();
        await model.inspect({ input });
        // a staging buffer for logits, gates, states and cells, and it is not left
        expect(watch.created).toEqual(['createBuffer']);
        expect(watch.submits).toBe(1);
        expect(watch.liveBuffers).toEqual([]);
      } finally {
        watch.end();
        trainer.destroy();
      }
    }));
});
