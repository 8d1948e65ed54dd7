/**
 * What the page itself does on the main thread, each piece of it as `retrograde work` in the browser's timeline: what the worker told, what is rendered, what
 * is drawn. Nothing is kept; who wants to know observes.
 */
import { options } from 'preact';

const name = 'retrograde work';

/** Does a piece of work and measures it. */
export function timed<Made>(work: () => Made): Made {
  const start = performance.now();
  try {
    return work();
  } finally {
    measured(start);
  }
}

/** For work whose end comes in a task of its own. */
export function measured(start: number): void {
  performance.measure(name, { start, end: performance.now() });
  // observers have it; the timeline would grow as long as the page is open
  performance.clearMeasures(name);
}

/** A frame does not come while the page is hidden. */
const hiddenMilliseconds = 100;

/** Preact renders in a microtask, and runs effects after the next frame, as it does by itself: measured. */
export function timeRendering(): void {
  options.debounceRendering = (render) => queueMicrotask(() => timed(render));
  options.requestAnimationFrame = (effects) => {
    const run = () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
      setTimeout(() => timed(effects));
    };
    const timer = setTimeout(run, hiddenMilliseconds);
    const frame = requestAnimationFrame(run);
  };
}
