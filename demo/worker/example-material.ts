/** A run over examples, of a built-in task or of the visitor's file. */
import { type Coder, createCoder, measure, modelSpec, trainSpec } from '../../src/index.ts';
import { createExampleBatches } from '../../src/sources/example-batches.ts';
import type { ExampleSource } from '../../src/sources/example-source.ts';
import type { Settings } from '../protocol.ts';
import type { Material } from './material.ts';
import { createResults } from './results.ts';
import { rightAnswer } from './right-answer.ts';
import { attentionOf, recurrentOf, trainOf } from './specs.ts';

/** Held-out examples that are measured at each result. */
const measured = 64;

/** One coder per source: it is made of thousands of examples. */
const coders = new WeakMap<ExampleSource, Coder>();

function coderOf(source: ExampleSource): Coder {
  const known = coders.get(source);
  if (known) return known;
  const { horizon, heldOut, defaults } = source;
  const made = createCoder(source.kind, source.known as never, {
    ...(horizon !== undefined && { horizon }),
    ...(source.isTask && { timeSteps: defaults.train.timeSteps, sourceSteps: defaults.train.sourceSteps }),
    fits: heldOut as never,
  }) as Coder;
  coders.set(source, made);
  return made;
}

/** @throws InputError for settings that are not possible */
export function createExampleMaterial(source: ExampleSource, settings: Settings): Material {
  const coder = coderOf(source);
  const { timeSteps, sourceSteps } = coder;
  const { defaults, heldOut } = source;
  const { batch, embedding, pooling, tiedEmbeddings, seed } = settings;
  const recurrent = recurrentOf(settings, defaults, timeSteps);
  const attention = attentionOf(settings);
  const model = modelSpec(coder.modelOptions({ ...defaults.model, embedding, recurrent, attention, pooling, tiedEmbeddings, seed }));
  const train = trainSpec(trainOf(settings, { timeSteps, ...(sourceSteps !== undefined && { sourceSteps }) }, coder.freely));
  const results = createResults(coder);
  const batches = createExampleBatches(coder, () => source.training(seed), batch);
  const example = (which: number) => heldOut[which % heldOut.length];
  return {
    model,
    train,
    extent: source.extent,
    steps: defaults.steps,
    coder,
    attach: () => undefined,
    batches,
    batchOf(from) {
      for (const first of batches(from)) return first;
      throw new Error('a source must have examples without end, got none');
    },
    async measure(trained) {
      const { loss, metric } = await measure(trained, coder, heldOut.slice(0, measured) as never);
      return { loss, ...(metric && { metric }) };
    },
    show: (trained, which, _temperature, known) => results.show(trained, example(which), known),
    warm: (trained) => results.show(trained, example(0)),
    example,
    right: (which) => rightAnswer(example(which), source.horizon),
    answer: (trained, query) => results.answer(trained, query),
  };
}
