/** The page: a column to choose, the stage, a column of charts, strips along the bottom. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Charts } from './parts/charts.tsx';
import { Chooser } from './parts/chooser.tsx';
import { Controls } from './parts/controls.tsx';
import { Header } from './parts/header.tsx';
import { Keys, listenForKeys } from './parts/keys.tsx';
import { listenForDrops } from './parts/own-data.tsx';
import { Stage } from './parts/stage.tsx';
import { Strips } from './parts/strips.tsx';

/** Of the sheet that holds the choices on narrow screens. */
const isSheetOpen = signal(false);

export function App() {
  useEffect(listenForKeys, []);
  useEffect(listenForDrops, []);
  const close = () => {
    isSheetOpen.value = false;
  };
  return (
    <>
      <Header />
      <Controls onChoose={() => (isSheetOpen.value = true)} />
      <main>
        <aside class={isSheetOpen.value ? 'choices open' : 'choices'} aria-label="Choices">
          <button type="button" class="sheet-close" onClick={close}>
            Done
          </button>
          <Chooser />
        </aside>
        <Stage />
        <Charts />
        <Strips />
      </main>
      <Keys />
    </>
  );
}
