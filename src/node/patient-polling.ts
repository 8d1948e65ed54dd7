/**
 * The npm package `webgpu` asks Dawn for what has ended in a chain of setImmediate, for as long as anything is pending. Such a chain takes a whole core, and where the
 * adapter computes on the CPU it takes it from the kernels: with it a step of the default text model took 109 ms on two cores, without it 72 ms. Its ticks are known by
 * their callbacks, which are nameless native functions; after the first two milliseconds of a chain each waits for a millisecond.
 */

type Immediate = (callback: (...args: unknown[]) => void, ...args: unknown[]) => unknown;

/** How long a chain may run without a pause: what ends so soon is heard of at once. */
const EAGER_MILLISECONDS = 2;
const PAUSE_MILLISECONDS = 1;

/** `setImmediate` as a process with a software adapter wants it. */
export function patientImmediate(original: Immediate, now: () => number = () => performance.now()): Immediate {
  let begun = 0;
  let isInTick = false;
  return (callback, ...args) => {
    if (!isNative(callback)) return original(callback, ...args);
    if (!isInTick) begun = now();
    const tick = (): void => {
      isInTick = true;
      try {
        callback(...args);
      } finally {
        isInTick = false;
      }
    };
    return now() - begun < EAGER_MILLISECONDS ? original(tick) : setTimeout(tick, PAUSE_MILLISECONDS);
  };
}

let isPatient = false;

/** Changes this process's `setImmediate`, once. */
export function pollPatiently(): void {
  if (isPatient) return;
  isPatient = true;
  const original = globalThis.setImmediate;
  const patient = Object.defineProperties(patientImmediate(original as Immediate), Object.getOwnPropertyDescriptors(original));
  globalThis.setImmediate = patient as typeof setImmediate;
}

const isNative = (callback: { readonly name: string }): boolean =>
  callback.name === '' && Function.prototype.toString.call(callback) === 'function () { [native code] }';
