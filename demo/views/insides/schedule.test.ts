import { describe, expect, test } from 'vitest';
import { scheduleOf, spansOf } from './schedule.ts';

const line = (phase: string, label: string, milliseconds?: number, flop = 1) => ({
  phase,
  label,
  kernel: 'k',
  workgroups: 1,
  flop,
  milliseconds,
});

describe('a schedule', () => {
  test('has the time steps of one kernel as one entry, in the order of the plan', () => {
    const entries = scheduleOf([
      line('gather', 'batch', 1),
      line('forward', 'forward_l0 t=0', 1),
      line('forward', 'forward_l0 t=1', 2),
      line('backward', 'backward_l0 t=1', 2),
      line('backward', 'backward_l0 t=0', 3),
      line('backward', 'backward_l0 initial', 1),
      line('update', 'update', 1),
    ]);
    expect(entries.map(({ label, dispatches, milliseconds }) => [label, dispatches, milliseconds])).toEqual([
      ['batch', 1, 1],
      ['forward_l0', 2, 3],
      ['backward_l0', 3, 6],
      ['update', 1, 1],
    ]);
  });

  test('is as wide as the time, or as the operations where one is not timed', () => {
    const timed = spansOf(scheduleOf([line('forward', 'a', 1), line('loss', 'b', 3)]));
    expect(timed).toMatchObject({ isTimed: true, total: 4 });
    expect(timed.spans.map(({ from, share }) => [from, share])).toEqual([
      [0, 0.25],
      [0.25, 0.75],
    ]);
    const counted = spansOf(scheduleOf([line('forward', 'a', 1, 30), line('loss', 'b', undefined, 10)]));
    expect(counted).toMatchObject({ isTimed: false, total: 40 });
    expect(spansOf([]).spans).toEqual([]);
  });
});
