/** Layer normalisation in what is built of layers: writing, reading and writing, what is saved, repeated runs, the start of a program. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slopeErrors } from '../check/gradient-check.ts';
import { createModel, createTokenStream, createTrainer, generateTokens, load, type ModelOptions, requestDevice, save } from '../index.ts';
import { collect, differences, randomBatch, randomTokens } from '../testing/gpu.ts';
import { cellNames, cells, inputs, smallModel } from '../testing/models.ts';

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

const normed = (cell: keyof typeof cells, recurrent: Partial<ModelOptions['recurrent']> = {}, rest: Partial<ModelOptions> = {}) =>
  smallModel({ ...rest, recurrent: { ...cells[cell], hiddenSize: 5, layers: 2, layerNorm: true, ...recurrent } });

const likeliest = (logits: Float32Array, classes: number): number[] =>
  Array.from({ length: logits.length / classes }, (_, row) => {
    const values = [...logits.subarray(row * classes, (row + 1) * classes)];
    return values.indexOf(Math.max(...values));
  });

describe.each(['step', 'sequence'] as const)('with %s kernels', (kernel) => {
  it.each(cellNames)('text goes on with the likeliest token after all before it: %s', async (cell) => {
    const model = createModel(device, normed(cell, {}, { input: inputs[cell === 'gru' ? 'embedding' : 'one-hot'] }), { kernel });
    const prompt = Int32Array.of(3, 1, 4);
    const drawn = await generateTokens(model, { prompt, length: 18, temperature: 0 });
    const { output } = await model.forward({ input: Int32Array.of(...prompt, ...drawn.slice(0, -1)), kernel });
    expect([...drawn]).toEqual(likeliest(output, 7).slice(prompt.length - 1));
    model.destroy();
  });

  const pairs = {
    'lstm from both ends, attention': normed(
      'lstm',
      { bidirectional: true, layers: 1, hiddenSize: 6 },
      { architecture: 'encoder-decoder', attention: { kind: 'additive' }, output: { kind: 'softmax', classes: 6 } },
    ),
    'gru reset before': normed('gru-before', { layers: 1 }, { architecture: 'encoder-decoder', output: { kind: 'softmax', classes: 6 } }),
  };
  const sources = Int32Array.from([1, 2, 3, 4, 0, 1, 2, 5, 3, 0, 4, 1]);
  const lengths = [4, 1, 3];

  it.each(Object.entries(pairs))(
    'the gradient of reading and writing is the slope of the loss, and it writes as if told its own words: %s',
    async (_, options) => {
      const model = createModel(device, options, { kernel });
      const sizes = { batch: 3, timeSteps: 3, sourceSteps: 4, optimizer: { kind: 'sgd', learningRate: 0 }, kernel } as const;
      const trainer = createTrainer(model, sizes);
      const target = Int32Array.from([2, 0, 4, 5, -1, 0, 0, -1, -1]);
      // a product that is small is divided by a small deviation, so that the loss bends sharply along its weights
      const errors = await slopeErrors(model, trainer, { input: sources, lengths, target }, 0.003);
      expect(errors.filter(({ error, expected }) => !(error <= 6e-3) && Math.abs(expected) > 0.05)).toEqual([]);
      const { ids } = await model.decode({ input: sources, lengths, length: 5 });
      const { output } = await model.forward({ input: sources, lengths, target: ids, kernel });
      likeliest(output, 6).forEach((id, place) => {
        if (ids[place] >= 0) expect(id).toBe(ids[place]);
      });
      trainer.destroy();
      model.destroy();
    },
  );

  it.each(['lstm', 'gru-before'] as const)('a run that is saved and goes on is the uninterrupted one bit for bit: %s', async (cell) => {
    const options = normed(cell, { recurrentDropout: 0.2, zoneout: 0.2, initialState: 'learned' });
    const training = { batch: 2, timeSteps: 4, stateful: true, kernel, optimizer: { kind: 'adamw', learningRate: 0.01 } } as const;
    const stream = createTokenStream(randomTokens(70), { batch: 2, timeSteps: 4 });
    const whole = createModel(device, options);
    const wholeTrainer = createTrainer(whole, training);
    await collect(wholeTrainer.run(stream, { steps: 12 }));
    const first = createModel(device, options);
    const firstTrainer = createTrainer(first, training);
    await collect(firstTrainer.run(stream, { steps: 7 }));
    const { model: second, trainSpec, restore } = await load(device, await save(first, firstTrainer));
    expect(second.spec).toEqual(whole.spec);
    const secondTrainer = createTrainer(second, { ...(trainSpec ?? training), kernel });
    await restore(secondTrainer);
    await collect(secondTrainer.run(stream, { steps: 5 }));
    expect(differences(await second.parameters.read(), await whole.parameters.read())).toEqual([]);
    for (const owner of [wholeTrainer, whole, firstTrainer, first, secondTrainer, second]) owner.destroy();
  });

  it('a network reads its own words in training, in micro-batches', async () => {
    const model = createModel(device, normed('lstm'));
    const feedback = { kind: 'scheduled', most: 0.5, steps: 1 } as const;
    const trainer = createTrainer(model, {
      batch: 2,
      timeSteps: 4,
      accumulate: 2,
      feedback,
      kernel,
      optimizer: { kind: 'adam', learningRate: 0.05 },
    });
    const batch = randomBatch(model, trainer.spec);
    const losses: number[] = [];
    for (let step = 0; step < 25; step++) losses.push((await trainer.step(batch)).loss);
    expect(losses.at(-1)).toBeLessThan(0.5 * losses[0]);
    trainer.destroy();
    model.destroy();
  });
});

it('the kernels of a model are found right before it starts, those of wide layers too', async () => {
  for (const options of [normed('lstm', { zoneout: 0.1 }), normed('gru-before', { hiddenSize: 100, layers: 1 })]) {
    const model = createModel(device, options, { selfTest: 'auto' });
    const trainer = createTrainer(model, { batch: 3, timeSteps: 3 });
    await trainer.step(randomBatch(model, trainer.spec));
    const { verdicts, replaced } = model.selfTest;
    expect(replaced).toEqual([]);
    expect(verdicts.filter(({ kernel }) => kernel.startsWith('layer-norm-')).length).toBeGreaterThan(4);
    expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
    trainer.destroy();
    model.destroy();
  }
});
