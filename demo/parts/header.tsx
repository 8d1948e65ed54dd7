import { adapter } from '../state/run.ts';

/** Who this is, and on which adapter it works. */
export function Header() {
  const found = adapter.value;
  return (
    <header>
      <h1>Retrograde</h1>
      <p class="claim">Recurrent networks that learn in front of you, every step of it on your GPU.</p>
      <p id="adapter">
        Adapter: <span id="adapter-name">{found === undefined ? 'looking for one…' : (found?.name ?? 'none')}</span>{' '}
        <span id="adapter-warning" hidden={!found?.software}>
          {found?.software ? '⚠ This is a software adapter: your processor does the work, a GPU is far faster.' : ''}
        </span>
      </p>
    </header>
  );
}
