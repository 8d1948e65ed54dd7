/** What draws results and insides: one piece that loads behind the first paint. */
import { signal } from '@preact/signals';

export const views = signal<typeof import('../views/index.ts') | null>(null);

export function loadViews(): void {
  void import('../views/index.ts').then((loaded) => {
    views.value = loaded;
  });
}
