/** Goes back to the last good snapshot when a gradient was not finite, and on with a lower learning rate. */
import type { RewindSpec } from '../spec/non-finite.ts';
import { located, type NotFinite, NotFiniteError } from './not-finite.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import type { TrainerState } from './trainer-state.ts';

export interface Rewinder {
  readonly rewinds: number;
  /** Between steps, after `done` steps of the run: takes a snapshot if it is time for one. */
  prepare(done: number): Promise<void>;
  /** All steps up to this one had finite gradients. */
  confirm(step: number): void;
  /**
   * Goes back; gives how many steps of the run were done there.
   *
   * @throws NotFiniteError when it went back to the same snapshot too often.
   */
  rewind(notFinite: NotFinite): Promise<number>;
  destroy(): void;
}

export async function createRewinder(trainer: TrainerState, { every, factor, attempts }: RewindSpec): Promise<Rewinder> {
  let good = { snapshot: await snapshotOf(trainer), done: 0 };
  /** Taken, but whether the steps before it were finite is not known yet. */
  let pending: { readonly snapshot: Snapshot; readonly done: number } | undefined;
  let tries = 0;
  let rewinds = 0;
  return {
    get rewinds() {
      return rewinds;
    },
    async prepare(done) {
      if (!pending && trainer.currentStep() - good.snapshot.step >= every) pending = { snapshot: await snapshotOf(trainer), done };
    },
    confirm(step) {
      if (!pending || step < pending.snapshot.step) return;
      good.snapshot.destroy();
      good = pending;
      pending = undefined;
      tries = 0;
    },
    async rewind(notFinite) {
      const isHopeless = tries === attempts;
      const found = isHopeless ? await located(notFinite, trainer) : notFinite;
      pending?.snapshot.destroy();
      pending = undefined;
      good.snapshot.restore();
      if (isHopeless) throw new NotFiniteError(found, `went back to step ${good.snapshot.step} ${attempts} times`);
      tries++;
      rewinds++;
      trainer.setLearningRate(trainer.learningRate() * factor);
      return good.done;
    },
    destroy() {
      pending?.snapshot.destroy();
      good.snapshot.destroy();
    },
  };
}
