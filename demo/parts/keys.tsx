/** Keyboard shortcuts, listed under "?". */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

const isOpen = signal(false);

const keys: readonly (readonly [key: string, id: string, meaning: string])[] = [
  ['s', 'start', 'start'],
  ['p', 'pause', 'pause and resume'],
  ['n', 'step', 'one step'],
  ['x', 'stop', 'stop'],
  ['r', 'reset', 'reset'],
];

/** Keys press the buttons of their name, unless something is being typed. */
export function listenForKeys(): () => void {
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '?') {
      isOpen.value = true;
      return;
    }
    const found = keys.find(([key]) => key === event.key);
    if (found) document.getElementById(found[1])?.click();
  };
  document.addEventListener('keydown', press);
  return () => document.removeEventListener('keydown', press);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));

export function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = isOpen.value;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = () => {
    isOpen.value = false;
  };
  return (
    <dialog ref={dialog} aria-label="Keyboard shortcuts" onClose={close}>
      <h2>Keyboard shortcuts</h2>
      <dl class="keys">
        {keys.map(([key, , meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>this list</dd>
        </div>
      </dl>
      <button type="button" onClick={close}>
        Close
      </button>
    </dialog>
  );
}
