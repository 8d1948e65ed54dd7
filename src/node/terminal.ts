/** Where a command writes; a parameter of every command, so that tests can read along. */
export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Remarks and problems. */
  err(text: string): void;
  /** Whether a person watches `out`: a line may be drawn over. */
  readonly interactive: boolean;
  /** Characters per line. */
  readonly columns: number;
  /** Aborted when whoever read `out` has left, as `| head` does. */
  readonly closed: AbortSignal;
}

const closed = new AbortController();

export const processTerminal: Terminal = {
  out(text) {
    if (!closed.signal.aborted) process.stdout.write(text);
  },
  err(text) {
    process.stderr.write(text);
  },
  get interactive() {
    return process.stdout.isTTY === true;
  },
  get columns() {
    return process.stdout.columns || 80;
  },
  closed: closed.signal,
};

/** Lets `closed` know when stdout is gone, which would end the process otherwise. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    closed.abort();
  });
}

/** Resolves when everything that was written has left the process. */
export async function flushOutput(): Promise<void> {
  const streams = closed.signal.aborted ? [process.stderr] : [process.stdout, process.stderr];
  await Promise.all(streams.map((stream) => new Promise((resolve) => stream.write('', resolve))));
}

/** One JSON object per line; numbers that JSON lacks become null. */
export function writeJson(terminal: Terminal, value: object): void {
  terminal.out(`${JSON.stringify(value)}\n`);
}
