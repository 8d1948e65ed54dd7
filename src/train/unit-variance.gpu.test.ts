/** After LSUV the pre-activations of every layer have variance 1, held against gates that the kernels themselves left. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, InputError, type Model, requestDevice, scaleToUnitVariance } from '../index.ts';
import { differences, randomInput } from '../testing/gpu.ts';
import { inputs, type SmallOptions, smallModel } from '../testing/models.ts';

let device: GPUDevice;

beforeAll(async () => {
  device = await requestDevice();
});

afterAll(() => device.destroy());

const [BATCH, STEPS] = [6, 8];

async function withModel<Result>(options: SmallOptions, use: (model: Model) => Promise<Result>): Promise<Result> {
  const model = createModel(device, smallModel(options), { kernel: 'step' });
  try {
    return await use(model);
  } finally {
    model.destroy();
  }
}

const logit = (share: number): number => Math.log(share / (1 - share));

/** Variance over all positions of each unit, the mean over the units: from values [rows, units]. */
function varianceOf(rows: readonly number[][]): number {
  const units = rows[0].length;
  let total = 0;
  for (let unit = 0; unit < units; unit++) {
    const column = rows.map((row) => row[unit]);
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    total += column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
  }
  return total / units;
}

/** Pre-activations of one layer, from what the kernels left: activations turned back. */
async function preactivations(model: Model, input: Int32Array | Float32Array, layer: number): Promise<number[][]> {
  const rows: number[][] = [];
  for (let row = 0; row < BATCH; row++) {
    const { timeSteps, hiddenSize, gates, hidden } = (await model.inspect({ input, batch: BATCH, row })).layers[layer];
    for (let t = 0; t < timeSteps; t++) {
      const at = (values: Float32Array) => [...values.subarray(t * hiddenSize, (t + 1) * hiddenSize)];
      rows.push(
        model.spec.recurrent.cell === 'lstm'
          ? [
              ...at(gates.input).map(logit),
              ...at(gates.forget).map(logit),
              ...at(gates.candidate).map(Math.atanh),
              ...at(gates.output).map(logit),
            ]
          : at(hidden).map(Math.atanh),
      );
    }
  }
  return rows;
}

describe('LSUV', () => {
  it.each([
    ['rnn-tanh', 'vectors'],
    ['lstm', 'embedding'],
    ['lstm', 'one-hot'],
  ] as const)('gives each of two layers of %s over %s variance 1', (cell, input) =>
    withModel({ input: inputs[input], recurrent: { cell, hiddenSize: [6, 5] } }, async (model) => {
      const values = randomInput(model.spec, BATCH * STEPS);
      const before = await model.parameters.read();
      const found = await scaleToUnitVariance(model, { input: values, batch: BATCH });
      const after = await model.parameters.read();
      expect(found.map(({ name }) => name)).toEqual(['l0', 'l1']);
      for (const [layer, { before: first, after: last, factor }] of found.entries()) {
        expect(Math.abs(first - 1)).toBeGreaterThan(0.05);
        const measured = varianceOf(await preactivations(model, values, layer));
        expect(Math.abs(measured - 1)).toBeLessThan(0.05);
        expect(Math.abs(measured - last)).toBeLessThan(1e-3);
        const [old, scaled] = [before, after].map((parameters) => parameters.get(`rnn.weight_ih_l${layer}`) ?? new Float32Array());
        expect(scaled[3] / old[3] / factor).toBeCloseTo(1, 4);
      }
      expect(differences(after, before).map((line) => line.split(':')[0])).toEqual(['rnn.weight_ih_l0', 'rnn.weight_ih_l1']);
    }),
  );

  it('gives the same weights to the same model and batch', async () => {
    const options: SmallOptions = { input: inputs.vectors, recurrent: { cell: 'gru', hiddenSize: 5 } };
    const results = [0, 1].map(() =>
      withModel(options, async (model) => {
        await scaleToUnitVariance(model, { input: randomInput(model.spec, BATCH * STEPS), batch: BATCH });
        return model.parameters.read();
      }),
    );
    expect(differences(await results[0], await results[1])).toEqual([]);
  });

  it('measures nothing past the end of a row', async () => {
    const options: SmallOptions = { input: inputs.vectors, recurrent: { cell: 'gru', hiddenSize: [6, 5] } };
    const lengths = Array.from({ length: BATCH }, (_, row) => 1 + (row % STEPS));
    const results = [0.5, 1e3].map((past) =>
      withModel(options, async (model) => {
        const input = randomInput(model.spec, BATCH * STEPS);
        const size = input.length / (BATCH * STEPS);
        input.forEach((_, i) => {
          const place = Math.floor(i / size);
          if (Math.floor(place / BATCH) >= lengths[place % BATCH]) input[i] = past;
        });
        await scaleToUnitVariance(model, { input, batch: BATCH, lengths });
        return model.parameters.read();
      }),
    );
    expect(differences(await results[0], await results[1])).toEqual([]);
  });

  it('says why it cannot', async () => {
    const wild = { input: inputs.vectors, recurrent: { cell: 'rnn-tanh', hiddenSize: 8, initialization: { gain: 8 } } } as const;
    await withModel(wild, async (model) => {
      const asked = scaleToUnitVariance(model, { input: randomInput(model.spec, BATCH * STEPS), batch: BATCH });
      await expect(asked).rejects.toThrow('its recurrent weights want a smaller gain');
    });
    await withModel({ recurrent: { bidirectional: true } }, async (model) => {
      await expect(scaleToUnitVariance(model, { input: Int32Array.of(1, 2), batch: 1 })).rejects.toThrow(InputError);
    });
    await withModel({ recurrent: { layerNorm: true } }, async (model) => {
      await expect(scaleToUnitVariance(model, { input: Int32Array.of(1, 2), batch: 1 })).rejects.toThrow('a model without layerNorm');
    });
    await withModel({}, async (model) => {
      await expect(scaleToUnitVariance(model, { input: Int32Array.of(1), batch: 1 })).rejects.toThrow('2 positions or more, got 1');
    });
  });
});
