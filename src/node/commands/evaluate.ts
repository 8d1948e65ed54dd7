import { createTrainer, InputError, load, measure, splitText } from '../../index.ts';
import type { ExampleSource } from '../../sources/example-source.ts';
import { type CheckpointFile, readCheckpoint, requireVocabulary } from '../checkpoint-file.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { formatMetric, printOf, requireCoder } from '../example-job.ts';
import { openDevice, tellReplaced } from '../open-device.ts';
import { fileTable, readSource } from '../read-source.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { describeTextLoss, measureText } from '../text-job.ts';
import { baselinesOf, heldOutStream } from '../text-run.ts';
import { fingerprint, naming, type TextSource } from '../text-source.ts';

const evaluateTable = {
  part: {
    kind: 'word',
    words: ['heldout', 'train', 'all'],
    help: 'which part; default heldout for what the network was trained on, all for any other file',
  },
  ...jsonTable,
} as const;

type Part = 'heldout' | 'train' | 'all';

export const evaluateCommand = defineCommand({
  name: 'evaluate',
  summary: 'Measures a trained network on a task, a text or a file of examples, in the same way as the training does on what is held out.',
  operands: ['<model.safetensors>', '<task | file>'],
  sections: [
    ['Options', evaluateTable],
    ['Data', fileTable],
  ],
  async run(values, [name, sourceName], terminal) {
    const checkpoint = await readCheckpoint(name);
    const { run, coder } = checkpoint;
    const validation = run?.validation;
    const source = await readSource(sourceName, { ...values, ...(validation !== undefined && { validation }) }, coder);
    const { part, json = false } = values;
    return source.kind === 'text'
      ? evaluateText(terminal, checkpoint, source, { part, json })
      : evaluateExamples(terminal, checkpoint, source, { part, json });
  },
});

interface Choices {
  readonly part: Part | undefined;
  readonly json: boolean;
}

async function evaluateText(terminal: Terminal, checkpoint: CheckpointFile, { name, text }: TextSource, { part: wanted, json }: Choices) {
  const vocabulary = requireVocabulary(checkpoint);
  const { run, train = { batch: 16, timeSteps: 32 } } = checkpoint;
  const isOwn = run !== undefined && 'text' in run && run.text === fingerprint(text);
  const part = wanted ?? (isOwn ? 'heldout' : 'all');
  const tokens = naming(name, () => vocabulary.encode(text));
  const parts = splitText(tokens, run?.validation);
  const chosen = { heldout: parts.validation, train: parts.train, all: tokens }[part];
  const stream = heldOutStream(chosen, train);
  if (!stream) throw new InputError(`${name} must have at least 2 tokens to measure, got ${chosen.length} in part '${part}'`);

  const device = await openDevice(terminal);
  const { model } = await load(device, checkpoint.bytes, { name: checkpoint.name, onReplaced: tellReplaced(terminal) });
  const trainer = createTrainer(model, checkpoint.train ?? train);
  const result = await measureText(trainer, { vocabulary }, stream);
  // counting another text than the one trained on would compare unlike things
  const baselines = isOwn && part === 'heldout' ? baselinesOf(parts, vocabulary.size) : undefined;
  const { fields, sentence } = describeTextLoss(result, { vocabulary }, baselines);
  if (json) writeJson(terminal, { done: true, steps: checkpoint.step, part, ...fields });
  else terminal.out(`${name}, part ${part}, ${result.count} tokens: ${sentence}\n`);
  return 0;
}

async function evaluateExamples(terminal: Terminal, checkpoint: CheckpointFile, source: ExampleSource, { part: wanted, json }: Choices) {
  const coder = requireCoder(checkpoint, source);
  const { run } = checkpoint;
  const isOwn = run !== undefined && 'examples' in run && run.examples === printOf(source);
  const part = wanted ?? (isOwn || source.isTask ? 'heldout' : 'all');
  const examples = { heldout: source.heldOut, train: source.known, all: [...source.known, ...source.heldOut] }[part];
  if (examples.length === 0) throw new InputError(`${source.name} must have examples in part '${part}', got none`);
  for (const note of source.notes) terminal.err(`${note}\n`);

  const device = await openDevice(terminal);
  const { model } = await load(device, checkpoint.bytes, { name: checkpoint.name, onReplaced: tellReplaced(terminal) });
  const { loss, metric, count, predictions } = await measure(model, coder, examples as never);
  const { name, value } = metric ?? { name: coder.metric.name, value: Number.NaN };
  const baselines = part === 'heldout' ? source.baselines() : undefined;
  const sample = coder.show(examples[0] as never, predictions[0]);
  if (json) {
    const described = { name, value, count, ...(baselines && { baselines }) };
    writeJson(terminal, { done: true, steps: checkpoint.step, part, validationLoss: loss, metric: described, sample });
    return 0;
  }
  const compared = Object.entries(baselines ?? {}).map(([other, reached]) => `${other} ${formatMetric(name, reached)}`);
  terminal.out(
    `${source.name}, part ${part}, ${count} examples: ${name} ${formatMetric(name, value)}${compared.length > 0 ? ` (${compared.join(', ')})` : ''}\n\n${sample}\n`,
  );
  return 0;
}
