/** Generation: prompts forced exactly, whatever their length; draws that repeat by seed; greedy tokens are the likeliest by forward(). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createCharacterVocabulary,
  createModel,
  createVocabulary,
  generate,
  generateTokens,
  InputError,
  type Model,
  requestDevice,
} from '../index.ts';
import { type DeviceWatch, randomInput, watchDevice, watchErrors } from '../testing/gpu.ts';
import { type CellName, cellNames, cells, inputs, smallModel } from '../testing/models.ts';

let device: GPUDevice;
let watch: DeviceWatch;
let errors: string[];
const models = new Map<string, Model>();

/** Models are shared: generation changes nothing in them. Heads are scaled up so that the likeliest token is no tie. */
async function modelOf(cell: CellName, input: 'one-hot' | 'embedding' = 'one-hot'): Promise<Model> {
  const key = `${cell} ${input}`;
  const known = models.get(key);
  if (known) return known;
  const model = createModel(device, smallModel({ input: inputs[input], recurrent: { ...cells[cell], layers: 2 } }), { kernel: 'step' });
  const parameters = await model.parameters.read();
  await model.parameters.write(
    new Map([...parameters].map(([name, values]) => [name, name.startsWith('head') ? values.map((value) => 8 * value) : values])),
  );
  models.set(key, model);
  return model;
}

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
  watch = watchDevice(device);
});

afterEach(() => expect(errors).toEqual([]));

afterAll(() => {
  for (const model of models.values()) model.destroy();
  device.destroy();
});

const promptOf = (model: Model, length: number, seed = 1) => randomInput(model.spec, length, seed) as Int32Array;

/** Of each row of logits, the first of the highest. */
const argmax = (logits: Float32Array, classes: number): number[] =>
  Array.from({ length: logits.length / classes }, (_, row) => {
    const values = [...logits.subarray(row * classes, (row + 1) * classes)];
    return values.indexOf(Math.max(...values));
  });

describe('greedy generation', () => {
  it.each(cellNames)('takes the likeliest token after all before it: %s', async (cell) => {
    const model = await modelOf(cell);
    const prompt = promptOf(model, 3);
    const drawn = await generateTokens(model, { prompt, length: 18, temperature: 0 });
    // one forward over prompt and result: output t predicts token t + 1
    const { output } = await model.forward({ input: Int32Array.of(...prompt, ...drawn.slice(0, -1)) });
    expect([...drawn]).toEqual(argmax(output, 7).slice(prompt.length - 1));
  });

  it('works through an embedding', async () => {
    const model = await modelOf('rnn-tanh', 'embedding');
    const prompt = promptOf(model, 2);
    const drawn = await generateTokens(model, { prompt, length: 5, temperature: 0 });
    const { output } = await model.forward({ input: Int32Array.of(...prompt, ...drawn.slice(0, -1)) });
    expect([...drawn]).toEqual(argmax(output, 7).slice(1));
  });

  it('draws among the likeliest that have the asked probability together', async () => {
    const model = await modelOf('gru');
    const prompt = promptOf(model, 4);
    const greedy = await generateTokens(model, { prompt, length: 20, temperature: 0 });
    expect(await generateTokens(model, { prompt, length: 20, topP: 1e-6, seed: 9 })).toEqual(greedy);
    const all = await generateTokens(model, { prompt, length: 20, seed: 9 });
    expect(await generateTokens(model, { prompt, length: 20, topP: 0.9999999, seed: 9 })).toEqual(all);
  });

  it.each([1, 15, 16, 17, 31, 32, 33, 50])('forces a prompt of %i tokens exactly', async (length) => {
    const model = await modelOf('lstm');
    const prompt = promptOf(model, length, length);
    const drawn = await generateTokens(model, { prompt, length: 3, temperature: 0 });
    const stream = model.stream({ batch: 1 });
    const likeliest: number[] = [];
    for (const id of [...prompt, ...drawn.slice(0, -1)]) likeliest.push(...argmax(await stream.step(Int32Array.of(id)), 7));
    expect([...drawn]).toEqual(likeliest.slice(length - 1));
    stream.destroy();
  });

  it('is what topK 1 draws at any temperature', async () => {
    const model = await modelOf('gru');
    const prompt = promptOf(model, 4);
    const greedy = await generateTokens(model, { prompt, length: 20, temperature: 0 });
    expect(await generateTokens(model, { prompt, length: 20, temperature: 3, topK: 1, seed: 9 })).toEqual(greedy);
  });
});

