import type { TextPair } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { nearestAnswer } from './baselines/nearest.ts';
import { clearForms, writeDate } from './dates/forms.ts';
import { oneOf } from './draw.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

const millisecondsPerDay = 86_400_000;
const firstDay = Date.UTC(1950, 0, 1);
const days = (Date.UTC(2050, 0, 1) - firstDay) / millisecondsPerDay;

const steps = 1000;

/**
 * Any day from 1950 to 2049, in one of 57 written forms, to `1984-03-07`: an encoder-decoder over characters. A held-out day is in training in no
 * form at all.
 */
export const datesTask: ExampleTask<'text-pair'> = deepFreeze({
  kind: 'text-pair',
  name: 'dates',
  description: 'Reads dates in many written forms and writes them as 1984-03-07.',
  examples: (split, seed) => drawExamples(split, seed, drawDate, identity),
  identity,
  metric: { name: 'exact match', better: 'higher' },
  baselines: (train, heldOut) => ({ 'nearest training example': nearestAnswer(train.map(answered), heldOut.map(answered)) }),
  model: {
    architecture: 'encoder-decoder',
    embedding: 32,
    recurrent: { cell: 'gru', hiddenSize: 64, bidirectional: true },
    attention: { kind: 'multiplicative' },
  },
  train: {
    batch: 32,
    timeSteps: 11, // ten characters and the end mark
    sourceSteps: 32, // twenty-seventh of September 1984
    optimizer: { kind: 'adam', learningRate: 5e-3 },
    schedule: { kind: 'cosine', totalSteps: steps },
    clip: { globalNorm: 1 },
  },
  steps,
});

function drawDate(random: Random): TextPair {
  const date = new Date(firstDay + random.integer(days) * millisecondsPerDay);
  const source = drawCase(writeDate(date, oneOf(random, clearForms(date))), random);
  return { kind: 'text-pair', source, target: date.toISOString().slice(0, 10) };
}

/** Half as it is, a quarter in capitals, a quarter in small letters. */
function drawCase(text: string, random: Random): string {
  return oneOf(random, [text, text, text.toUpperCase(), text.toLowerCase()]);
}

/** The day itself, however it is written. */
function identity({ target }: TextPair): string {
  return target;
}

function answered({ source, target }: TextPair): { question: string; answer: string } {
  return { question: source, answer: target };
}
