import { createTrainer, InputError, load, splitText } from '../../index.ts';
import { readCheckpoint, requireVocabulary } from '../checkpoint-file.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { openDevice } from '../open-device.ts';
import { writeJson } from '../terminal.ts';
import { baselinesOf, heldOutStream } from '../text-run.ts';
import { fingerprint, naming, readSource } from '../text-source.ts';

const evaluateTable = {
  part: {
    kind: 'word',
    words: ['heldout', 'train', 'all'],
    help: 'which part of the text; default heldout for the text that the network was trained on, all for any other',
  },
  ...jsonTable,
} as const;

export const evaluateCommand = defineCommand({
  name: 'evaluate',
  summary: 'Measures a trained network on a text, in the same way as the training does on its held-out part.',
  operands: ['<model.safetensors>', '<task | file.txt>'],
  sections: [['Options', evaluateTable]],
  async run(values, [name, sourceName], terminal) {
    const checkpoint = await readCheckpoint(name);
    const vocabulary = requireVocabulary(checkpoint);
    const { text } = await readSource(sourceName);
    const { run, train = { batch: 16, timeSteps: 32 } } = checkpoint;
    const isOwn = run?.text === fingerprint(text);
    const part = values.part ?? (isOwn ? 'heldout' : 'all');
    const tokens = naming(sourceName, () => vocabulary.encode(text));
    const parts = splitText(tokens, run?.validation);
    const chosen = { heldout: parts.validation, train: parts.train, all: tokens }[part];
    const stream = heldOutStream(chosen, train);
    if (!stream) throw new InputError(`${sourceName} must have at least 2 characters to measure, got ${chosen.length} in part '${part}'`);

    const device = await openDevice(terminal);
    const { model } = await load(device, checkpoint.bytes, { name, kernel: run?.kernel });
    const trainer = createTrainer(model, { ...(checkpoint.train ?? train), kernel: run?.kernel });
    const { loss, perplexity, bitsPerCharacter, count } = await trainer.evaluate(stream);
    // counting another text than the one trained on would compare unlike things
    const baselines = isOwn && part === 'heldout' ? baselinesOf(parts, vocabulary.size) : undefined;
    if (values.json) {
      const metric = { name: 'bits per character', value: bitsPerCharacter, count, ...(baselines && { baselines }) };
      writeJson(terminal, { done: true, steps: checkpoint.step, part, validationLoss: loss, perplexity, bitsPerCharacter, metric });
      return 0;
    }
    const compared = baselines ? ` (unigram ${baselines.unigram.toFixed(3)}, trigram ${baselines.trigram.toFixed(3)})` : '';
    terminal.out(
      `${sourceName}, part ${part}, ${count} characters: loss ${loss.toFixed(4)} nats per character, perplexity ${perplexity.toFixed(2)}, ` +
        `${bitsPerCharacter.toFixed(3)} bits per character${compared}\n`,
    );
    return 0;
  },
});
