/** Examples to learn from and to be examined on, from a built-in task or from a file. */
import { isSentence } from '../data/coders/text-pair.ts';
import type { Example, ExampleKind } from '../data/examples.ts';
import { createRandom, hashText, hashWords } from '../data/random.ts';
import type { ExampleFile } from '../formats/read-examples.ts';
import { InputError } from '../index.ts';
import { requireFraction } from '../spec/validation.ts';
import { fileBaselines } from '../tasks/baselines/by-kind.ts';
import { examinationOf } from '../tasks/examination.ts';
import { frenchTask } from '../tasks/french.ts';
import { contextDays, horizonDays } from '../tasks/prices/prices.ts';
import type { AnyExampleTask } from '../tasks/task.ts';
import { tasks } from '../tasks/tasks.ts';
import { windowsOfSeries } from './series-windows.ts';

export interface ExampleSource {
  readonly kind: ExampleKind;
  /** As the user wrote it. */
  readonly name: string;
  readonly isTask: boolean;
  /** The model and the training that suit it; a file takes those of a task of its kind. */
  readonly defaults: Pick<AnyExampleTask, 'model' | 'train' | 'steps'>;
  /** What tells it from another one: the name of a task, or all that a file holds. */
  content(): string;
  /** Of these, and of nothing that is held out, are vocabularies, scales and baselines made. */
  readonly known: readonly Example[];
  /** Different from each other and from all that is learned. */
  readonly heldOut: readonly Example[];
  /** The share of a file that is held out. */
  readonly validation: number;
  /** Of a series: how many values are foretold. */
  readonly horizon?: number;
  /** Remarks for the user, such as rows that were left out. */
  readonly notes: readonly string[];
  /** What there is to learn from, as a phrase. */
  readonly extent: string;
  /** Examples to learn from, without end, in an order that the seed gives. */
  training(seed: number): Iterable<Example>;
  /** What cheap predictors reach on the held-out examples. */
  baselines(): Readonly<Record<string, number>>;
}

/** All examinations and vocabularies of a task are made with this seed, whatever seed a run has. */
const fixedSeed = 1;
/** Held-out examples of a task. */
const examined = 1000;
/** At most so many of a file. */
const mostExamined = 2000;
/** What vocabularies of texts are made of; numbers need less. */
const readForWords = 10_000;
const readForNumbers = 2000;
/** What baselines learn from. */
const baselineExamples = 4000;

const ofWords: readonly ExampleKind[] = ['labeled-text', 'tagged-sentence', 'text-pair', 'captioned-image'];

/** How many examples are drawn in advance. */
export interface TaskSizes {
  /** For vocabularies and scales; default 10,000 of words and 2,000 of numbers. */
  readonly known?: number;
  /** Held out; default 1,000. */
  readonly heldOut?: number;
}

export function sourceOfTask(task: AnyExampleTask, sizes: TaskSizes = {}): ExampleSource {
  const heldOut = examinationOf(task as never, sizes.heldOut ?? examined, fixedSeed) as readonly Example[];
  const take = (count: number): Example[] => takeFirst(task.examples('train', fixedSeed) as Iterable<Example>, count);
  const count = sizes.known ?? (ofWords.includes(task.kind) ? readForWords : readForNumbers);
  return {
    kind: task.kind,
    name: task.name,
    isTask: true,
    defaults: task,
    content: () => `task ${task.name}`,
    known: take(count),
    heldOut,
    validation: 0,
    ...(task.kind === 'series' && { horizon: horizonDays }),
    notes: [],
    extent: `endless examples to learn from, ${heldOut.length} held out`,
    training: (seed) => task.examples('train', seed) as Iterable<Example>,
    baselines: () => task.baselines(take(baselineExamples) as never, heldOut as never),
  };
}

export interface FileChoices {
  readonly validation?: number;
  readonly context?: number;
  readonly horizon?: number;
}

