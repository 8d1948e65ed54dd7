import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, InputError, type Model, type ModelOptions, requestDevice, type TrainOptions } from '../index.ts';
import { randomBatch } from '../testing/gpu.ts';
import contents from './fixtures/time-norms.json';

/** Norms of ∂L/∂h_t and ∂L/∂c_t against PyTorch in Float64 (scripts/fixtures/make-time-norms.py), and what is stuck in layers that are made to be. */

interface Case {
  name: string;
  model: ModelOptions;
  train: TrainOptions;
  batch: { input: number[]; target: number[]; lengths?: number[] };
  parameters: Record<string, number[]>;
  norms: Record<string, number[]>;
  /** LSTM: of ∂L/∂c_t. */
  cellNorms?: Record<string, number[]>;
}

const { cases } = contents as unknown as { cases: Case[] };
/** Products of some time steps, each rounded to 6e-8 and more: what issue and fixtures of the gradients allow. */
const share = 1e-3;

let device: GPUDevice;

beforeAll(async () => {
  device = await requestDevice();
});

afterAll(() => {
  device.destroy();
});

/** A trainer that monitors, of a model whose parameters are these or the first ones. */
async function withTrainer(
  options: ModelOptions,
  train: TrainOptions & { kernel?: 'step' | 'sequence' },
  use: (trainer: ReturnType<typeof createTrainer>, model: Model) => Promise<void>,
  parameters?: Record<string, number[]>,
): Promise<void> {
  const model = createModel(device, options);
  const trainer = createTrainer(model, { monitor: true, ...train });
  try {
    if (parameters)
      await model.parameters.write(new Map(Object.entries(parameters).map(([name, values]) => [name, Float32Array.from(values)])));
    await use(trainer, model);
  } finally {
    trainer.destroy();
    model.destroy();
  }
}

describe.each(['step', 'sequence'] as const)('norms of the gradient at each time step, %s kernels', (kernel) => {
  it.each(cases)('$name: as in PyTorch', ({ model, train, batch, parameters, norms, cellNorms }) =>
    withTrainer(
      model,
      { ...train, kernel },
      async (trainer) => {
        await trainer.step({ input: Float32Array.from(batch.input), target: Float32Array.from(batch.target), lengths: batch.lengths });
        const read = await trainer.timeNorms.read();
        expect(read.map(({ name }) => name)).toEqual(Object.keys(norms));
        const compare = (name: string, measured: ArrayLike<number> = [], wanted: readonly number[] = []): void => {
          expect(measured).toHaveLength(wanted.length);
          for (const [t, expected] of wanted.entries())
            expect(Math.abs(measured[t] - expected), `${name} t=${t}: ${measured[t]}, wants ${expected}`).toBeLessThanOrEqual(
              share * expected,
            );
        };
        for (const { name, norms: measured, ratio, cell } of read) {
          compare(name, measured, norms[name]);
          compare(`cells of ${name}`, cell?.norms, cellNorms?.[name]);
          expect(ratio).toBe(measured[0] / measured[measured.length - 1]);
        }
      },
      parameters,
    ),
  );
});

const vectors = { input: { kind: 'vectors', size: 3 }, output: { kind: 'linear', classes: 2 } } as const;

