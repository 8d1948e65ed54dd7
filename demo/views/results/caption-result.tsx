/** A picture and the words that the network finds for it. */
import type { JSX } from 'preact';
import type { Result } from '../../protocol.ts';
import { Picture } from './picture.tsx';

export function CaptionResult({
  result: { image, caption, truth },
}: {
  readonly result: Extract<Result, { kind: 'caption' }>;
}): JSX.Element {
  return (
    <figure class="captioned">
      <Picture image={image} label={truth ?? 'the picture'} />
      <figcaption>
        <p class="said">{caption === '' ? '(it says nothing yet)' : caption}</p>
        <Truth said={caption} truth={truth} />
      </figcaption>
    </figure>
  );
}

/** What was right, where it is known. */
export function Truth({ said, truth }: { readonly said: string; readonly truth: string | undefined }): JSX.Element | null {
  if (truth === undefined) return null;
  return said === truth ? <p class="verdict is-right">✓ right</p> : <p class="verdict is-wrong">✗ it is “{truth}”</p>;
}
