/** The page's side of the training worker. */
import { effect } from '@preact/signals';
import { proxy, type Remote, wrap } from 'comlink';
import { InputError } from '../../src/spec/input-error.ts';
import type { FromSession, LiveSetting, Query, Settings } from '../protocol.ts';
import type { Session } from '../worker/session.ts';
import { completed } from './catalogue.ts';
import { timed } from './frame-work.ts';
import { writeLink } from './link.ts';
import { adapter, clearProblem, clearRun, experiments, forgetRun, problem, receive, started, state } from './run.ts';
import { recordRun } from './runs.ts';
import { dataOf, example, ownKind, plan, settings } from './settings.ts';
import { views } from './views.ts';

/** Typing has paused for so long when the plan is made. */
const planMilliseconds = 150;
/** Somebody who has not touched anything for so long reads. */
const readingMilliseconds = 1500;

let session: Remote<Session> | undefined;
let worker: Worker | undefined;

function connect(): Remote<Session> {
  if (session) return session;
  const created = new Worker(new URL('../worker.ts', import.meta.url), { type: 'module', name: 'training' });
  created.onerror = (event) => {
    event.preventDefault();
    created.terminate();
    if (worker === created) session = undefined;
    receive({ kind: 'state', state: 'idle' });
    problem.value = {
      cause: 'failure',
      message: `The training worker stopped (${event.message || 'it could not be loaded'}). Press Start to try again.`,
    };
  };
  worker = created;
  session = wrap<Session>(created);
  if (navigator.gpu) {
    void session.open(proxy((message: FromSession) => timed(() => receive(message))));
  }
  return session;
}

/** Whether there is WebGPU; says what to do where there is none. */
function requireGpu(): boolean {
  if (navigator.gpu) return true;
  adapter.value = null;
  problem.value = { cause: 'gpu', message: adviceFor(navigator.userAgent) };
  return false;
}

/** One sentence for each browser that may come without WebGPU. */
export function adviceFor(agent: string): string {
  const lead = 'This browser has no WebGPU, on which everything here runs.';
  if (!globalThis.isSecureContext) return `${lead} Open the page over https or on localhost: elsewhere browsers switch it off.`;
  if (/firefox/i.test(agent))
    return `${lead} Use Firefox 141 or later on Windows or macOS; elsewhere set dom.webgpu.enabled in about:config, or use Chrome.`;
  if (/edg|chrome|chromium/i.test(agent))
    return `${lead} Use Chrome or Edge 113 or later; on Linux start it with --enable-unsafe-webgpu --enable-features=Vulkan.`;
  if (/safari/i.test(agent)) return `${lead} Use Safari 26 or later, on macOS 26 or iOS 26; or Chrome on a desktop.`;
  return `${lead} Use Chrome or Edge 113, Safari 26, Firefox 141 or later.`;
}

/** Looks for a GPU, and keeps plan and link up to date. */
export function open(): void {
  if (requireGpu()) connect();
  whenReady(() => {
    const shown = settings.peek();
    // who chooses, or starts at once, shall not wait for kernels that are made for somebody who reads
    setTimeout(() => {
      if (settings.peek() === shown && !started.peek()) void connect().prepare(shown);
    }, readingMilliseconds);
  });
  let wait = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const chosen = settings.value;
    history.replaceState(null, '', writeLink(chosen));
    clearTimeout(timer);
    timer = setTimeout(() => void planFor(chosen), wait);
    wait = planMilliseconds;
  });
}

/** Once all that the page shows before Start is there, unless Start was quicker. */
function whenReady(act: () => void): void {
  const stop = effect(() => {
    const isReady = adapter.value && plan.value && views.value;
    if (!isReady && !started.value) return;
    queueMicrotask(() => stop());
    if (started.peek()) return;
    performance.mark('retrograde ready');
    act();
  });
}

export async function planFor(chosen: Settings): Promise<void> {
  const made = await connect()
    .plan(chosen)
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (settings.peek() !== chosen) return;
  plan.value = made;
  if (typeof made === 'object' && example.peek()?.of !== dataOf(chosen)) await showExample(0);
}

/** Example number `which` of the chosen task with what is right. */
export async function showExample(which: number): Promise<void> {
  const chosen = settings.peek();
  const result = await connect()
    .example(chosen, which)
    .catch(() => undefined);
  if (result && dataOf(settings.peek()) === dataOf(chosen)) example.value = { of: dataOf(chosen), result };
}

function begin(): Remote<Session> {
  clearProblem();
  recordRun();
  if (started.peek()) forgetRun();
  clearRun();
  started.value = settings.peek();
  return connect();
}

export function start(checkpoint?: Uint8Array, paused = false): void {
  if (!requireGpu()) return;
  void begin().start(settings.peek(), { checkpoint, paused });
}

export function pause(): void {
  performance.clearMarks('retrograde pause');
  performance.mark('retrograde pause');
  void connect().pause();
}

export function resume(): void {
  clearProblem();
  void connect().resume();
}

export function step(): void {
  if (!requireGpu()) return;
  if (!started.peek()) void begin().step(settings.peek());
  else void connect().step(settings.peek());
}

/** Ends the run; what it showed stays, and the network answers until another one is trained. */
export function stop(): void {
  recordRun();
  void connect().stop();
}

/** Ends the run and forgets it. */
export function reset(): void {
  clearProblem();
  if (state.peek() === 'idle') {
    clearRun();
    void connect().reset();
    return;
  }
  recordRun();
  forgetRun();
  void connect().reset();
}

export function setLive(name: LiveSetting, value: number | null): void {
  clearProblem();
  if (started.peek()) void connect().setLive(name, value);
}

export const show = (which: number): void => void connect().show(which);

let wantedStart: number | undefined;
let isForecasting = false;

/** The forecast begins after so many values. While a start is dragged, only the last place waits for its turn. */
export async function forecastFrom(known: number): Promise<void> {
  wantedStart = known;
  if (isForecasting) return;
  isForecasting = true;
  try {
    while (wantedStart !== undefined) {
      const next = wantedStart;
      wantedStart = undefined;
      await connect().forecastFrom(next);
    }
  } finally {
    isForecasting = false;
  }
}

export const ask = (query: Query): void => void connect().ask(query);
export const measurePlan = (): void => void connect().measurePlan();
export const stopExperiment = (): void => void connect().stopExperiment();

export function runExperiment(name: string): void {
  if (!requireGpu()) return;
  experiments.value = { ...experiments.peek(), [name]: { state: 'running', rows: [] } };
  void connect().experiment(name);
}

export const saveCheckpoint = (): Promise<Uint8Array | undefined> => connect().save();
/** Goes on with the run of a file that this page saved; the file says how it was trained. */
export async function openCheckpoint(file: File): Promise<void> {
  if (!requireGpu()) return;
  try {
    const checkpoint = new Uint8Array(await file.arrayBuffer());
    const { decodeSafetensors } = await import('../../src/formats/safetensors.ts');
    const { page } = decodeSafetensors(checkpoint, file.name).metadata;
    if (page === undefined) throw new InputError(`${file.name} must have been saved by this page to go on with it, got another file`);
    settings.value = completed(JSON.parse(page) as Settings, ownKind.peek() ?? undefined);
    start(checkpoint);
  } catch (error) {
    problem.value = { cause: 'input', message: error instanceof Error ? error.message : String(error) };
  }
}

export const sendOwn = (data: Parameters<Session['useOwn']>[0]): Promise<void> => connect().useOwn(data);