/** @throws InputError if nothing is left on one side of the split */
export function sourceOfFile(name: string, file: ExampleFile, choices: FileChoices, notes: readonly string[]): ExampleSource {
  const validation = requireFraction('--validation', choices.validation ?? 0.2);
  const { context = contextDays, horizon = horizonDays } = choices;
  const { kind } = file;
  const { train, heldOut } =
    file.kind === 'series'
      ? windowsOfSeries(file.examples, { context, horizon, validation, name })
      : splitExamples(file.examples, validation);
  if (train.length === 0 || (validation > 0 && heldOut.length === 0)) {
    throw new InputError(
      `${name} must leave examples on both sides of --validation ${validation}, got ${train.length} to learn from and ${heldOut.length} held out`,
    );
  }
  const unit = kind === 'series' ? 'windows' : 'examples';
  return {
    kind,
    name,
    isTask: false,
    defaults: taskLike(kind, train),
    content: () => JSON.stringify([kind, kind === 'series' ? [context, horizon] : [], ...file.examples.map(contentOf)]),
    known: train,
    heldOut: heldOut.slice(0, mostExamined),
    validation,
    ...(kind === 'series' && { horizon }),
    notes,
    extent: `${train.length} ${unit} to learn from, ${Math.min(heldOut.length, mostExamined)} held out`,
    training: (seed) => shuffledEpochs(train, seed),
    baselines: () =>
      fileBaselines(
        kind,
        takeFirst(shuffledEpochs(train, fixedSeed), Math.min(train.length, baselineExamples)),
        heldOut.slice(0, mostExamined),
        horizon,
      ),
  };
}

/** A file is trained as the first task of its kind in the list; pairs whose answers are sentences as the first one of sentences. */
function taskLike(kind: ExampleKind, examples: readonly Example[]): AnyExampleTask {
  const areSentences = examples.some((example) => example.kind === 'text-pair' && isSentence(example.target));
  const found = areSentences ? frenchTask : tasks.find((task) => task.kind === kind);
  if (!found || found.kind === 'text') throw new InputError(`kind must be one that a task has, got '${kind}'`);
  return found;
}

/** By a hash of what is asked: the same question is never on both sides, whatever else is in the file. */
function splitExamples(examples: readonly Example[], validation: number): { train: Example[]; heldOut: Example[] } {
  const train: Example[] = [];
  const heldOut = new Map<string, Example>();
  for (const example of examples) {
    const question = JSON.stringify(questionOf(example));
    if (hashText(question) / 2 ** 32 >= validation) train.push(example);
    else if (!heldOut.has(question)) heldOut.set(question, example);
  }
  return { train, heldOut: [...heldOut.values()] };
}

function questionOf(example: Example): unknown {
  switch (example.kind) {
    case 'labeled-text':
      return example.text;
    case 'labeled-sequence':
    case 'valued-sequence':
      return example.sequence;
    case 'tagged-sentence':
      return example.tokens;
    case 'signal-pair':
      return example.input;
    case 'text-pair':
      return example.source;
    case 'captioned-image':
      return Array.from(example.image.data);
    case 'series':
      return example.values;
  }
}

const contentOf = (example: Example): unknown =>
  example.kind === 'captioned-image' ? [Array.from(example.image.data), example.caption] : example;

/** All examples in a new order each time, the order a function of seed and epoch. */
function* shuffledEpochs(examples: readonly Example[], seed: number): Generator<Example, never> {
  for (let epoch = 0; ; epoch++) {
    const random = createRandom(hashWords(seed, epoch));
    const order = examples.slice();
    for (let last = order.length - 1; last > 0; last--) {
      const other = random.integer(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    yield* order;
  }
}

function takeFirst(examples: Iterable<Example>, count: number): Example[] {
  const taken: Example[] = [];
  for (const example of examples) {
    taken.push(example);
    if (taken.length >= count) break;
  }
  return taken;
}
