import type { Example } from '../../data/examples.ts';
import { exampleWriters, type TextFileKind } from '../../formats/write-examples.ts';
import { createCharacterVocabulary, InputError, splitText } from '../../index.ts';
import { examinationOf } from '../../tasks/examination.ts';
import type { AnyExampleTask, Split, TextTask } from '../../tasks/task.ts';
import { findTask } from '../../tasks/tasks.ts';
import { defineCommand } from '../command.ts';
import { requireWritable, writeWhole } from '../files.ts';
import type { OptionValues } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { writeExamples } from '../write-data.ts';

const dataTable = {
  split: { kind: 'word', words: ['train', 'heldout'], help: 'the part to learn from (default), or the one that is held out' },
  validation: { kind: 'number', range: 'fraction', help: 'share of a text that is held out; default 0.1' },
  count: { kind: 'integer', least: 1, help: 'examples, default 10000 and of heldout 1000; or characters of a text, default all of them' },
  seed: { kind: 'seed', help: 'which examples, default 1; a text is the same for every seed' },
  out: { kind: 'text', placeholder: 'FILE', help: 'a file to write, of captions a folder; default stdout' },
} as const;

type DataValues = OptionValues<typeof dataTable>;

const fewToLearnFrom = 10_000;
const fewHeldOut = 1000;

export const dataCommand = defineCommand({
  name: 'data',
  summary: 'Writes the text or the examples of a built-in task as a file that train and evaluate read.',
  operands: ['<task>'],
  sections: [['Options', dataTable]],
  async run(values, [name], terminal) {
    const task = findTask(name);
    if (task.kind === 'text') await writeText(task, values, terminal);
    else await writeTask(task, values, terminal);
    return 0;
  },
});

async function writeText(task: TextTask, { split = 'train', validation, count, out }: DataValues, terminal: Terminal): Promise<void> {
  const vocabulary = createCharacterVocabulary(task.text());
  const parts = splitText(vocabulary.encode(task.text()), validation);
  const part = split === 'heldout' ? parts.validation : parts.train;
  if (count !== undefined && count > part.length)
    throw new InputError(`--count must be at most the ${part.length} characters of ${task.name} ${split}, got ${count}`);
  const chosen = vocabulary.decode(part.subarray(0, count));
  if (out === undefined) terminal.out(chosen);
  else {
    await requireWritable(out);
    await writeWhole(out, chosen);
  }
}

async function writeTask(task: AnyExampleTask, { split = 'train', validation, count, seed = 1, out }: DataValues, terminal: Terminal) {
  if (validation !== undefined) throw new InputError(`--validation must be left out for the examples of ${task.name}, got ${validation}`);
  const examples = take(task, split, count ?? (split === 'train' ? fewToLearnFrom : fewHeldOut), seed);
  if (out !== undefined) await writeExamples(out, task.kind, examples as never);
  else if (task.kind === 'captioned-image') throw new InputError(`--out must name a folder for the pictures of ${task.name}, got nothing`);
  else terminal.out(exampleWriters[task.kind as TextFileKind].write(examples as never));
}

/** Held-out ones are all different, as in an examination. */
function take(task: AnyExampleTask, split: Split, count: number, seed: number): readonly Example[] {
  if (split === 'heldout') return examinationOf(task as never, count, seed);
  const taken: Example[] = [];
  for (const example of task.examples('train', seed) as Iterable<Example>) {
    taken.push(example);
    if (taken.length === count) break;
  }
  return taken;
}
