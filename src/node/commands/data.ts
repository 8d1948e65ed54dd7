import { createCharacterVocabulary, InputError, splitText } from '../../index.ts';
import { findTask } from '../../tasks/tasks.ts';
import { defineCommand } from '../command.ts';
import { requireWritable, writeWhole } from '../files.ts';

const dataTable = {
  split: { kind: 'word', words: ['train', 'heldout'], help: 'the part to learn from (default), or the one that is held out' },
  validation: { kind: 'number', range: 'fraction', help: 'share of the text that is held out; default 0.1' },
  count: { kind: 'integer', least: 1, help: 'characters from the beginning of the part; default all of them' },
  seed: { kind: 'seed', help: 'which examples; the task text has the same text for every seed' },
  out: { kind: 'text', placeholder: 'FILE', help: 'a file to write; default stdout' },
} as const;

export const dataCommand = defineCommand({
  name: 'data',
  summary: 'Writes the text of a built-in task as a file that train and evaluate read.',
  operands: ['<task>'],
  sections: [['Options', dataTable]],
  async run({ split = 'train', validation, count, out }, [name], terminal) {
    const text = findTask(name).text();
    const vocabulary = createCharacterVocabulary(text);
    const parts = splitText(vocabulary.encode(text), validation);
    const part = split === 'heldout' ? parts.validation : parts.train;
    if (count !== undefined && count > part.length)
      throw new InputError(`--count must be at most the ${part.length} characters of ${name} ${split}, got ${count}`);
    const chosen = vocabulary.decode(part.subarray(0, count));
    if (out === undefined) terminal.out(chosen);
    else {
      await requireWritable(out);
      await writeWhole(out, chosen);
    }
    return 0;
  },
});
