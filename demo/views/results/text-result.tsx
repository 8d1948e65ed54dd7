/** Text as it is written: what it was given, then what the network makes of it. */
import type { JSX } from 'preact';
import type { Result } from '../../protocol.ts';

export function TextResult({ result: { prompt, text } }: { readonly result: Extract<Result, { kind: 'text' }> }): JSX.Element {
  const rest = text.startsWith(prompt) ? text.slice(prompt.length) : text;
  return (
    <p class="written">
      <span class="prompt">{prompt}</span>
      <span class="continuation">{rest}</span>
    </p>
  );
}
