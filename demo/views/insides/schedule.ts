/** A plan's dispatches, the time steps of one kernel as one entry. Pure. */
import type { PlanLine } from '../../protocol.ts';

export interface ScheduleEntry {
  readonly phase: string;
  readonly label: string;
  readonly kernel: string;
  readonly dispatches: number;
  readonly flop: number;
  readonly milliseconds?: number;
}

/** `forward_l0 t=3`, `backward_l0 initial` and `x (1 of 4)` belong to the entry before them if that is of the same name. */
const baseOf = (label: string): string => label.replace(/ (t=\d+|initial|\(\d+ of \d+\))/g, '');

export function scheduleOf(lines: readonly PlanLine[]): ScheduleEntry[] {
  const entries: ScheduleEntry[] = [];
  for (const { phase, label, kernel, flop, milliseconds } of lines) {
    const base = baseOf(label);
    const before = entries[entries.length - 1];
    if (before && before.phase === phase && before.label === base && before.kernel === kernel) {
      const both = before.milliseconds !== undefined && milliseconds !== undefined ? before.milliseconds + milliseconds : undefined;
      entries[entries.length - 1] = { ...before, dispatches: before.dispatches + 1, flop: before.flop + flop, milliseconds: both };
    } else entries.push({ phase, label: base, kernel, dispatches: 1, flop, milliseconds });
  }
  return entries;
}

export interface Span {
  readonly entry: ScheduleEntry;
  readonly from: number;
  readonly share: number;
}

/** Where each entry begins, and its share, of the whole time; of all operations where nothing was timed. */
export function spansOf(entries: readonly ScheduleEntry[]): {
  readonly spans: readonly Span[];
  readonly isTimed: boolean;
  readonly total: number;
} {
  const isTimed = entries.length > 0 && entries.every(({ milliseconds }) => milliseconds !== undefined);
  const weightOf = ({ milliseconds = 0, flop }: ScheduleEntry): number => (isTimed ? milliseconds : flop);
  const total = entries.reduce((sum, entry) => sum + weightOf(entry), 0);
  let from = 0;
  const spans = entries.map((entry) => {
    const span = { entry, from, share: total > 0 ? weightOf(entry) / total : 1 / entries.length };
    from += span.share;
    return span;
  });
  return { spans, isTimed, total };
}
