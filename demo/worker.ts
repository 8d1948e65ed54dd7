/** The training worker: takes the page's messages one after the other and keeps the page free of all work. */
import { InputError, requestDevice } from '../src/index.ts';
import { describeAdapter } from './adapter.ts';
import type { FromWorker, Problem, Settings, ToWorker } from './messages.ts';
import { createSession, type Session } from './session.ts';

let device: GPUDevice | undefined;
let session: Session | undefined;
/** Set while training goes on by itself; aborting it makes the loop end after its current step. */
let loop: { readonly controller: AbortController; readonly ended: Promise<void> } | undefined;
/** Messages act in the order in which they came, each after the one before has finished. */
let queue: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  // These two act while the loop goes on; all others wait for it to end.
  if (data.kind === 'learning-rate' || data.kind === 'temperature') {
    attempt(() => (data.kind === 'learning-rate' ? session?.setLearningRate(data.value) : session?.setTemperature(data.value)));
    return;
  }
  loop?.controller.abort();
  queue = queue.then(() => handle(data)).catch(fail);
};

type Queued = Exclude<ToWorker, { readonly kind: 'learning-rate' | 'temperature' }>;

async function handle(message: Queued): Promise<void> {
  await loop?.ended;
  loop = undefined;
  switch (message.kind) {
    case 'open':
      await open();
      return;
    case 'start':
      await prepare(message.settings);
      train();
      return;
    case 'resume':
      if (session) train();
      return;
    case 'pause':
      say({ kind: 'state', state: session ? 'paused' : 'idle' });
      return;
    case 'step':
      if (!session) await prepare(message.settings);
      await session?.step();
      say({ kind: 'state', state: 'paused' });
      return;
    case 'reset':
      close();
      return;
  }
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
  say({ kind: 'adapter', ...describeAdapter(opened.adapterInfo) });
  opened.lost.then(({ reason, message }) => {
    if (device !== opened) return;
    device = undefined;
    if (reason === 'destroyed') return;
    loop?.controller.abort();
    queue = queue.then(() => fail(new GpuError(`The GPU was lost (${message || 'no reason given'}). Press Start to begin again.`)));
  });
  return opened;
}

async function prepare(settings: Settings): Promise<void> {
  say({ kind: 'state', state: 'preparing' });
  session?.destroy();
  session = createSession(await open(), settings, say);
  await session.ready();
}

function train(): void {
  const current = session;
  if (!current) return;
  const controller = new AbortController();
  say({ kind: 'state', state: 'running' });
  loop = { controller, ended: current.run(controller.signal).catch(fail) };
}

function close(): void {
  session?.destroy();
  session = undefined;
  say({ kind: 'state', state: 'idle' });
}

class GpuError extends Error {}

function fail(error: unknown): void {
  say({ kind: 'problem', problem: problemOf(error) });
  close();
}

function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    say({ kind: 'problem', problem: problemOf(error) });
  }
}

function problemOf(error: unknown): Problem {
  const cause = error instanceof InputError ? 'input' : error instanceof GpuError ? 'gpu' : 'failure';
  return { cause, message: sentence(error) };
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(message: FromWorker): void {
  self.postMessage(message);
}
