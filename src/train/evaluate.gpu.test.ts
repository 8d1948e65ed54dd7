/** Evaluation against forward() and single steps: every target of the text exactly once, states carried along the lanes. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createModel,
  createTokenStream,
  createTrainer,
  createValidationStream,
  InputError,
  type Model,
  type ModelStream,
  requestDevice,
  type Trainer,
} from '../index.ts';
import { differences, randomTokens, watchErrors } from '../testing/gpu.ts';
import { inputs, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];
let model: Model;
let trainer: Trainer;
let lane: ModelStream;

const sizes = { batch: 2, timeSteps: 4, stateful: true };

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
  model = createModel(device, smallModel({ recurrent: { cell: 'lstm', layers: 2 } }), { kernel: 'step' });
  lane = model.stream({ batch: 1 });
  trainer = createTrainer(model, { ...sizes, loss: { labelSmoothing: 0.1, reduction: 'sum' } });
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => {
  lane.destroy();
  trainer.destroy();
  model.destroy();
  device.destroy();
});

/** -log softmax of a target, in Float64. */
const surprise = (logits: Float32Array, target: number): number =>
  Math.log(Array.from(logits).reduce((total, logit) => total + Math.exp(logit), 0)) - logits[target];

/** The sum over a lane that begins with zero states. */
async function laneLoss(tokens: Uint32Array): Promise<number> {
  lane.reset();
  let sum = 0;
  for (let t = 0; t + 1 < tokens.length; t++) sum += surprise(await lane.step(Int32Array.of(tokens[t])), tokens[t + 1]);
  return sum;
}

describe('the loss of a held-out text', () => {
  it.each([
    ['whole windows', 25, { batch: 2, timeSteps: 4 }],
    ['a partial last window', 28, { batch: 2, timeSteps: 4 }],
    ['lanes of unequal length', 30, { batch: 3, timeSteps: 4 }],
    ['fewer targets than rows', 3, { batch: 4, timeSteps: 4 }],
    ['one target', 2, { batch: 1, timeSteps: 4 }],
    ['other sizes than the trainer', 40, { batch: 1, timeSteps: 16 }],
  ])('counts every target once: %s', async (_, length, shape) => {
    const tokens = randomTokens(length, length);
    const { loss, count, perplexity, bitsPerCharacter } = await trainer.evaluate(createValidationStream(tokens, shape));
    expect(count).toBe(length - 1);
    let expected = 0;
    for (let row = 0; row < shape.batch; row++) {
      const [start, end] = [row, row + 1].map((lane) => Math.floor((lane * (length - 1)) / shape.batch));
      if (end > start) expected += await laneLoss(tokens.slice(start, end + 1));
    }
    expect(loss).toBeCloseTo(expected / count, 5);
    expect(perplexity).toBeCloseTo(Math.exp(loss), 5);
    expect(bitsPerCharacter).toBeCloseTo(loss / Math.log(2), 5);
  });

  it('is that of forward() over the whole text', async () => {
    const tokens = randomTokens(33);
    const { output } = await model.forward({ input: Int32Array.from(tokens.slice(0, -1)) });
    let expected = 0;
    for (let t = 0; t < 32; t++) expected += surprise(output.subarray(t * 7, t * 7 + 7), tokens[t + 1]) / 32;
    expect((await trainer.evaluate(createValidationStream(tokens, { batch: 1, timeSteps: 4 }))).loss).toBeCloseTo(expected, 5);
  });

  it('is the same however it is cut, also into more windows than are read back at once', async () => {
    const tokens = randomTokens(600);
    const losses: number[] = [];
    for (const timeSteps of [1, 4, 50]) losses.push((await trainer.evaluate(createValidationStream(tokens, { batch: 2, timeSteps }))).loss);
    expect(losses[1]).toBeCloseTo(losses[0], 5);
    expect(losses[2]).toBeCloseTo(losses[0], 5);
  });

  it('repeats bit for bit, for many callers at once and for several texts in turn', async () => {
    const [first, second] = [1, 2].map((seed) => createValidationStream(randomTokens(600, seed), { batch: 1, timeSteps: 2 }));
    const alone = [await trainer.evaluate(first), await trainer.evaluate(second)];
    expect(await Promise.all([first, second, first].map((stream) => trainer.evaluate(stream)))).toEqual([alone[0], alone[1], alone[0]]);
  });

  it('neither disturbs a training nor is disturbed by it', async () => {
    const stream = createTokenStream(randomTokens(70), sizes);
    const validation = createValidationStream(randomTokens(30), sizes);
    const run = async (evaluates: boolean) => {
      const own = createModel(device, model.spec, { kernel: 'step' });
      const training = createTrainer(own, sizes);
      const losses: number[] = [];
      for await (const { loss, step } of training.run(stream, { steps: 12 })) {
        losses.push(loss);
        if (evaluates && step % 4 === 0) await training.evaluate(validation);
      }
      const parameters = await own.parameters.read();
      training.destroy();
      own.destroy();
      return { losses, parameters };
    };
    const [plain, evaluated] = [await run(false), await run(true)];
    expect(evaluated.losses).toEqual(plain.losses);
    expect(differences(evaluated.parameters, plain.parameters)).toEqual([]);
  });

  it('is not for models that do not predict the next token', async () => {
    const other = createModel(device, smallModel({ input: inputs.vectors }));
    const stranger = createTrainer(other, sizes);
    await expect(stranger.evaluate(createValidationStream(randomTokens(30), sizes))).rejects.toThrow(InputError);
    await expect(trainer.evaluate(createValidationStream(Uint32Array.of(1, 7, 2), sizes))).rejects.toThrow(
      new InputError('token 1 of the stream must be below the vocabulary of 7, got 7'),
    );
    stranger.destroy();
    other.destroy();
  });
});
