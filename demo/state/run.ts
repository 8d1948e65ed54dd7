/** Everything that the page knows of the run, as signals; what the worker tells ends here. */
import { signal } from '@preact/signals';
import type { Replacement, SelfTest } from '../../src/index.ts';
import { createCurve } from '../history.ts';
import type {
  FromSession,
  Health,
  HeldOut,
  Inspection,
  PlanMeasurement,
  PlanSummary,
  Problem,
  Result,
  RunState,
  Settings,
  StepPoint,
  TimeNorms,
} from '../protocol.ts';
import type { ExperimentState } from '../views/index.ts';

export const state = signal<RunState>('idle');
/** undefined: not looked for yet; null: none. */
export const adapter = signal<{ readonly name: string; readonly software: boolean } | null | undefined>(undefined);
export const problem = signal<Problem | null>(null);
export const notice = signal('');
/** What the current run started from. */
export const started = signal<Settings | null>(null);
/** What the network was made with that can be used now: of the current run, or of one that was stopped. */
export const network = signal<Settings | null>(null);
export const runPlan = signal<PlanSummary | null>(null);
export const compileMilliseconds = signal<number | null>(null);
export const selfTest = signal<SelfTest | null>(null);
/** Kernels that were found wrong on this adapter during this visit. */
export const replacements = signal<readonly Replacement[]>([]);

export const lastPoint = signal<StepPoint | null>(null);
export const trainingLoss = signal<number | undefined>(undefined);
export const heldOut = signal<HeldOut | null>(null);
export const tokensPerSecond = signal<number | null>(null);
export const bytes = signal<number | null>(null);
export const result = signal<{ readonly step: number; readonly result: Result } | null>(null);
export const answer = signal<Result | null>(null);
export const inspection = signal<Inspection | null>(null);
/** The last ones, the newest at the end: the heat map. */
export const timeNorms = signal<readonly TimeNorms[]>([]);
export const health = signal<Health | null>(null);
export const planMeasurement = signal<PlanMeasurement | null>(null);
export const snapshot = signal<{ readonly step: number; readonly checkpoint: Uint8Array } | null>(null);

export const experiments = signal<Readonly<Record<string, ExperimentState>>>({});

/** Columns of the heat map. */
const mostTimeNorms = 240;

export const curves = {
  training: createCurve(),
  validation: createCurve(),
  metric: createCurve(),
  gradient: createCurve(),
  /** 1 where the clip acted. */
  clipped: createCurve(),
};
/** Grows whenever the curves changed. */
export const curvesVersion = signal(0);

/** Between Reset and the worker's answer the last steps of the old run still arrive. */
let isForgetting = false;

/** Empties everything that belongs to one run. */
export function clearRun(): void {
  for (const curve of Object.values(curves)) curve.clear();
  curvesVersion.value++;
  lastPoint.value = null;
  trainingLoss.value = undefined;
  heldOut.value = null;
  tokensPerSecond.value = null;
  bytes.value = null;
  result.value = null;
  answer.value = null;
  network.value = null;
  inspection.value = null;
  timeNorms.value = [];
  health.value = null;
  planMeasurement.value = null;
  compileMilliseconds.value = null;
  selfTest.value = null;
  notice.value = '';
}

/** What still comes of this run is not shown; the next `begun` or `idle` ends that. */
export function forgetRun(): void {
  isForgetting = true;
}

export function clearProblem(): void {
  problem.value = null;
}

/** When each kind of message came first, and each answer to Pause: `retrograde result` in the browser's timeline. */
function mark(message: FromSession): void {
  const name = `retrograde ${message.kind === 'state' ? message.state : message.kind}`;
  if (message.kind === 'state') performance.clearMarks(name);
  else if (performance.getEntriesByName(name).length > 0) return;
  performance.mark(name);
}

export function receive(message: FromSession): void {
  mark(message);
  if (isForgetting && !['state', 'begun', 'adapter', 'replaced', 'problem'].includes(message.kind)) return;
  switch (message.kind) {
    case 'adapter':
      adapter.value = { name: message.name, software: message.software };
      return;
    case 'state':
      if (message.state === 'idle' && isForgetting) clearRun();
      if (message.state === 'idle') {
        isForgetting = false;
        started.value = null;
        runPlan.value = null;
        if (!message.kept) network.value = null;
      }
      state.value = message.state;
      return;
    case 'begun':
      isForgetting = false;
      runPlan.value = message.plan;
      network.value = message.settings;
      return;
    case 'compiled':
      compileMilliseconds.value = message.milliseconds;
      return;
    case 'self-test':
      selfTest.value = message.selfTest;
      return;
    case 'replaced': {
      const { replacement } = message;
      const others = replacements.value.filter(({ kernel, variant }) => kernel !== replacement.kernel || variant !== replacement.variant);
      replacements.value = [...others, replacement];
      return;
    }
    case 'steps':
      receiveSteps(message);
      return;
    case 'held-out': {
      const { step, loss, metric } = message.heldOut;
      curves.validation.add(step, loss);
      if (metric) curves.metric.add(step, metric.value);
      heldOut.value = message.heldOut;
      curvesVersion.value++;
      return;
    }
    case 'result':
      result.value = { step: message.step, result: message.result };
      return;
    case 'answer':
      answer.value = message.result;
      return;
    case 'inspection':
      inspection.value = message.inspection;
      return;
    case 'time-norms':
      timeNorms.value = [...timeNorms.value.slice(1 - mostTimeNorms), message.timeNorms];
      return;
    case 'health':
      health.value = message.health;
      return;
    case 'plan':
      planMeasurement.value = message.measurement;
      return;
    case 'experiment': {
      const rows = [...(experiments.value[message.name]?.rows ?? []), message.row];
      experiments.value = { ...experiments.value, [message.name]: { state: 'running', rows } };
      return;
    }
    case 'experiment-end': {
      const { name, result: measured, problem: why } = message;
      const rows = experiments.value[name]?.rows ?? [];
      const { [name]: _, ...others } = experiments.value;
      experiments.value = measured
        ? { ...others, [name]: { state: 'done', rows, result: measured } }
        : why === undefined
          ? others
          : { ...others, [name]: { state: 'failed', rows, problem: why } };
      return;
    }
    case 'snapshot':
      snapshot.value = message;
      return;
    case 'notice':
      notice.value = message.message;
      return;
    case 'problem':
      if (message.problem.cause === 'gpu') adapter.value = null;
      problem.value = message.problem;
      return;
  }
}

function receiveSteps({ points, tokensPerSecond: rate, bytes: held }: Extract<FromSession, { kind: 'steps' }>): void {
  for (const { step, loss, gradientNorm, clipped } of points) {
    curves.training.add(step, loss);
    curves.gradient.add(step, gradientNorm);
    curves.clipped.add(step, clipped ? 1 : 0);
  }
  lastPoint.value = points[points.length - 1] ?? null;
  trainingLoss.value = curves.training.recent();
  tokensPerSecond.value = rate;
  bytes.value = held;
  curvesVersion.value++;
}
