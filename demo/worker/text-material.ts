/** A run over one long text: characters, or the words of tunes. */

import { splitText } from '../../src/data/text.ts';
import {
  createTokenStream,
  createValidationStream,
  createVocabulary,
  generate,
  InputError,
  type Model,
  modelSpec,
  type Trainer,
  trainSpec,
} from '../../src/index.ts';
import type { TextTask } from '../../src/tasks/task.ts';
import type { Query, Result, Settings } from '../protocol.ts';
import type { Material } from './material.ts';
import { recurrentOf, trainOf } from './specs.ts';

/** Held-out tokens that are measured at each sample; more would make a pasted book stutter. */
const measured = 4096;
const sampleLength = { char: 240, word: 48 };

/** @throws InputError for settings that are not possible, or a text that is too short */
export function createTextMaterial(text: string, task: TextTask, settings: Settings): Material {
  const { batch, timeSteps, seed, embedding, tiedEmbeddings } = settings;
  const every = settings.updateEvery ?? timeSteps;
  const train = trainSpec(trainOf(settings, { timeSteps, stateful: true, updateEvery: every }));
  const tokens = task.tokens ?? 'char';
  const vocabulary = createVocabulary(text, tokens === 'word' ? { tokens, marks: [] } : { tokens });
  const parts = splitText(vocabulary.encode(text));
  const stream = createTokenStream(parts.train, { batch, timeSteps, every, order: 'stream', seed });
  const heldOut = createValidationStream(parts.validation.subarray(0, measured), { batch, timeSteps });
  const model = modelSpec({
    architecture: 'many-to-many',
    input: { kind: 'tokens', vocabulary: vocabulary.size, embedding },
    recurrent: recurrentOf(settings, task, timeSteps),
    output: { kind: 'softmax', classes: vocabulary.size },
    tiedEmbeddings,
    seed,
  });
  const unit = tokens === 'word' ? 'words' : 'characters';
  const write = async (trained: Model, prompt: string, length: number, temperature: number, draw: number): Promise<Result> => {
    const written = await generate(trained, { ...(prompt !== '' && { prompt }), length, temperature, seed: draw >>> 0 });
    if (tokens === 'word') return { kind: 'melody', prompt, words: written.split(/\s+/).filter(Boolean) };
    return { kind: 'text', prompt, text: written.slice(prompt.length) };
  };
  return {
    model,
    train,
    extent: `${parts.train.length.toLocaleString('en-US')} ${unit} to learn from, ${parts.validation.length.toLocaleString('en-US')} held out`,
    steps: task.steps,
    attach(trained) {
      trained.vocabulary = vocabulary;
    },
    batches: () => stream,
    batchOf(from) {
      const { starts } = stream.window(from);
      const ids = (offset: number) =>
        Int32Array.from({ length: timeSteps * batch }, (_, at) => stream.tokens[starts[at % batch] + Math.floor(at / batch) + offset]);
      return { input: ids(0), target: ids(1) };
    },
    measure: async (_, trainer: Trainer) => ({ loss: (await trainer.evaluate(heldOut)).loss }),
    show: (trained, which, temperature) => write(trained, '', sampleLength[tokens], temperature, seed + which),
    warm: (trained) => write(trained, '', 1, 1, seed),
    example: () => undefined,
    right(which) {
      const length = sampleLength[tokens];
      const last = Math.max(1, parts.validation.length - length);
      const piece = vocabulary.decode(parts.validation.subarray((which * length) % last, ((which * length) % last) + length));
      if (tokens === 'word') return { kind: 'melody', prompt: '', words: piece.split(/\s+/).filter(Boolean) };
      return { kind: 'text', prompt: '', text: piece };
    },
    answer(trained, query: Query, temperature) {
      if (query.kind !== 'text') throw new InputError(`a network that writes text must be given a prompt, got a ${query.kind}`);
      vocabulary.encode(query.prompt, { unknown: 'error' });
      return write(trained, query.prompt, query.length, temperature, query.seed);
    },
  };
}
