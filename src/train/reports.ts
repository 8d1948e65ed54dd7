/** What a step reports, decoded late and in order; the norms through time of measured steps are kept, so that one can look back over a training. */
import { entryOf, lowestFirst, type WatchedLayer } from '../plan/watch.ts';
import { isMeasured } from '../spec/monitor.ts';
import type { TrainSpec } from '../spec/train.ts';
import { decodeMetrics, type StepMetrics } from './metrics.ts';
import { type StepReport, slotOf } from './training-engine.ts';
import { decodeTimeNorms, type MeasuredNorms } from './watched.ts';

/** Measured steps that are kept; at 200 time steps some 3 kB each of an LSTM's layer. */
const KEPT = 1000;

export interface Reports {
  /** Oldest first. */
  readonly history: readonly MeasuredNorms[];
  /** Of one of the last steps before the report. */
  decode(report: StepReport, step: number): StepMetrics;
}

export function createReports(spec: TrainSpec, watched: () => readonly WatchedLayer[]): Reports {
  const { monitor } = spec;
  let history: MeasuredNorms[] = [];
  return {
    get history() {
      return history;
    },
    decode({ metrics, norms }, step) {
      const decoded = decodeMetrics(metrics, slotOf(step), step, spec);
      if (!monitor || !isMeasured(monitor, step)) return decoded;
      const timeNorms = lowestFirst(watched()).map((layer, index) => decodeTimeNorms(layer, norms[index], entryOf(monitor, step)));
      // a run that went back takes its steps once more
      history = [...history.filter((entry) => entry.step < step), { step, layers: timeNorms }].slice(-KEPT);
      return { ...decoded, timeNorms };
    },
  };
}
