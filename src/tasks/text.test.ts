import { expect, test } from 'vitest';
import { splitText } from '../data/text.ts';
import { createTokenStream, createValidationStream } from '../data/token-stream.ts';
import { createCharacterVocabulary } from '../data/vocabulary.ts';
import { modelSpec } from '../spec/model.ts';
import { requireTrainable, trainSpec } from '../spec/train.ts';
import { textTask } from './text.ts';

test('its defaults make a whole model, training and streams', () => {
  const { embedding, ...model } = textTask.model;
  const vocabulary = createCharacterVocabulary(textTask.text());
  const spec = modelSpec({
    ...model,
    input: { kind: 'tokens', vocabulary: vocabulary.size, embedding },
    output: { kind: 'softmax', classes: vocabulary.size },
  });
  const train = trainSpec(textTask.train);
  requireTrainable(spec, train);
  expect(spec).toMatchObject({ architecture: 'many-to-many', recurrent: { cell: 'lstm', hiddenSize: [128], layers: 1 } });
  expect(train).toMatchObject({ batch: 16, timeSteps: 32, stateful: true, clip: { globalNorm: 1 } });
  expect(train.optimizer).toMatchObject({ kind: 'adam', learningRate: 1e-2 });
  expect(textTask.steps).toBe(500);

  const parts = splitText(vocabulary.encode(textTask.text()));
  expect(createTokenStream(parts.train, train).windowsPerEpoch).toBe(70);
  expect(createValidationStream(parts.validation, train).windowsPerEpoch).toBeGreaterThan(0);
});

test('it is frozen', () => {
  expect([textTask, textTask.model, textTask.model.recurrent, textTask.train, textTask.train.optimizer].every(Object.isFrozen)).toBe(true);
});
