import { requireInteger } from '../spec/validation.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import type { Trainer } from './trainer.ts';

/** Watches a validation loss, keeps the best parameters on the GPU, and says when to stop. */
export interface EarlyStopping {
  /** Lowest loss so far, and the step it was seen at. */
  readonly best: { readonly loss: number; readonly step: number } | undefined;
  /** Tells it a validation loss; resolves to whether `patience` losses in a row were no improvement. One that is not finite never is. */
  observe(loss: number): Promise<boolean>;
  /** Puts back the parameters (and optimizer state) of the best loss. */
  restore(): void;
  destroy(): void;
}

/** `patience`: validation losses without improvement after which to stop. */
export function createEarlyStopping(trainer: Trainer, { patience }: { readonly patience: number }): EarlyStopping {
  requireInteger('patience', patience);
  let best: { loss: number; step: number } | undefined;
  let snapshot: Snapshot | undefined;
  let worse = 0;
  return {
    get best() {
      return best;
    },
    async observe(loss) {
      if (loss < (best?.loss ?? Number.POSITIVE_INFINITY)) {
        snapshot?.destroy();
        snapshot = await takeSnapshot(trainer);
        best = { loss, step: trainer.steps };
        worse = 0;
        return false;
      }
      worse++;
      return worse >= patience;
    },
    restore() {
      snapshot?.restore();
    },
    destroy() {
      snapshot?.destroy();
      snapshot = undefined;
    },
  };
}
