/** The training worker's session: takes the page's calls one after the other, and keeps the page free of all work. */
import { InputError, profileOf, requestDevice } from '../../src/index.ts';
import { describeAdapter } from '../adapter.ts';
import { runExperiment } from '../inspection/run-experiment.ts';
import type { FromSession, LiveSetting, PlanSummary, Problem, Query, Result, Settings } from '../protocol.ts';
import { createMaterial, type OwnData } from './create-material.ts';
import { createRun, DivergedError, type Run } from './run.ts';
import { summarise } from './summary.ts';

/** So long after work failed the device says that it was lost, if it was. */
const lossMilliseconds = 200;

/** What the page calls through Comlink. Problems are told to the listener; no call rejects but `plan`. */
export interface Session {
  /** Looks for a GPU and tells what it found, and all that comes. */
  open(listener: (message: FromSession) => void): Promise<void>;
  /** What a run would be; rejects with a sentence where it cannot be. */
  plan(settings: Settings): Promise<PlanSummary>;
  /** Held-out example number `which` with what is right: no network, no GPU. */
  example(settings: Settings, which: number): Promise<Result>;
  /** A new run, or the one of a checkpoint; trains on by itself unless `paused`. */
  start(settings: Settings, options?: StartOptions): Promise<void>;
  /** Compiles and tests what a run of these settings needs, while the visitor reads; says nothing if that fails. */
  prepare(settings: Settings): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** One training step; starts a run, paused, where there is none. */
  step(settings: Settings): Promise<void>;
  /** Ends the run; its network stays, to be shown and asked, until another run begins. */
  stop(): Promise<void>;
  reset(): Promise<void>;
  setLive(name: LiveSetting, value: number | null): Promise<void>;
  show(which: number): Promise<void>;
  /** The forecast that is shown begins after so many values. */
  forecastFrom(known: number): Promise<void>;
  ask(query: Query): Promise<void>;
  /** Times each dispatch of one more step. */
  measurePlan(): Promise<void>;
  /** Experiments take turns with training on the GPU. */
  experiment(name: string): Promise<void>;
  stopExperiment(): Promise<void>;
  save(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  useOwn(data: OwnData): Promise<void>;
}

export interface StartOptions {
  readonly checkpoint?: Uint8Array;
  readonly paused?: boolean;
}

export function createSession(): Session {
  let listener: (message: FromSession) => void = () => undefined;
  let device: GPUDevice | undefined;
  let run: Run | undefined;
  /** Whether the run was stopped: its network may be used, not trained on. */
  let isStopped = false;
  let settings: Settings | undefined;
  let own: OwnData | undefined;
  let experiment: AbortController | undefined;
  let flopPerMillisecond = Number.NaN;
  /** The last state of the run that is known to be whole, for when the GPU is lost. */
  let snapshot: { readonly step: number; readonly checkpoint: Uint8Array } | undefined;
  /** Set while training goes on by itself; aborting it makes the loop end after its current step. */
  let loop: { readonly controller: AbortController; readonly ended: Promise<void> } | undefined;
  /** Calls act in the order in which they came, each after the one before has finished. */
  let queue: Promise<void> = Promise.resolve();
  /** Calls that have not begun. */
  let waiting = 0;

  const report = (message: FromSession): void => {
    if (message.kind === 'snapshot') snapshot = message;
    listener(message);
  };

  /** Ends the loop, then acts; `resumes`: training goes on afterwards if it did before. */
  function enqueue(action: () => Promise<void> | void, resumes = false): Promise<void> {
    const wasRunning = loop !== undefined && !loop.controller.signal.aborted;
    loop?.controller.abort();
    waiting++;
    queue = queue.then(async () => {
      waiting--;
      await loop?.ended;
      loop = undefined;
      try {
        await action();
      } catch (error) {
        fail(error, resumes);
      }
      if (resumes && wasRunning && run) train();
    });
    return queue;
  }

  /** The device, requested anew when there is none or it was lost. */
  async function open(): Promise<GPUDevice> {
    if (device) return device;
    let opened: GPUDevice;
    try {
      opened = await requestDevice();
    } catch (error) {
      throw new GpuError(sentence(error));
    }
    device = opened;
    report({ kind: 'adapter', ...describeAdapter(opened.adapterInfo) });
    void opened.lost.then(({ message }) => {
      if (device === opened) lose(message);
    });
    return opened;
  }

  /** A lost device takes its run with it; the last snapshot goes on, on a new one. */
  function lose(reason: string): void {
    device = undefined;
    const lost = run;
    run = undefined;
    const known = settings;
    const wasRunning = loop !== undefined;
    void enqueue(async () => {
      lost?.destroy();
      if (lost && isStopped) report({ kind: 'state', state: 'idle' });
      if (!lost || !known || isStopped) return;
      await prepare(known, snapshot?.checkpoint);
      const from = snapshot
        ? `went on from step ${snapshot.step.toLocaleString('en-US')}, the last snapshot`
        : 'began again, for there was no snapshot yet';
      report({ kind: 'notice', message: `The GPU was lost (${reason || 'the browser gave no reason'}). Training ${from}.` });
      if (wasRunning) train();
      else report({ kind: 'state', state: 'paused' });
    });
  }

  async function prepare(next: Settings, checkpoint?: Uint8Array): Promise<void> {
    report({ kind: 'state', state: 'preparing' });
    run?.destroy();
    run = undefined;
    isStopped = false;
    if (!checkpoint) snapshot = undefined;
    settings = next;
    const material = await createMaterial(next, own);
    const opened = await open();
    const begun = performance.now();
    run = await createRun(opened, material, next, report, checkpoint);
    report({ kind: 'compiled', milliseconds: performance.now() - begun });
    const { trainer, kernelChoice } = run;
    report({
      kind: 'begun',
      settings: next,
      plan: summarise(material, trainer.plan.profile, flopPerMillisecond, kernelChoice),
      step: trainer.steps,
    });
  }

  /** The kernels stay compiled on the device, and their tests known, when the run is gone. Who does not wait for it gets the kernels of training alone. */
  async function prepareAhead(next: Settings): Promise<void> {
    const material = await createMaterial(next, own);
    const ahead = await createRun(await open(), material, next, (message) => message.kind === 'replaced' && report(message));
    try {
      if (waiting === 0) await material.warm(ahead.model);
    } finally {
      ahead.destroy();
    }
  }

  function train(): void {
    const current = run;
    if (!current) return;
    const controller = new AbortController();
    report({ kind: 'state', state: 'running' });
    const ended = current.train(controller.signal).then(
      () => {
        flopPerMillisecond = current.flopPerMillisecond;
      },
      async (error) => {
        loop = undefined;
        // of a lost device the work in flight may hear before the device does
        if (!(error instanceof DivergedError)) await new Promise((resolve) => setTimeout(resolve, lossMilliseconds));
        if (run === current) fail(error);
      },
    );
    loop = { controller, ended };
  }

  function close(): void {
    run?.destroy();
    run = undefined;
    settings = undefined;
    snapshot = undefined;
    report({ kind: 'state', state: 'idle' });
  }

  /** A run that cannot go on ends; one that diverged, or was only asked for too much, stays as it is. */
  function fail(error: unknown, stays = false): void {
    report({ kind: 'problem', problem: problemOf(error) });
    if (error instanceof DivergedError) report({ kind: 'state', state: 'paused' });
    else if (!stays) close();
  }

  return {
    open(next) {
      listener = next;
      return enqueue(async () => {
        await open();
      }, true);
    },
    async plan(asked) {
      const material = await createMaterial(asked, own);
      return summarise(material, device && profileOf(device), flopPerMillisecond);
    },
    async example(asked, which) {
      return (await createMaterial(asked, own)).right(which);
    },
    prepare: (next) =>
      enqueue(async () => {
        // Start will say what is wrong
        if (!run) await prepareAhead(next).catch(() => undefined);
      }, true),
    start: (next, { checkpoint, paused = false } = {}) => {
      if (!run) report({ kind: 'state', state: 'preparing' });
      return enqueue(async () => {
        await prepare(next, checkpoint);
        if (!paused) train();
        else {
          await run?.show(0);
          report({ kind: 'state', state: 'paused' });
        }
      });
    },
    pause: () => {
      const current = run;
      const training = loop;
      // what is being made of the network may take longer than its last step: the answer does not wait for that
      const answered =
        training &&
        current?.stepsEnded().then(() => {
          if (run === current && loop === training) report({ kind: 'state', state: 'paused' });
        });
      return enqueue(async () => {
        await answered;
        report({ kind: 'state', state: run ? 'paused' : 'idle' });
        if (run) report({ kind: 'snapshot', step: run.trainer.steps, checkpoint: await run.save() });
      });
    },
    resume: () => enqueue(train),
    step: (next) =>
      enqueue(async () => {
        if (!run || isStopped) await prepare(next);
        await run?.step();
        report({ kind: 'state', state: 'paused' });
      }),
    stop: () =>
      enqueue(() => {
        isStopped = run !== undefined;
        report({ kind: 'state', state: 'idle', kept: isStopped });
      }),
    reset: () => enqueue(close),
    async setLive(name, value) {
      try {
        run?.setLive(name, value);
        if (settings) settings = { ...settings, [name]: value };
      } catch (error) {
        fail(error, true);
      }
    },
    show: (which) => enqueue(() => run?.show(which), true),
    forecastFrom: (known) => enqueue(() => run?.show(undefined, known), true),
    ask: (query) => enqueue(() => run?.answer(query), true),
    measurePlan: () => enqueue(() => run?.measurePlan(), true),
    experiment: (name) =>
      enqueue(async () => {
        experiment = new AbortController();
        try {
          const result = await runExperiment(await open(), name, (row) => report({ kind: 'experiment', name, row }), experiment.signal);
          report({ kind: 'experiment-end', name, result });
        } catch (error) {
          report({ kind: 'experiment-end', name, ...(!experiment.signal.aborted && { problem: sentence(error) }) });
        }
      }, true),
    async stopExperiment() {
      experiment?.abort();
    },
    async save() {
      let bytes: Uint8Array<ArrayBuffer> | undefined;
      await enqueue(async () => {
        bytes = await run?.save();
      }, true);
      return bytes;
    },
    async useOwn(data) {
      own = data;
    },
  };
}

class GpuError extends Error {}

function problemOf(error: unknown): Problem {
  const cause =
    error instanceof InputError ? 'input' : error instanceof GpuError ? 'gpu' : error instanceof DivergedError ? 'diverged' : 'failure';
  return { cause, message: sentence(error) };
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
