/** Ctrl-C and its like: the first one asks the work to end well, a later one ends the process. */
import { constants } from 'node:os';

export interface StopRequest {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM; undefined before any. */
  readonly exitCode: number | undefined;
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** A terminal's Ctrl-C may come twice, from the terminal and passed on by the process that restarted this one. */
const SAME_SIGNAL_MILLISECONDS = 500;

export function listenForStop(): StopRequest {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let first = 0;
  const listener = (signal: NodeJS.Signals): void => {
    if (exitCode !== undefined && performance.now() - first > SAME_SIGNAL_MILLISECONDS) {
      // without a listener the system ends the process; process.exit would run Dawn's teardown in the middle of its work
      dispose();
      process.kill(process.pid, signal);
      return;
    }
    exitCode ??= 128 + constants.signals[signal];
    first ||= performance.now();
    controller.abort();
  };
  const dispose = (): void => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    dispose,
  };
}
