import type { Example } from '../../data/examples.ts';
import { type Coder, generate, InputError, load, type Model, type SamplingOptions } from '../../index.ts';
import { readCheckpoint, requireVocabulary } from '../checkpoint-file.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { readBytes } from '../files.ts';
import { decodeImage } from '../images.ts';
import { openDevice, tellReplaced } from '../open-device.ts';
import { samplingOf, samplingTable } from '../sampling.ts';
import { writeJson } from '../terminal.ts';
import { naming } from '../text-source.ts';

const generateTable = {
  image: { kind: 'text', placeholder: 'FILE', help: 'of a model that writes captions: the picture, a PNG or JPEG' },
  seed: { kind: 'seed', help: 'the same seed writes the same text on one adapter; default 1' },
} as const;

export const generateCommand = defineCommand({
  name: 'generate',
  summary: 'Writes with a trained network: goes on from a prompt, answers it, or says what a picture shows.',
  operands: ['<model.safetensors>'],
  sections: [['Options', { ...samplingTable, ...generateTable, ...jsonTable }]],
  async run(values, [name], terminal) {
    const checkpoint = await readCheckpoint(name);
    const { coder } = checkpoint;
    // what answers says what is likeliest, unless asked to draw
    const sampling = samplingOf(coder ? { temperature: 0, ...values } : values);
    const { image } = values;
    if (!coder) {
      if (image !== undefined) throw new InputError(`--image must be left out for ${name}, a model of text, got ${image}`);
      const vocabulary = requireVocabulary(checkpoint);
      naming('--prompt', () => vocabulary.encode(sampling.prompt ?? '', { unknown: 'error' }));
      const { model } = await load(await openDevice(terminal), checkpoint.bytes, { name, onReplaced: tellReplaced(terminal) });
      const text = await generate(model, sampling);
      if (values.json) writeJson(terminal, { prompt: '', ...sampling, text });
      else terminal.out(`${text}\n`);
      return 0;
    }
    const example = await questionOf(name, coder, sampling.prompt, image);
    coder.encode([example as never]);
    const { model } = await load(await openDevice(terminal), checkpoint.bytes, { name, onReplaced: tellReplaced(terminal) });
    const text = await answer(model, coder, example, sampling);
    const { length: _, ...drawn } = sampling;
    if (values.json) writeJson(terminal, { prompt: '', ...drawn, ...(image !== undefined && { image }), text });
    else terminal.out(`${text}\n`);
    return 0;
  },
});

/** What the model is to write about; what it should write is left empty. */
async function questionOf(name: string, { kind }: Coder, prompt: string | undefined, image: string | undefined): Promise<Example> {
  switch (kind) {
    case 'text-pair':
      if (prompt === undefined) throw new InputError(`--prompt must be what ${name} is to answer, got nothing`);
      return { kind, source: prompt, target: '' };
    case 'captioned-image':
      if (image === undefined) throw new InputError(`--image must be the picture that ${name} is to describe, got nothing`);
      return { kind, image: decodeImage(await readBytes(image, 'a PNG or JPEG'), image), caption: '' };
    default:
      throw new InputError(`${name} must be a model that writes, got one of examples of kind ${kind}`);
  }
}

async function answer(model: Model, coder: Coder, example: Example, { temperature, topK, topP, seed }: SamplingOptions): Promise<string> {
  const { input, lengths } = coder.encode([example as never]);
  const { ids } = await model.decode({ input, lengths, batch: 1, length: coder.timeSteps, temperature, topK, topP, seed });
  return String(coder.predictions(ids, [example as never])[0]);
}
