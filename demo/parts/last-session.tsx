/** After a reload: offers to go on where the last visit stopped; keeps each snapshot of this one. */
import { effect, signal } from '@preact/signals';
import { formatCount } from '../format.ts';
import { completed } from '../state/catalogue.ts';
import { forgetSession, keepSession, type LastSession, readSession } from '../state/last-session.ts';
import { adopt, ownData } from '../state/own.ts';
import { curves, curvesVersion, snapshot, started } from '../state/run.ts';
import { start } from '../state/session.ts';
import { ownKind, settings } from '../state/settings.ts';

const offered = signal<LastSession | null>(null);

/** A browser that keeps nothing trains all the same. */
const ignore = () => undefined;

export function watchSession(): void {
  void readSession().then((last) => {
    if (last && !started.peek()) offered.value = last;
  }, ignore);
  effect(() => {
    const taken = snapshot.value;
    const from = started.peek();
    if (!taken || !from) return;
    const own = ownData.peek();
    void keepSession({
      settings: from,
      step: taken.step,
      checkpoint: taken.checkpoint,
      curves: Object.fromEntries(Object.entries(curves).map(([name, { points }]) => [name, [...points]])),
      ...(own && from.task === 'own' && { own }),
    }).catch(ignore);
  });
}

async function goOn({ settings: saved, step, checkpoint, curves: seen, own }: LastSession): Promise<void> {
  offered.value = null;
  if (own) await adopt(own);
  settings.value = completed(saved, ownKind.peek() ?? undefined);
  start(checkpoint);
  for (const [name, points] of Object.entries(seen)) {
    const curve = curves[name as keyof typeof curves];
    for (const point of points) if (point.step <= step) curve?.add(point.step, point.value);
  }
  curvesVersion.value++;
}

function forget(): void {
  offered.value = null;
  void forgetSession().catch(ignore);
}

export function LastSessionOffer() {
  const last = offered.value;
  if (!last || started.value) return null;
  return (
    <p class="ways">
      <span>
        Your last session: {last.settings.task}, step {formatCount(last.step)}.
      </span>
      <button type="button" class="link" onClick={() => void goOn(last)}>
        Go on with it
      </button>
      <button type="button" class="link" onClick={forget}>
        Forget it
      </button>
    </p>
  );
}
