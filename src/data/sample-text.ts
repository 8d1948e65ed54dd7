import { requireInteger } from '../spec/validation.ts';
import { createRandom, type Random } from './random.ts';
import { sampleDialogue, sampleGrammar } from './sample-grammar.ts';
import { sampleWords } from './sample-words.ts';

type Draw = <Entry>(entries: readonly Entry[]) => Entry;
type Fill = (template: string) => string;

const seed = 20;

/**
 * Little stories in plain English, made by a grammar of our own: titles, paragraphs, dialogue, ASCII letters and
 * punctuation only, so that a character model has something pleasant to learn without a file. Always the same text: a
 * shorter one is the beginning of a longer one.
 *
 * @param characters exact length, default 40,000; cut wherever that falls
 * @throws InputError unless characters is a positive integer.
 */
export function sampleText(characters = 40_000): string {
  requireInteger('characters', characters);
  const random = createRandom(seed);
  const draw = drawWithoutRepeats(random);
  let text = '';
  while (text.length < characters) text += `${story(random, draw)}\n\n\n`;
  return text.slice(0, characters);
}

/** Draws each entry of a list once, in random order, before any comes again. */
function drawWithoutRepeats(random: Random): Draw {
  const decks = new Map<readonly unknown[], number[]>();
  return (entries) => {
    let deck = decks.get(entries);
    if (deck === undefined || deck.length === 0) {
      deck = entries.map((_, index) => index);
      decks.set(entries, deck);
    }
    const [index] = deck.splice(random.integer(deck.length), 1);
    return entries[index];
  };
}

function story(random: Random, draw: Draw): string {
  const fill = fillFrom(cast(random, draw), draw);
  const sentences = (kind: keyof typeof sampleGrammar, count: number): string =>
    Array.from({ length: count }, () => sentence(fill(draw<string>(sampleGrammar[kind])))).join(' ');
  const dialogue = Array.from({ length: 2 + random.integer(3) }, () =>
    draw(sampleDialogue)
      .map((line) => sentence(fill(line)))
      .join('\n\n'),
  );
  return [
    titleCase(fill(draw<string>(sampleGrammar.title))),
    `${sentences('opening', 1)} ${sentences('habit', 2 + random.integer(2))}`,
    `${sentences('trouble', 1)} ${sentences('reaction', 1 + random.integer(2))}`,
    sentences('travel', 3 + random.integer(3)),
    sentences('meeting', 1),
    ...dialogue,
    sentences('travel', 1 + random.integer(3)),
    `${sentences('close', 1 + random.integer(2))} ${sentences('moral', 1)}`,
  ].join('\n\n');
}

/** What stays the same through one story. */
function cast(random: Random, draw: Draw): Readonly<Record<string, string>> {
  const { woman, man, trade, town, thing, animal } = sampleWords;
  const heroine = random.integer(2) === 0;
  const [he, him, his] = heroine ? ['she', 'her', 'her'] : ['he', 'him', 'his'];
  const other = random.integer(2) === 0;
  return {
    hero: draw(heroine ? woman : man),
    he,
    him,
    his,
    trade: draw(trade),
    town: draw(town),
    goal: draw(thing),
    friend: draw(other ? woman : man),
    they: other ? 'she' : 'he',
    guide: draw(random.integer(3) === 0 ? animal : trade),
  };
}

/** Fills blanks, those inside the words too. */
function fillFrom(fixed: Readonly<Record<string, string>>, draw: Draw): Fill {
  const fill: Fill = (template) =>
    template.replaceAll(/\{(\^?)(a )?(\w+)\}/g, (_, capital: string, article: string | undefined, name: string) => {
      const word = fixed[name] ?? fill(draw(sampleWords[name]));
      const phrase = article ? `${/^([aeiou]|hour|honest)/i.test(word) ? 'an' : 'a'} ${word}` : word;
      return capital ? sentence(phrase) : phrase;
    });
  return fill;
}

/** With a capital letter on every word but the small ones. */
function titleCase(text: string): string {
  return sentence(text.replaceAll(/\b(?!(?:a|an|and|for|of|the|to)\b)[a-z]+/g, sentence));
}

/** With a capital first letter, also behind an opening quotation mark. */
function sentence(text: string): string {
  return text.replace(/[a-z]/i, (letter) => letter.toUpperCase());
}
