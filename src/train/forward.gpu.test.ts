/** Forward and stream: the same outputs by any way, states in and out, many callers at once. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createModel, InputError, type Model, requestDevice } from '../index.ts';
import { at } from '../testing/at.ts';
import { largestDifference, randomInput, watchDevice, watchErrors } from '../testing/gpu.ts';
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

const inputOf = { 'rnn-tanh': 'one-hot', 'rnn-relu': 'vectors', gru: 'embedding', 'gru-before': 'vectors', lstm: 'one-hot' } as const;

describe.each(cellNames)('a stream of %s', (cell) => {
  it('gives step by step what forward gives at once', () =>
    withModel({ input: inputs[inputOf[cell]], recurrent: { ...cells[cell], layers: 2 } }, async (model) => {
      const values = randomInput(model.spec, BATCH * STEPS);
      const { output, finalState } = await model.forward({ input: values, batch: BATCH });
      const stream = model.stream({ batch: BATCH });
      for (let t = 0; t < STEPS; t++) {
        const row = at(output, t, STEPS);
        expect(largestDifference(await stream.step(at(values, t, STEPS)), row), `t=${t}`).toBeLessThan(1e-6);
      }
      stream.reset([1]);
      const last = await stream.step(at(values, 0, STEPS));
      // row 1 begins anew, the others go on from the final state
      const continued = (await model.forward({ input: at(values, 0, STEPS), initialState: finalState })).output;
      const begun = at(output, 0, STEPS);
      for (let row = 0; row < BATCH; row++) {
        expect(largestDifference(at(last, row, BATCH), at(row === 1 ? begun : continued, row, BATCH)), `row ${row}`).toBeLessThan(1e-6);
      }
      stream.reset();
      expect(largestDifference(await stream.step(at(values, 0, STEPS)), begun)).toBeLessThan(1e-6);
      stream.destroy();
    }));

  it('takes steps in turn that are not waited for, begins anew between them, and loses nothing by one that is refused', () =>
    withModel({ input: inputs.vectors, recurrent: { ...cells[cell] } }, async (model) => {
      const values = randomInput(model.spec, BATCH);
      const waited = model.stream({ batch: BATCH });
      const begun = await waited.step(values);
      const second = await waited.step(values);
      const stream = model.stream({ batch: BATCH });
      const wrong = stream.step(values.subarray(1));
      const steps = [stream.step(values), stream.step(values)];
      stream.reset();
      steps.push(stream.step(values));
      await expect(wrong).rejects.toThrow(InputError);
      const taken = await Promise.all(steps);
      expect([begun, second, begun].map((expected, index) => largestDifference(taken[index], expected))).toEqual([0, 0, 0]);
      const watch = watchDevice(device);
      await stream.step(values);
      expect([watch.created, watch.submits]).toEqual([[], 1]);
      watch.end();
      stream.destroy();
      waited.destroy();
    }));

  it('is continued by forward from the state in which another forward ended', () =>
    withModel({ recurrent: { ...cells[cell], hiddenSize: [3, 5] } }, async (model) => {
      const values = randomInput(model.spec, BATCH * STEPS);
      const whole = await model.forward({ input: values, batch: BATCH });
      const head = await model.forward({ input: values.slice(0, 2 * BATCH), batch: BATCH });
      const tail = await model.forward({ input: values.slice(2 * BATCH), initialState: head.finalState });
      expect(largestDifference([...head.output, ...tail.output], whole.output)).toBeLessThan(1e-6);
      expect(tail.finalState.map(({ h, c }) => [h.length, c?.length])).toEqual(
        cell === 'lstm'
          ? [
              [9, 9],
              [15, 15],
            ]
          : [
              [9, undefined],
              [15, undefined],
            ],
      );
      for (const [layer, { h, c }] of whole.finalState.entries()) {
        expect(largestDifference(tail.finalState[layer].h, h)).toBeLessThan(1e-6);
        if (c) expect(largestDifference(tail.finalState[layer].c ?? [], c)).toBeLessThan(1e-6);
      }
      // and without a state it begins from zeros again
      expect(largestDifference((await model.forward({ input: values, batch: BATCH })).output, whole.output)).toBe(0);
    }));
});

describe('a stream', () => {
  it('refuses what does not fit and goes on', () =>
    withModel({ recurrent: cells['rnn-tanh'] }, async (model) => {
      expect(() => model.stream({ batch: 0 })).toThrow(new InputError('batch must be a positive integer, got 0'));
      const stream = model.stream({ batch: 2 });
      const first = await stream.step(Int32Array.of(1, 2));
      await expect(stream.step(Int32Array.of(1))).rejects.toThrow(new InputError('input must have 2 values [T=1, B=2], got 1'));
      expect(() => stream.reset([2])).toThrow(InputError);
      expect(() => stream.reset([-1])).toThrow(InputError);
      const expected = (await model.forward({ input: Int32Array.of(1, 2, 1, 2), batch: 2 })).output;
      expect(largestDifference([...first, ...(await stream.step(Int32Array.of(1, 2)))], expected)).toBeLessThan(1e-6);
      stream.destroy();
      await expect(stream.step(Int32Array.of(1, 2))).rejects.toThrow('stream must not be destroyed');
    }));

  it('takes steps that nobody waits for in between', () =>
    withModel({ recurrent: cells['rnn-tanh'] }, async (model) => {
      const ids = [1, 2, 3, 4];
      const stream = model.stream({ batch: 1 });
      const outputs = await Promise.all(ids.map((id) => stream.step(Int32Array.of(id))));
      const { output } = await model.forward({ input: Int32Array.from(ids) });
      expect(
        largestDifference(
          outputs.flatMap((row) => [...row]),
          output,
        ),
      ).toBeLessThan(1e-6);
      stream.destroy();
    }));
});

describe('forward', () => {
  it('serves many callers at once, of more shapes than it keeps', () =>
    withModel({ recurrent: cells['rnn-tanh'] }, async (model) => {
      const all = Array.from({ length: 8 }, (_, index) => randomInput(model.spec, index + 1, index));
      const alone: Float32Array[] = [];
      for (const input of all) alone.push((await model.forward({ input })).output);
      const together = await Promise.all([...all, ...all].map((input) => model.forward({ input })));
      together.forEach(({ output }, index) => {
        expect(output, `call ${index}`).toEqual(alone[index % all.length]);
      });
    }));

  it('gives one output per row for many-to-one: that of the last step', () =>
    withModel({ architecture: 'many-to-one', recurrent: cells['rnn-tanh'] }, async (model) => {
      const input = randomInput(model.spec, BATCH * STEPS);
      const { output } = await model.forward({ input, batch: BATCH });
      expect(output.length).toBe(BATCH * 7);
      const every = createModel(device, smallModel({ recurrent: cells['rnn-tanh'] }), { kernel: 'step' });
      expect(largestDifference(output, at((await every.forward({ input, batch: BATCH })).output, STEPS - 1, STEPS))).toBeLessThan(1e-6);
      every.destroy();
    }));

  it('refuses what does not fit', () =>
    withModel({}, async (model) => {
      const input = randomInput(model.spec, 6);
      const refused: [Parameters<Model['forward']>[0], string][] = [
        [{ input: new Int32Array() }, 'input must have a multiple of 1 values (batch 1), got 0'],
        [{ input, batch: 4 }, 'input must have a multiple of 4 values (batch 4), got 6'],
        [{ input, batch: 0 }, 'batch must be a positive integer, got 0'],
        [{ input: Int32Array.of(1, 7) }, 'input must hold ids from 0 to 6, got 7'],
        [{ input: Float32Array.of(1, 2) }, 'input must be an Int32Array [T=2, B=1], got Float32Array'],
        [{ input, batch: 2, initialState: [] }, 'initialState must have 1 layers, got 0'],
        [
          { input, batch: 2, initialState: [{ h: new Float32Array(6) }] },
          'initialState of layer 0, c must be a Float32Array [D=1, B=2, H=3], got undefined',
        ],
        [
          { input, batch: 2, initialState: [{ h: new Float32Array(5), c: new Float32Array(6) }] },
          'initialState of layer 0, h must have 6 values [D=1, B=2, H=3], got 5',
        ],
      ];
      for (const [options, message] of refused) await expect(model.forward(options)).rejects.toThrow(new InputError(message));
    }));
});
