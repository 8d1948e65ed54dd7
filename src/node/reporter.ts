/** What a training run tells: JSON lines for programs, a bar that is drawn over for a person, plain lines for a log. */
import type { RunMetrics, TimeNorms } from '../index.ts';
import type { HeldOutLoss } from './job.ts';
import { type Progress, progressBar, progressLine } from './progress.ts';
import { type Terminal, writeJson } from './terminal.ts';

export interface Reporter {
  /** Before the first step. */
  start(step: number): void;
  /** Every step, in order; `validation` if the held-out part was measured after it. */
  step(metrics: RunMetrics, validation?: HeldOutLoss): void;
  /** A remark among the steps. */
  note(sentence: string): void;
  /** After the last step; the line of the bar is finished. */
  end(): void;
}

/** Steps between two JSON lines; the last step always has one. */
const JSON_STEPS = 10;
const BAR_MILLISECONDS = 100;
const LINE_MILLISECONDS = 3000;

export function createReporter(
  terminal: Terminal,
  { json, steps }: { readonly json: boolean; readonly steps: number },
  now = () => performance.now(),
): Reporter {
  if (json) return jsonReporter(terminal, steps);
  return terminal.interactive ? barReporter(terminal, steps, now) : lineReporter(terminal, steps, now);
}

function jsonReporter(terminal: Terminal, steps: number): Reporter {
  return {
    start: () => undefined,
    step(metrics, validation) {
      const { step, loss, gradientNorm, tokensPerSecond } = metrics;
      if (step % JSON_STEPS !== 0 && step !== steps && !validation) return;
      const line = { step, loss, gradientNorm, ...measuredFields(metrics), tokensPerSecond: Math.round(tokensPerSecond) };
      writeJson(terminal, validation ? { ...line, validationLoss: validation.loss } : line);
    },
    note: (sentence) => terminal.err(`${sentence}\n`),
    end: () => undefined,
  };
}

const decayOf = ({ ratio, rate, words }: TimeNorms): Pick<TimeNorms, 'ratio' | 'rate' | 'words'> => ({ ratio, rate, words });

/** What each clip did, if there is any; of a step that `--monitor` measured, the updates, and for each layer how its gradients went back through time. */
function measuredFields({ clips, updateRatio, timeNorms }: RunMetrics): object {
  return {
    ...(Object.keys(clips).length > 0 && { clips }),
    ...(updateRatio !== undefined && { updateRatio }),
    ...(timeNorms && {
      timeNorms: timeNorms.map((layer) => ({ name: layer.name, ...decayOf(layer), ...(layer.cell && { cell: decayOf(layer.cell) }) })),
    }),
  };
}

/** Time left at the rate since the first report, which leaves out the time of compiling. */
function createClock(steps: number, now: () => number): (metrics: RunMetrics) => Progress {
  let first: { readonly step: number; readonly time: number } | undefined;
  return (metrics) => {
    first ??= { step: metrics.step, time: now() };
    const done = metrics.step - first.step;
    const secondsLeft = done > 0 ? (((now() - first.time) / 1000) * (steps - metrics.step)) / done : undefined;
    return { ...metrics, steps, secondsLeft };
  };
}

const validationLine = (step: number, { loss, bitsPerCharacter }: HeldOutLoss): string =>
  `step ${step}: held-out loss ${loss.toFixed(4)}${bitsPerCharacter === undefined ? '' : `, ${bitsPerCharacter.toFixed(3)} bits per character`}`;

function barReporter(terminal: Terminal, steps: number, now: () => number): Reporter {
  const progressOf = createClock(steps, now);
  let last: Progress | undefined;
  let drawn = Number.NEGATIVE_INFINITY;
  const draw = (progress: Progress): void => {
    terminal.out(`\r${progressBar(progress, terminal.columns)}\x1b[K`);
    drawn = now();
  };
  const line = (text: string): void => {
    terminal.out(`\r${text}\x1b[K\n`);
    if (last) draw(last);
  };
  return {
    start: (step) => draw({ step, steps, loss: 0, gradientNorm: 0, tokensPerSecond: 0 }),
    step(metrics, validation) {
      last = progressOf(metrics);
      if (validation) line(validationLine(metrics.step, validation));
      else if (metrics.step === steps || now() - drawn >= BAR_MILLISECONDS) draw(last);
    },
    note: line,
    end() {
      if (last) draw(last);
      terminal.out('\n');
    },
  };
}

function lineReporter(terminal: Terminal, steps: number, now: () => number): Reporter {
  const progressOf = createClock(steps, now);
  let written = now();
  return {
    start: () => undefined,
    step(metrics, validation) {
      const progress = progressOf(metrics);
      if (metrics.step === steps || validation || now() - written >= LINE_MILLISECONDS) {
        terminal.out(`${progressLine(progress)}\n`);
        written = now();
      }
      if (validation) terminal.out(`${validationLine(metrics.step, validation)}\n`);
    },
    note: (sentence) => terminal.out(`${sentence}\n`),
    end: () => undefined,
  };
}
