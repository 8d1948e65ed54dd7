import { generate, load } from '../../index.ts';
import { readCheckpoint, requireVocabulary } from '../checkpoint-file.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { openDevice } from '../open-device.ts';
import { samplingOf, samplingTable } from '../sampling.ts';
import { writeJson } from '../terminal.ts';
import { naming } from '../text-source.ts';

const seedTable = { seed: { kind: 'seed', help: 'the same seed writes the same text on one adapter; default 1' } } as const;

export const generateCommand = defineCommand({
  name: 'generate',
  summary: 'Writes text with a trained network.',
  operands: ['<model.safetensors>'],
  sections: [['Options', { ...samplingTable, ...seedTable, ...jsonTable }]],
  async run(values, [name], terminal) {
    const checkpoint = await readCheckpoint(name);
    const sampling = samplingOf(values);
    const vocabulary = requireVocabulary(checkpoint);
    naming('--prompt', () => vocabulary.encode(sampling.prompt ?? ''));
    const { model } = await load(await openDevice(terminal), checkpoint.bytes, { name });
    const text = await generate(model, sampling);
    if (values.json) writeJson(terminal, { prompt: '', ...sampling, text });
    else terminal.out(`${text}\n`);
    return 0;
  },
});