describe('monitor', () => {
  it('adds up micro-batches to what the whole batch gives', async () => {
    const options: ModelOptions = { ...vectors, recurrent: { cell: 'gru', hiddenSize: 6, layers: 2 } };
    const seen: Float64Array[][] = [];
    const health: unknown[] = [];
    for (const train of [
      { batch: 4, timeSteps: 5 },
      { batch: 2, timeSteps: 5, accumulate: 2 },
    ] as const) {
      await withTrainer(options, train, async (trainer, model) => {
        await trainer.step(randomBatch(model, { accumulate: 1, ...train }));
        seen.push((await trainer.timeNorms.read()).map(({ norms }) => norms));
        health.push(await trainer.stateHealth.read());
      });
    }
    for (const [layer, norms] of seen[0].entries())
      for (const [t, norm] of norms.entries()) expect(Math.abs(seen[1][layer][t] - norm)).toBeLessThan(1e-5 * norm);
    expect(health[1]).toEqual(health[0]);
  });

  it('sees gates that are made to stay open or closed, in rows that end early', () =>
    withTrainer({ ...vectors, recurrent: { cell: 'lstm', hiddenSize: 6 } }, { batch: 3, timeSteps: 4 }, async (trainer, model) => {
      const parameters = await model.parameters.read();
      const bias = new Float32Array(24);
      bias.fill(-9, 0, 6);
      bias.fill(9, 6, 9);
      bias.fill(-30, 12, 15);
      parameters.set('rnn.bias_ih_l0', bias);
      await model.parameters.write(parameters);
      await trainer.step({ ...randomBatch(model, { batch: 3, accumulate: 1, timeSteps: 4 }), lengths: [2, 4, 1] });
      const [{ name, gates, saturated, dead }] = await trainer.stateHealth.read();
      expect({ name, dead }).toEqual({ name: 'l0', dead: undefined });
      expect(gates).toEqual({ input: { closed: 1, open: 0 }, forget: { closed: 0, open: 0.5 }, output: { closed: 0, open: 0 } });
      expect(saturated).toEqual({ candidate: 0.5, cell: 0 });
    }));

  it('counts ReLU units that are silent throughout', () =>
    withTrainer({ ...vectors, recurrent: { cell: 'rnn-relu', hiddenSize: 6 } }, { batch: 8, timeSteps: 10 }, async (trainer, model) => {
      const parameters = await model.parameters.read();
      parameters.set('rnn.bias_ih_l0', Float32Array.of(-50, 0, 0, -50, 0, 0));
      await model.parameters.write(parameters);
      await trainer.step(randomBatch(model, { batch: 8, accumulate: 1, timeSteps: 10 }));
      expect(await trainer.stateHealth.read()).toEqual([{ name: 'l0', gates: {}, saturated: {}, dead: { units: 2, share: 1 / 3 } }]);
    }));

  it('looks at encoder and decoder', () =>
    withTrainer(
      {
        architecture: 'encoder-decoder',
        input: { kind: 'tokens', vocabulary: 5 },
        recurrent: { cell: 'gru', hiddenSize: 4, bidirectional: true },
        output: { kind: 'softmax', classes: 5 },
      },
      { batch: 2, timeSteps: 3, sourceSteps: 6 },
      async (trainer) => {
        await trainer.step({ input: Int32Array.of(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4), target: Int32Array.of(1, 2, 3, 4, 0, 0) });
        const read = await trainer.timeNorms.read();
        expect(read.map(({ name, norms }) => [name, norms.length])).toEqual([
          ['decoder.l0', 3],
          ['encoder.l0', 6],
          ['encoder.l0_reverse', 6],
        ]);
        for (const { norms } of read) expect(Math.min(...norms)).toBeGreaterThan(0);
      },
    ));

  it('looks into the first step and every n-th, and keeps what it saw', () =>
    withTrainer(
      { ...vectors, recurrent: { cell: 'lstm', hiddenSize: 4 } },
      { batch: 2, timeSteps: 3, monitor: { every: 3 } },
      async (trainer, model) => {
        await expect(trainer.timeNorms.read()).rejects.toThrow(/the first is, and every 3th/);
        const batches = Array.from({ length: 8 }, (_, index) => randomBatch(model, trainer.spec, index + 1));
        const [first, ...rest] = batches;
        const single = await trainer.step(first);
        expect(single.timeNorms).toEqual(await trainer.timeNorms.read());
        const encoded = trainer.dispatches;
        const seen: (readonly [step: number, isMeasured: boolean])[] = [];
        for await (const { step, timeNorms, updateRatio } of trainer.run(rest, { steps: 7 })) {
          expect(updateRatio === undefined).toBe(timeNorms === undefined);
          seen.push([step, timeNorms !== undefined]);
        }
        expect(seen.filter(([, isMeasured]) => isMeasured)).toEqual([3, 6].map((step) => [step, true]));
        // two of seven have the five dispatches that measure
        const { dispatches } = trainer.plan.describe();
        expect(trainer.dispatches - encoded).toBe(7 * dispatches - 5 * 5);
        expect(trainer.timeNorms.history.map(({ step }) => step)).toEqual([1, 3, 6]);
        expect(trainer.timeNorms.history[0].layers).toEqual(single.timeNorms);
        expect(trainer.timeNorms.history.at(-1)).toEqual({ step: trainer.timeNorms.step, layers: await trainer.timeNorms.read() });
      },
    ));

  it('adds nothing to what a step computes', async () => {
    const left: unknown[] = [];
    for (const monitor of [true, false]) {
      const architecture = {
        architecture: 'encoder-decoder',
        input: { kind: 'tokens', vocabulary: 5 },
        recurrent: { cell: 'lstm', hiddenSize: 4 },
        output: { kind: 'softmax', classes: 5 },
      } as const;
      await withTrainer(architecture, { batch: 2, timeSteps: 3, sourceSteps: 6, monitor }, async (trainer, model) => {
        const batch = { input: Int32Array.of(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4), target: Int32Array.of(1, 2, 3, 4, 0, 0) };
        for (let step = 0; step < 3; step++) await trainer.step(batch);
        left.push(await model.parameters.read());
      });
    }
    expect(left[0]).toEqual(left[1]);
  });

  it('plans nothing and refuses to read where it is off', () =>
    withTrainer({ ...vectors, recurrent: { cell: 'gru', hiddenSize: 4 } }, { batch: 2, timeSteps: 3, monitor: false }, async (trainer) => {
      expect(trainer.plan.print()).not.toMatch(/time-norms|state-health|timeNorms|health/);
      await expect(trainer.timeNorms.read()).rejects.toThrow(InputError);
      await expect(trainer.stateHealth.read()).rejects.toThrow(/monitor true, got false/);
    }));
});
