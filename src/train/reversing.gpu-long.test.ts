import { afterAll, beforeAll, expect, it } from 'vitest';
import { caseNumbers } from '../check/case-buffers.ts';
import { createModel, createTrainer, requestDevice } from '../index.ts';

/** An encoder-decoder learns to write words backwards, with either attention, and its attention is one. */
let device: GPUDevice;

beforeAll(async () => {
  device = await requestDevice();
});

afterAll(() => device.destroy());

const digits = 6;
const steps = 6;
/** Reverse 1 to 5 digits; 0 is the mark. */
function reversing(rows: number, seed: number) {
  const numbers = caseNumbers(seed);
  const input = new Int32Array(5 * rows);
  const goal = new Int32Array(steps * rows).fill(-1);
  const ends = Array.from(numbers.below(rows, 5), (length) => length + 1);
  ends.forEach((length, row) => {
    const word = Array.from(numbers.below(length, digits - 1), (digit) => digit + 1);
    word.forEach((digit, t) => {
      input[t * rows + row] = digit;
      goal[(length - 1 - t) * rows + row] = digit;
    });
    goal[length * rows + row] = 0;
  });
  return { input, lengths: ends, target: goal };
}

it.each(['additive', 'multiplicative'] as const)('learns to reverse with %s attention, and looks where it reads', async (kind) => {
  const model = createModel(device, {
    architecture: 'encoder-decoder',
    input: { kind: 'tokens', vocabulary: digits },
    recurrent: { cell: 'gru', hiddenSize: 32, bidirectional: true },
    output: { kind: 'softmax', classes: digits },
    attention: { kind },
  });
  const trainer = createTrainer(model, {
    batch: 32,
    timeSteps: steps,
    sourceSteps: 5,
    optimizer: { kind: 'adam', learningRate: 1e-2 },
    clip: { globalNorm: 1 },
  });
  await trainer.ready();
  for (let step = 0; step < 300; step++) {
    trainer.submit(reversing(32, 1 + step));
    if (step % 20 === 19) await trainer.idle();
  }
  const { input, lengths: ends, target: goal } = reversing(64, 9999);
  const { ids, alignment } = await model.decode({ input, lengths: ends, length: steps });
  const isRight = ends.map((_, row) => goal.every((id, place) => place % 64 !== row || id === ids[place]));
  expect(isRight.filter(Boolean).length / 64).toBeGreaterThan(0.9);
  expect(alignment?.length).toBe(steps * 64 * 5);
  for (let place = 0; place < 64; place++) {
    const row = Array.from(alignment?.subarray(place * 5, place * 5 + 5) ?? []);
    expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(row.slice(ends[place]).every((share) => share === 0)).toBe(true);
  }
  const told = await model.forward({ input, lengths: ends, target: goal });
  expect(told.output.length).toBe(steps * 64 * digits);
  trainer.destroy();
  model.destroy();
});
