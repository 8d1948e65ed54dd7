/** What an experiment is: a question, figures that answer it on the device at hand, plots of them, and a sentence that says what is seen. */
import type { LinePlot } from './line-plot.ts';

/** One figure of a table; what JSON lacks (not finite) becomes null there. */
export type Row = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ExperimentResult {
  readonly rows: readonly Row[];
  readonly plot: LinePlot;
  /** What is seen, in one sentence that follows from the figures. */
  readonly sentence: string;
}

export interface Experiment {
  readonly name: string;
  /** Half a sentence for lists. */
  readonly summary: string;
  /** Measures on this device; `report` gets each row as soon as it is there. Rejects if `signal` is aborted. */
  run(device: GPUDevice, report?: (row: Row) => void, signal?: AbortSignal): Promise<ExperimentResult>;
}
