// All peers at one size. They take turns of a few steps: the same kernel can swing by 2x for minutes, so neighbours in time compare best.
import { openChromiumSession } from './chromium-session.mjs';
import { openNodeSession } from './node-session.mjs';

/** Opens a fresh browser or Node process. */
export const openSession = (host, options) => (host === 'node' ? openNodeSession(options) : openChromiumSession(options));

const clean = (error) =>
  String(error?.message ?? error)
    .replace(/^page.evaluate: (Error: )?/, '')
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
    .slice(0, 2)
    .join(' ')
    .slice(0, 400);

/** What a peer does at a size: one that only infers shows its forward pass beside training steps. */
export const workOf = ({ trains }, { work }) => (work === 'train' && !trains ? 'sequences' : work);

/** Of base64. */
function toFloats(text) {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64')); // a copy of its own, aligned
  return new Float32Array(bytes.buffer);
}

/** One peer at one size; after a failure it only holds the row that says so. Never rejects. */
function createContender(entry, { size, cell, workload }, { host, threads, steps }, buildFailure) {
  const work = workOf(entry, workload);
  const head = { peer: entry.peer, work, size, cell, host, ...(threads && { threads }) };
  let session;
  let row = buildFailure && { ...head, error: buildFailure };
  // A call that hangs must not hang the run: steps may take twice the cap and compilation another half a minute.
  let patience = entry.capSeconds * 2000 + 30_000;

  const fail = async (error) => {
    row = { ...head, error: clean(error), warnings: session?.warnings() };
    await session?.close().catch(() => {});
  };
  const call = async (name, ...args) => {
    const began = performance.now();
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${entry.capSeconds * 2 + 30} s`)), Math.max(patience, 1));
    });
    try {
      return await Promise.race([session.call(name, args), late]);
    } finally {
      clearTimeout(timer);
      patience -= performance.now() - began;
    }
  };
  let isDone = Boolean(row);
  const attempt = async (work) => {
    if (row) return;
    try {
      await work();
    } catch (error) {
      isDone = true;
      await fail(error);
    }
  };
  return {
    isDone: () => isDone,
    start: () =>
      attempt(async () => {
        session = await openSession(host, { threads, library: entry.library });
        const options = { capMilliseconds: entry.capSeconds * 1000, steps };
        await call('startPeer', entry.library, entry.variant, { ...workload, work }, options);
      }),
    slice: () =>
      attempt(async () => {
        isDone = await call('slicePeer');
      }),
    finish: async () => {
      await attempt(async () => {
        const result = await call('finishPeer');
        const warnings = session.warnings();
        if (result.outputs) result.outputs = toFloats(result.outputs);
        row = { ...head, ...result, downloadBytes: session.downloadBytes(), ...(warnings.length > 0 && { warnings }) };
        await session.close();
      });
      return row;
    },
  };
}

/**
 * Measures all peers at one size.
 *
 * @param {ReturnType<typeof import('./sizes.mjs').parseSize>} size
 * @param options of the command line
 * @param {Map<string, string>} buildFailures per library
 * @returns {Promise<object[]>} one row per peer, in their order; a failed one has `error` and no figures, one that inferred `outputs` too
 */
export async function contest(size, options, buildFailures) {
  const contenders = options.peers.map((entry) => createContender(entry, size, options, buildFailures.get(entry.library)));
  for (const contender of contenders) await contender.start();
  while (!contenders.every((contender) => contender.isDone())) {
    for (const contender of contenders) if (!contender.isDone()) await contender.slice();
  }
  const rows = [];
  for (const contender of contenders) rows.push(await contender.finish());
  return rows;
}
