/** The last runs of this visit and those before: their configuration and curves, kept by the browser. */
import { signal } from '@preact/signals';
import type { Point } from '../history.ts';
import type { Settings } from '../protocol.ts';
import { completed } from './catalogue.ts';
import { curves, lastPoint, runPlan, started } from './run.ts';
import { labels } from './settings.ts';

export interface RecordedRun {
  readonly id: number;
  readonly name: string;
  readonly settings: Settings;
  readonly steps: number;
  readonly training: readonly Point[];
  readonly validation: readonly Point[];
}

const key = 'retrograde runs';
const mostRuns = 5;
/** Enough for a line in a chart of a few hundred pixels. */
const mostPoints = 200;

export const runs = signal<readonly RecordedRun[]>(readRuns());

function readRuns(): readonly RecordedRun[] {
  try {
    const read = JSON.parse(localStorage.getItem(key) ?? '[]') as unknown;
    return Array.isArray(read) ? (read as RecordedRun[]).map((run) => ({ ...run, settings: completed(run.settings) })) : [];
  } catch {
    return [];
  }
}

function keep(next: readonly RecordedRun[]): void {
  runs.value = next;
  try {
    localStorage.setItem(key, JSON.stringify(next));
  } catch {
    // a browser that keeps nothing still has the runs of this visit
  }
}

const thin = (points: readonly Point[]): Point[] => {
  const every = Math.max(1, Math.ceil(points.length / mostPoints));
  return points.filter((_, index) => index % every === 0 || index === points.length - 1);
};

/** Keeps what the run has become; call before its curves are cleared. */
export function recordRun(): void {
  const settings = started.peek();
  const steps = lastPoint.peek()?.step ?? 0;
  if (!settings || steps < 2 || !runPlan.peek()) return;
  const id = Math.max(0, ...runs.peek().map((run) => run.id)) + 1;
  const training = thin(curves.training.points);
  const validation = thin(curves.validation.points);
  keep([...runs.peek(), { id, name: `Run ${id}`, settings, steps, training, validation }].slice(-mostRuns));
}

export const renameRun = (id: number, name: string): void => keep(runs.peek().map((run) => (run.id === id ? { ...run, name } : run)));
export const deleteRun = (id: number): void => keep(runs.peek().filter((run) => run.id !== id));

/** What a run changed against the one before it, in words. */
export function changedIn(run: RecordedRun, before: RecordedRun | undefined): string {
  if (!before) return `${run.settings.task}, ${run.settings.cell}`;
  const names = (Object.keys(labels) as (keyof Settings)[]).filter((name) => !Object.is(run.settings[name], before.settings[name]));
  return names.length === 0 ? 'nothing changed' : names.map((name) => `${labels[name]} ${worded(run.settings[name])}`).join(', ');
}

const worded = (value: Settings[keyof Settings]): string => {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value ?? 'none');
};

/** `run,step,training,validation` with a line per step that has a value. */
export function runsAsCsv(all: readonly RecordedRun[]): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = all.flatMap(({ name, training, validation }) => {
    const held = new Map(validation.map(({ step, value }) => [step, value]));
    const steps = new Map(training.map(({ step, value }) => [step, value]));
    const every = [...new Set([...steps.keys(), ...held.keys()])].sort((a, b) => a - b);
    return every.map((step) => [quoted(name), step, steps.get(step) ?? '', held.get(step) ?? ''].join(','));
  });
  return ['run,step,training,validation', ...lines].join('\n');
}
