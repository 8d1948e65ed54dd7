/**
 * Text as words, punctuation marks and line ends, without loss: joinWords(splitWords(text)) is the text, whatever it is. Spaces where printed English has them
 * are understood; where a text has others, they become tokens of their own.
 */

/** Stands where a text has no space though one is usual: a piece of text is never these two characters. */
export const noSpace = '><';

/** Numbers with inner marks (1,000.5 or 12:30), words with inner apostrophes and hyphens, single spaces, and every other character by itself. */
const piece = /\p{N}+(?:[.,:]\p{N}+)+|[\p{L}\p{M}\p{N}_]+(?:['’-][\p{L}\p{M}\p{N}_]+)*|./gsu;

const space = /^\s$/u;
const closing = /^[.,;:!?)\]}%…”»]$/u;
/** Also what an elision leaves, l' or qu', which splitWords makes no token of, but a text may that comes as tokens. */
const opening = /^([([{“«$€£]|.+['’])$/u;

/** Whether printed text has a space between two pieces, told left to right. */
function createSpacing(): (next: string) => boolean {
  let previous = '\n';
  let insideQuotes = false;
  return (next) => {
    const closesQuotes = next === '"' && insideQuotes;
    const afterOpening = opening.test(previous) || (previous === '"' && insideQuotes);
    const isSpaced = !space.test(previous) && !space.test(next) && !closing.test(next) && !closesQuotes && !afterOpening;
    if (next === '"') insideQuotes = !insideQuotes;
    if (next === '\n') insideQuotes = false;
    previous = next;
    return isSpaced;
  };
}

/** Text to tokens. */
export function splitWords(text: string): string[] {
  const tokens: string[] = [];
  const isSpaced = createSpacing();
  let spaces: string[] = [];
  const take = (next: string): void => {
    const wanted = isSpaced(next) ? 1 : 0;
    if (spaces.length === 0 && wanted === 1) tokens.push(noSpace);
    else if (spaces.length !== wanted || (wanted === 1 && spaces[0] !== ' ')) tokens.push(...spaces);
    tokens.push(next);
    spaces = [];
  };
  for (const [next] of text.matchAll(piece)) {
    if (next !== '\n' && space.test(next)) spaces.push(next);
    else take(next);
  }
  return [...tokens, ...spaces];
}

/** Tokens to text. */
export function joinWords(tokens: Iterable<string>): string {
  const parts: string[] = [];
  const isSpaced = createSpacing();
  let isSaid = false; // the gap before the next piece
  for (const token of tokens) {
    if (token === noSpace) isSaid = true;
    else if (token !== '\n' && space.test(token)) {
      parts.push(token);
      isSaid = true;
    } else {
      if (isSpaced(token) && !isSaid) parts.push(' ');
      parts.push(token);
      isSaid = false;
    }
  }
  return parts.join('');
}

/** How a text becomes words: `prose` by splitWords; `spaces` at single spaces, for text whose words and punctuation have spaces between them already. */
export type WordSplit = 'prose' | 'spaces';

/** Which of the two suits the texts: `spaces` if punctuation stands by itself somewhere and at the end of a word nowhere. */
export function recogniseSplit(texts: Iterable<string>): WordSplit {
  let standsAlone = false;
  for (const text of texts) {
    if (text.includes('\n') || /[\p{L}\p{N}][.,;:!?]( |$)/u.test(text)) return 'prose';
    standsAlone ||= /(^| )[.,;:!?]( |$)/.test(text);
  }
  return standsAlone ? 'spaces' : 'prose';
}
