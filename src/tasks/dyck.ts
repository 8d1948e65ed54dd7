import type { LabeledText } from '../data/examples.ts';
import type { Random } from '../data/random.ts';
import { deepFreeze } from '../spec/validation.ts';
import { labelBaselines } from './baselines/by-kind.ts';
import { drawExamples } from './split.ts';
import type { ExampleTask } from './task.ts';

const opening = '([{';
const closing = ')]}';
const fewestPairs = 2;
const mostPairs = 12;
/** Brackets open at once: what the memory must hold. */
const deepest = 6;

/**
 * Whether a string of three kinds of brackets is balanced: a word of the Dyck language, which takes a memory of what was opened. A text
 * of characters without spaces. Half of the strings are balanced words that were spoiled in one place, of even length like the others.
 */
export const dyckTask: ExampleTask<'labeled-text'> = deepFreeze({
  kind: 'labeled-text',
  name: 'dyck',
  description: 'Says whether a string of three kinds of brackets is balanced.',
  examples: (split, seed) => drawExamples(split, seed, drawBrackets, ({ text }) => text),
  identity: ({ text }) => text,
  metric: { name: 'accuracy', better: 'higher' },
  baselines: labelBaselines('characters'),
  model: { architecture: 'many-to-one', embedding: 0, recurrent: { cell: 'lstm', hiddenSize: 64 } },
  train: { batch: 32, timeSteps: 2 * mostPairs, optimizer: { kind: 'adam', learningRate: 5e-3 }, clip: { globalNorm: 1 } },
  steps: 2500,
});

function drawBrackets(random: Random): LabeledText {
  const balanced = drawBalanced(random);
  if (random.integer(2) === 0) return { kind: 'labeled-text', text: balanced, label: 'balanced' };
  for (;;) {
    const text = spoil(balanced, random);
    if (!isBalanced(text)) return { kind: 'labeled-text', text, label: 'unbalanced' };
  }
}

/** Opens and closes by the toss of a coin as far as the pairs and the depth that are left allow. */
function drawBalanced(random: Random): string {
  const pairs = fewestPairs + random.integer(mostPairs - fewestPairs + 1);
  const open: number[] = [];
  let text = '';
  for (let opened = 0; text.length < 2 * pairs; ) {
    const mayOpen = opened < pairs && open.length < deepest;
    if (open.length === 0 || (mayOpen && random.integer(2) === 0)) {
      const kind = random.integer(opening.length);
      text += opening[kind];
      open.push(kind);
      opened++;
    } else text += closing[open.pop() as number];
  }
  return text;
}

/**
 * One of three faults in one place: a closing bracket of another kind, two brackets that change places, a bracket turned around. The first
 * befalls only brackets that close something longer than a pair, if there are any: in `(]` two neighbours would tell.
 */
function spoil(text: string, random: Random): string {
  const brackets = [...text];
  const place = random.integer(brackets.length);
  switch (random.integer(3)) {
    case 0: {
      const closers = [...brackets.keys()].filter((index) => closing.includes(brackets[index]));
      const afar = closers.filter((index) => closing.includes(brackets[index - 1]));
      const candidates = afar.length > 0 ? afar : closers;
      const changed = candidates[random.integer(candidates.length)];
      const others = [...closing].filter((bracket) => bracket !== brackets[changed]);
      brackets[changed] = others[random.integer(others.length)];
      break;
    }
    case 1: {
      const other = random.integer(brackets.length);
      [brackets[place], brackets[other]] = [brackets[other], brackets[place]];
      break;
    }
    default: {
      const kind = opening.indexOf(brackets[place]);
      brackets[place] = kind >= 0 ? closing[kind] : opening[closing.indexOf(brackets[place])];
    }
  }
  return brackets.join('');
}

function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const bracket of text) {
    const kind = closing.indexOf(bracket);
    if (kind < 0) open.push(bracket);
    else if (open.pop() !== opening[kind]) return false;
  }
  return open.length === 0;
}
