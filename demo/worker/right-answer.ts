/** A held-out example with what is right, in the form of a result: what a visitor sees before any network says something of its own. */
import { isSentence } from '../../src/data/coders/text-pair.ts';
import type { Example } from '../../src/data/examples.ts';
import type { Result } from '../protocol.ts';

/** @param horizon of a series: how many of its last values are to be foretold */
export function rightAnswer(example: Example, horizon = 1): Result {
  switch (example.kind) {
    case 'labeled-text':
      return { kind: 'text', prompt: `${example.text} → `, text: example.label };
    case 'labeled-sequence': {
      const { sequence, label } = example;
      return { kind: 'sequence-label', sequence, labels: [label], probabilities: sequence.map(() => [1]), label };
    }
    case 'valued-sequence': {
      const { sequence, value } = example;
      return { kind: 'value', sequence, values: sequence.map(() => value), value };
    }
    case 'tagged-sentence':
      return { kind: 'tags', tokens: example.tokens, tags: example.tags };
    case 'signal-pair':
      return { kind: 'signal', input: example.input, output: example.target };
    case 'text-pair': {
      const separator = isSentence(example.target) ? ' ' : '';
      return { kind: 'pair', source: example.source.split(separator), target: example.target.split(separator), separator };
    }
    case 'captioned-image':
      return { kind: 'caption', image: example.image, caption: example.caption };
    case 'series': {
      const { values } = example;
      return { kind: 'forecast', context: values.slice(0, -horizon), foretold: [], truth: values.slice(-horizon) };
    }
  }
}
