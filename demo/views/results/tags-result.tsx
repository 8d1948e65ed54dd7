/** Tags over the tokens that they belong to. */
import type { JSX } from 'preact';
import type { Result } from '../../protocol.ts';

export function TagsResult({ result: { tokens, tags, truth } }: { readonly result: Extract<Result, { kind: 'tags' }> }): JSX.Element {
  return (
    <p class="tagged">
      {tokens.map((token, t) => {
        const isWrong = truth !== undefined && truth[t] !== tags[t];
        return (
          <span key={t} class={`tagged-token${isWrong ? ' is-wrong' : ''}`}>
            <span class="tag">{tags[t]}</span>
            <span class="token">{token}</span>
            {isWrong && <span class="right-tag">it is {truth[t]}</span>}
          </span>
        );
      })}
    </p>
  );
}
