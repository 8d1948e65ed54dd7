/** Batches that do not fit are refused with one sentence, and leave everything as it was. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Batch, createModel, createTrainer, InputError, type Model, requestDevice, type Trainer } from '../index.ts';
import { type DeviceWatch, differences, randomBatch, watchDevice, watchErrors } from '../testing/gpu.ts';
import { inputs, type SmallOptions, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let watch: DeviceWatch;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
  watch = watchDevice(device);
});

beforeEach(() => watch.clear());

afterEach(() => expect(errors).toEqual([]));

afterAll(() => device.destroy());

const rnn = { cell: 'rnn-tanh' } as const;

interface Wrong {
  readonly name: string;
  readonly change: (batch: Batch) => Partial<Record<keyof Batch, unknown>>;
  readonly message: string;
}

const replaced = (values: ArrayLike<number>, index: number, value: number): Int32Array =>
  Int32Array.from(values, (old, at) => (at === index ? value : old));

const tokens: readonly Wrong[] = [
  { name: 'too short', change: ({ input }) => ({ input: input.slice(1) }), message: 'input must have 6 values [T=3, B=2], got 5' },
  { name: 'empty', change: () => ({ input: new Int32Array() }), message: 'input must have 6 values [T=3, B=2], got 0' },
  {
    name: 'of values',
    change: () => ({ input: new Float32Array(6) }),
    message: 'input must be an Int32Array [T=3, B=2], got Float32Array',
  },
  { name: 'unsigned', change: () => ({ input: new Uint32Array(6) }), message: 'input must be an Int32Array [T=3, B=2], got Uint32Array' },
  { name: 'a plain list', change: () => ({ input: [0, 1, 2, 3, 4, 5] }), message: 'input must be an Int32Array [T=3, B=2], got Array' },
  { name: 'missing', change: () => ({ input: undefined }), message: 'input must be an Int32Array [T=3, B=2], got undefined' },
  {
    name: 'past the vocabulary',
    change: ({ input }) => ({ input: replaced(input, 4, 7) }),
    message: 'input must hold ids from 0 to 6, got 7',
  },
  { name: 'negative', change: ({ input }) => ({ input: replaced(input, 0, -1) }), message: 'input must hold ids from 0 to 6, got -1' },
  { name: 'with a target too long', change: () => ({ target: new Int32Array(8) }), message: 'target must have 6 values [T=3, B=2], got 8' },
  {
    name: 'with targets of values',
    change: () => ({ target: new Float32Array(6) }),
    message: 'target must be an Int32Array [T=3, B=2], got Float32Array',
  },
  {
    name: 'with a target past the classes',
    change: ({ target }) => ({ target: replaced(target, 5, 7) }),
    message: 'target must hold ids from 0 to 6 or -1 (does not count), got 7',
  },
  {
    name: 'with a target below -1',
    change: ({ target }) => ({ target: replaced(target, 5, -2) }),
    message: 'target must hold ids from 0 to 6 or -1 (does not count), got -2',
  },
  {
    name: 'without a target that counts',
    change: () => ({ target: new Int32Array(6).fill(-1) }),
    message: 'target must have at least one id that counts, got only -1',
  },
];
const vectors: readonly Wrong[] = [
  { name: 'too short', change: () => ({ input: new Float32Array(29) }), message: 'input must have 30 values [T=3, B=2, I=5], got 29' },
  {
    name: 'of ids',
    change: () => ({ input: new Int32Array(30) }),
    message: 'input must be a Float32Array [T=3, B=2, I=5], got Int32Array',
  },
  {
    name: 'of doubles',
    change: () => ({ input: new Float64Array(30) }),
    message: 'input must be a Float32Array [T=3, B=2, I=5], got Float64Array',
  },
  {
    name: 'with a target too short',
    change: () => ({ target: new Float32Array(17) }),
    message: 'target must have 18 values [T=3, B=2, V=3], got 17',
  },
  {
    name: 'with targets of ids',
    change: () => ({ target: new Int32Array(18) }),
    message: 'target must be a Float32Array [T=3, B=2, V=3], got Int32Array',
  },
];
const manyToOne: readonly Wrong[] = [
  { name: 'with a target per step', change: () => ({ target: new Int32Array(6) }), message: 'target must have 2 values [B=2], got 6' },
];
const rowsThatEnd: readonly Wrong[] = [
  { name: 'with a length too few', change: () => ({ lengths: [3] }), message: 'lengths must have 2 values [B=2], got 1' },
  {
    name: 'with a row of no time steps',
    change: () => ({ lengths: [3, 0] }),
    message: 'lengths must hold whole numbers from 1 to 3, got 0 for row 1',
  },
  {
    name: 'with a row that is too long',
    change: () => ({ lengths: Uint32Array.of(4, 1) }),
    message: 'lengths must hold whole numbers from 1 to 3, got 4 for row 0',
  },
  {
    name: 'with half a time step',
    change: () => ({ lengths: [1, 1.5] }),
    message: 'lengths must hold whole numbers from 1 to 3, got 1.5 for row 1',
  },
  {
    name: 'whose targets all lie past the ends',
    change: () => ({ lengths: [1, 1], target: Int32Array.of(-1, -1, 1, 1, 1, 1) }),
    message: 'target must have at least one id that counts, got only -1',
  },
];
const carried: readonly Wrong[] = [
  {
    name: 'with lengths',
    change: () => ({ lengths: [3, 2] }),
    message: 'lengths belong to a trainer with lengths true, which one with stateful true cannot have',
  },
];

describe.each<[string, SmallOptions, readonly Wrong[], boolean]>([
  ['tokens', { recurrent: rnn }, [...tokens, ...carried], true],
  ['rows that end early', { recurrent: rnn }, rowsThatEnd, false],
  ['vectors', { recurrent: rnn, input: inputs.vectors, output: { kind: 'linear', classes: 3 } }, vectors, true],
  ['many-to-one', { recurrent: rnn, architecture: 'many-to-one' }, manyToOne, true],
])('a batch of %s', (_, options, wrongs, stateful) => {
  const sizes = { batch: 2, timeSteps: 3, stateful };
  let model: Model;
  let trainer: Trainer;

  beforeAll(async () => {
    model = createModel(device, smallModel(options), { kernel: 'step' });
    trainer = createTrainer(model, sizes);
    await trainer.ready();
  });

  afterAll(() => {
    trainer.destroy();
    model.destroy();
  });

  it.each(wrongs)('is refused $name', async ({ change, message }) => {
    const batch = randomBatch(model, trainer.spec);
    const before = { steps: trainer.steps, parameters: await model.parameters.read() };
    const wrong = { ...batch, ...change(batch) } as Batch;
    watch.clear();
    const stepping = trainer.step(wrong);
    await expect(stepping).rejects.toThrow(new InputError(message));
    await expect(stepping).rejects.toBeInstanceOf(InputError);
    expect(() => trainer.submit(wrong)).toThrow(new InputError(message));
    expect([watch.submits, trainer.steps]).toEqual([0, before.steps]);
    expect(differences(await model.parameters.read(), before.parameters)).toEqual([]);
  });

  it('is taken when it is right, as if nothing had happened', async () => {
    const batch = randomBatch(model, trainer.spec);
    const { applied, loss } = await trainer.step(batch);
    const other = createModel(device, smallModel(options), { kernel: 'step' });
    const untouched = createTrainer(other, sizes);
    expect([applied, loss]).toEqual([1, (await untouched.step(batch)).loss]);
    expect(differences(await model.parameters.read(), await other.parameters.read())).toEqual([]);
    untouched.destroy();
    other.destroy();
  });
});
