import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patientImmediate } from './patient-polling.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A callback as a native module makes it: without a name, and without a text. */
function native(run: () => void): () => void {
  const callback = Object.defineProperty(run.bind(undefined), 'name', { value: '' });
  expect(Function.prototype.toString.call(callback)).toBe('function () { [native code] }');
  return callback;
}

/** The immediates that wait, to be run by hand. */
function createQueue() {
  const waiting: (() => void)[] = [];
  let time = 0;
  const immediate = patientImmediate(
    (callback, ...args) => waiting.push(() => callback(...args)),
    () => time,
  );
  return { waiting, immediate, pass: (milliseconds: number) => (time += milliseconds) };
}

test('what is not native is left alone', () => {
  const { waiting, immediate, pass } = createQueue();
  pass(100);
  const heard: unknown[] = [];
  immediate((...args) => heard.push(...args), 1, 2);
  expect(waiting).toHaveLength(1);
  waiting[0]();
  expect(heard).toEqual([1, 2]);
});

test('a chain of native ticks is eager for two milliseconds, then waits one before each', () => {
  const { waiting, immediate, pass } = createQueue();
  let ticks = 0;
  const tick = native(() => {
    ticks++;
    immediate(tick);
  });
  immediate(tick);
  for (let eager = 1; eager <= 4; eager++) {
    pass(0.4);
    waiting.shift()?.();
    expect([ticks, waiting.length]).toEqual([eager, 1]);
  }
  pass(1);
  waiting.shift()?.();
  expect([ticks, waiting.length]).toEqual([5, 0]);
  vi.advanceTimersByTime(3);
  expect([ticks, waiting.length]).toEqual([8, 0]);
});

test('a chain that ended begins anew, eager', () => {
  const { waiting, immediate, pass } = createQueue();
  immediate(native(() => {}));
  pass(50);
  waiting.shift()?.();
  immediate(native(() => {}));
  expect(waiting).toHaveLength(1);
});

test('a tick that throws ends its chain', () => {
  const { waiting, immediate, pass } = createQueue();
  immediate(
    native(() => {
      throw new Error('lost');
    }),
  );
  pass(50);
  expect(() => waiting.shift()?.()).toThrow('lost');
  immediate(native(() => {}));
  expect(waiting).toHaveLength(1);
});
