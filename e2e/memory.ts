/** Trains for a while and looks at the heaps of page and worker, and at the GPU's bytes. */
import type { CDPSession } from '@playwright/test';
import { expect, type TrainingPage } from './training-page.ts';

/** What a heap may grow by: buffers that are reused, compiled code; not anything per step. */
const mostGrowth = 2e6;
/** Until curves, heat map and every kind of result are there. */
const warmMilliseconds = 20_000;

/** Heap bytes after a collection, by whoever answers the protocol. */
async function heapOf(send: (method: string) => Promise<unknown>): Promise<number> {
  await send('HeapProfiler.collectGarbage');
  const { usedSize } = (await send('Runtime.getHeapUsage')) as { readonly usedSize: number };
  return usedSize;
}

/** Speaks the browser's protocol with the page's only worker. */
async function workerOf(session: CDPSession): Promise<(method: string) => Promise<unknown>> {
  const attached = new Promise<string>((resolve) => session.once('Target.attachedToTarget', ({ sessionId }) => resolve(sessionId)));
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  let last = 0;
  return (method) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      session.on('Target.receivedMessageFromTarget', function receive({ message }) {
        const answer = JSON.parse(message) as { readonly id?: number; readonly result?: unknown; readonly error?: { message: string } };
        if (answer.id !== id) return;
        session.off('Target.receivedMessageFromTarget', receive);
        if (answer.error) reject(new Error(answer.error.message));
        else resolve(answer.result);
      });
      session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) }).catch(reject);
    });
}

/** Fails if the page's or the worker's heap grows, or the bytes on the GPU change, in that many minutes of training. */
export async function expectFlatMemory(training: TrainingPage, minutes: number): Promise<void> {
  const { page } = training;
  const session = await page.context().newCDPSession(page);
  const toWorker = await workerOf(session);
  const toPage = (method: string) => session.send(method as 'Runtime.getHeapUsage');
  const look = async () => ({
    step: await training.value('step'),
    gpu: await training.figure('bytes').textContent(),
    page: await heapOf(toPage),
    worker: await heapOf(toWorker),
  });
  const end = Date.now() + minutes * 60_000;
  await training.button('Start').click();
  await expect(training.sample).not.toHaveClass(/empty/);
  await page.waitForTimeout(warmMilliseconds);
  const first = await look();
  await page.waitForTimeout(Math.max(0, end - Date.now()));
  const last = await look();
  const told = ({ step, gpu, page: heap, worker }: typeof first) =>
    `step ${step}: ${gpu} on the GPU, heap ${(heap / 1e6).toFixed(2)} MB in the page, ${(worker / 1e6).toFixed(2)} MB in the worker`;
  console.log(`${told(first)}\n${told(last)}`);
  expect(last.step).toBeGreaterThan(first.step + 10);
  expect(last.gpu).toBe(first.gpu);
  expect(last.page - first.page).toBeLessThan(mostGrowth);
  expect(last.worker - first.worker).toBeLessThan(mostGrowth);
}
