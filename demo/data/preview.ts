/** A few parsed examples in words, and the lines that were left out. */
import type { Example } from '../../src/data/examples.ts';
import type { OwnData } from '../worker/create-material.ts';

export interface Preview {
  readonly name: string;
  /** What it holds, as a phrase. */
  readonly extent: string;
  readonly rows: readonly string[];
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
}

const shownRows = 5;
const shownCharacters = 80;

export function previewOf(data: OwnData): Preview {
  if (data.kind === 'text') {
    const rows = data.text.split('\n').filter((line) => line.trim() !== '');
    return {
      name: data.name,
      extent: `a text of ${data.text.length.toLocaleString('en-US')} characters`,
      rows: rows.slice(0, shownRows).map(cut),
      skipped: [],
    };
  }
  const { kind, examples, skipped, unit, total } = data.file;
  return {
    name: data.name,
    extent: `${examples.length.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} ${unit} read as ${kind}`,
    rows: (examples as readonly Example[]).slice(0, shownRows).map((example) => cut(wordsOf(example))),
    skipped: skipped.slice(0, shownRows),
  };
}

const cut = (text: string): string => (text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text);

const numbers = (values: readonly number[]): string =>
  values
    .slice(0, 8)
    .map((value) => Number(value.toPrecision(4)))
    .join(' ');

function wordsOf(example: Example): string {
  switch (example.kind) {
    case 'labeled-text':
      return `${example.label}: ${example.text}`;
    case 'labeled-sequence':
      return `${example.label}: ${example.sequence.length} time steps of ${example.sequence[0].length}`;
    case 'valued-sequence':
      return `${example.value}: ${example.sequence.length} time steps of ${example.sequence[0].length}`;
    case 'tagged-sentence':
      return example.tokens.map((token, index) => `${token}/${example.tags[index]}`).join(' ');
    case 'signal-pair':
      return `${numbers(example.input)} → ${numbers(example.target)}`;
    case 'text-pair':
      return `${example.source} → ${example.target}`;
    case 'captioned-image':
      return `${example.image.width} × ${example.image.height}: ${example.caption}`;
    case 'series':
      return `${example.values.length.toLocaleString('en-US')} values: ${numbers(example.values)}`;
  }
}
