import type { Result } from '../protocol.ts';

/** A result in words, for what has no picture. */
export function PlainResult({ result }: { readonly result: Result }) {
  return <p class="plain">{wordsOf(result)}</p>;
}

function wordsOf(result: Result): string {
  const list = (values: readonly number[]) => values.map((value) => value.toPrecision(4)).join('  ');
  switch (result.kind) {
    case 'text':
      return (result.prompt + result.text).trim();
    case 'melody':
      return result.words.join(' ');
    case 'forecast':
      return `foretold ${list(result.foretold)}\ncame ${list(result.truth ?? [])}`;
    case 'caption':
      return `${result.caption}\n(it is ${result.truth})`;
    case 'label':
      return `${result.tokens.join(' ')}\n${result.label} (it is ${result.truth})`;
    case 'sequence-label':
      return `${result.label} (it is ${result.truth})`;
    case 'value':
      return `${result.value.toPrecision(4)} (it is ${result.truth})`;
    case 'tags':
      return result.tokens.map((token, index) => `${token}/${result.tags[index]}`).join(' ');
    case 'signal':
      return list(result.output.slice(0, 24));
    case 'pair':
      return `${result.source.join(result.separator)}\n${result.target.join(result.separator)}\n(it is ${result.truth})`;
  }
}