describe('drawing', () => {
  it('repeats by seed and differs by seed', async () => {
    const model = await modelOf('gru');
    const draw = (seed: number) => generateTokens(model, { prompt: promptOf(model, 2), length: 40, seed });
    const first = await draw(5);
    expect(await draw(5)).toEqual(first);
    expect(await draw(6)).not.toEqual(first);
    expect(await draw(0xffffffff)).not.toEqual(first);
  });

  it.each([1, 2, 15, 16, 17, 40])('of %i tokens begins as a longer one does', async (length) => {
    const model = await modelOf('gru');
    const draw = (count: number) => generateTokens(model, { prompt: promptOf(model, 3), length: count, seed: 3 });
    const drawn = await draw(length);
    expect(drawn).toHaveLength(length);
    expect(drawn).toEqual((await draw(41)).slice(0, length));
  });

  it('follows the probabilities: a cold draw is greedy, a hot one is spread over all tokens', async () => {
    const model = await modelOf('rnn-tanh');
    const draw = (temperature: number) => generateTokens(model, { prompt: promptOf(model, 1), length: 200, temperature });
    expect(await draw(1e-3)).toEqual(await draw(0));
    expect(new Set(await draw(100)).size).toBe(7);
  });

  it('keeps to the k likeliest', async () => {
    const model = await modelOf('rnn-tanh');
    const prompt = promptOf(model, 1);
    const drawn = await generateTokens(model, { prompt, length: 60, temperature: 5, topK: 2 });
    const { output } = await model.forward({ input: Int32Array.of(...prompt, ...drawn.slice(0, -1)) });
    const ranks = [...drawn].map((id, t) => {
      const row = [...output.subarray(t * 7, t * 7 + 7)];
      return row.filter((logit) => logit > row[id]).length;
    });
    expect(new Set(ranks)).toEqual(new Set([0, 1]));
  });

  it('is independent of other calls at the same time', async () => {
    const model = await modelOf('gru');
    const draw = (seed: number) => generateTokens(model, { prompt: promptOf(model, 2, seed), length: 20, seed });
    const alone = [await draw(1), await draw(2), await draw(3)];
    expect(await Promise.all([draw(1), draw(2), draw(3)])).toEqual(alone);
  });

  it('submits once per 16 tokens and awaits only the end', async () => {
    const model = await modelOf('gru');
    await generateTokens(model, { prompt: promptOf(model, 2), length: 40 });
    watch.clear();
    await generateTokens(model, { prompt: promptOf(model, 2), length: 40 });
    // 41 steps are three windows; the last submit reads back
    expect(watch.submits).toBe(3 + 1);
    expect(watch.created).toEqual(['createBuffer', 'createBuffer']);
  });
});

describe('generating text', () => {
  const vocabulary = createCharacterVocabulary('abcdef\n');

  it('returns the prompt and its continuation', async () => {
    const model = await modelOf('gru');
    const text = await generate(model, { prompt: 'abc', length: 10, vocabulary });
    expect(text).toMatch(/^abc[a-f\n]{10}$/);
    const ids = await generateTokens(model, { prompt: vocabulary.encode('abc'), length: 10 });
    expect(text).toBe(`abc${vocabulary.decode(ids)}`);
  });

  it('begins after a line break where there is no prompt', async () => {
    const model = await modelOf('gru');
    const ids = await generateTokens(model, { prompt: vocabulary.encode('\n'), length: 10 });
    expect(await generate(model, { length: 10, vocabulary })).toBe(vocabulary.decode(ids));
  });
});

describe('generating words', () => {
  const vocabulary = createVocabulary('so it is, and so it was.\n', { tokens: 'word', marks: [] });

  it('sets spaces as print does, also where the prompt ends', async () => {
    expect(vocabulary.size).toBe(8);
    const model = createModel(device, smallModel({ input: { kind: 'tokens', vocabulary: 8 }, output: { kind: 'softmax', classes: 8 } }));
    const text = await generate(model, { prompt: 'so it', length: 12, vocabulary, temperature: 3 });
    const ids = await generateTokens(model, { prompt: vocabulary.encode('so it'), length: 12, temperature: 3 });
    expect(text).toBe(vocabulary.decode([...vocabulary.encode('so it'), ...ids]));
    expect(text).toMatch(/^so it([,.\n]| (is|and|so|it|was))/);
    expect(vocabulary.encode(text)).toHaveLength(14);
    model.destroy();
  });
});

describe('what generation refuses', () => {
  it('names it', async () => {
    const model = await modelOf('gru');
    const prompt = Int32Array.of(1);
    const refused: [Parameters<typeof generateTokens>[1], string][] = [
      [{ prompt: new Int32Array() }, 'prompt must have at least one token, got none'],
      [{ prompt: Int32Array.of(0, 7) }, 'prompt must hold ids from 0 to 6, got 7'],
      [{ prompt: Int32Array.of(-1) }, 'prompt must hold ids from 0 to 6, got -1'],
      [{ prompt, length: 0 }, 'length must be a positive integer, got 0'],
      [{ prompt, temperature: -1 }, 'temperature must be zero or a positive number, got -1'],
      [{ prompt, temperature: Number.NaN }, 'temperature must be zero or a positive number, got NaN'],
      [{ prompt, topK: -1 }, 'topK must be zero or a positive integer, got -1'],
      [{ prompt, topP: 1 }, 'topP must be at least 0 and below 1, got 1'],
      [{ prompt, seed: -1 }, 'seed must be an integer from 0 to 4294967295, got -1'],
    ];
    for (const [options, message] of refused) await expect(generateTokens(model, options)).rejects.toThrow(new InputError(message));
    await expect(generate(model, { prompt: 'a' })).rejects.toThrow(
      new InputError('generate must have a vocabulary (model.vocabulary or the option), got none'),
    );
    await expect(generate(model, { prompt: 'xyz', vocabulary: createCharacterVocabulary('abcdefg') })).rejects.toThrow(InputError);
  });

  it('a model that draws no tokens', async () => {
    const model = createModel(device, smallModel({ input: inputs.vectors }));
    await expect(generateTokens(model, { prompt: Int32Array.of(1) })).rejects.toThrow(InputError);
    model.destroy();
  });

  it('a vocabulary of another size', async () => {
    const model = await modelOf('gru');
    await expect(generate(model, { vocabulary: createCharacterVocabulary('abcdefghij'), prompt: 'a' })).rejects.toThrow(InputError);
    await expect(generate(model, { vocabulary: createCharacterVocabulary('ab'), prompt: 'a' })).rejects.toThrow(InputError);
  });

  it('more classes than tokens to feed them back', async () => {
    const model = createModel(device, smallModel({ output: { kind: 'softmax', classes: 9 } }));
    await expect(generateTokens(model, { prompt: Int32Array.of(1) })).rejects.toThrow(InputError);
    model.destroy();
  });
});
