// The command line of the benchmark.
import { parseArgs } from 'node:util';
import { defaultPeers, parsePeer, peerNames } from './peers.mjs';
import { cells, defaultSizes, parseCell, parseSize } from './sizes.mjs';
import { UsageError } from './usage-error.mjs';

export { UsageError };

export const usage = `npm run bench -- [options]

  --sizes A,B      BATCHxTIMESTEPSxHIDDEN, character model over 64 symbols; B-32x64x64 for the classification task
                   (${defaultSizes.join(',')})
  --cells A,B      ${cells.join(', ')}: each at every size; other than lstm for retrograde and jaxjs only (lstm)
  --peers A,B      ${peerNames.join(', ')}
                   (${defaultPeers.join(',')})
  --steps N        timed steps wanted per peer (30); at least 17 while the cap allows, so that loss 20 is known
  --cap SECONDS    running time per peer and size (60; 300 for tfjs-webgpu)
  --json           one JSON object per row instead of a table
  --out FILE       also append the rows to FILE as JSON lines
  --host HOST      chromium, or node (the npm package webgpu) (chromium)
  --threads        serve the page cross-origin isolated, so that wasm peers get threads
  --ceiling        instead of peers: what plain WGSL reaches on this adapter, and what a dispatch, a pass and a submit cost
  --help           this text

Exit code 1: a loss differs from the others by more than 1e-3, or Retrograde itself failed. Exit code 2: bad options.`;

const options = {
  sizes: { type: 'string', default: defaultSizes.join() },
  cells: { type: 'string', default: 'lstm' },
  peers: { type: 'string', default: defaultPeers.join() },
  steps: { type: 'string', default: '30' },
  cap: { type: 'string' },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  host: { type: 'string', default: 'chromium' },
  threads: { type: 'boolean', default: false },
  ceiling: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

const list = (text, parse) => text.split(',').map((item) => parse(item.trim()));

function positive(name, text) {
  const number = Number(text);
  if (!(Number.isFinite(number) && number > 0)) throw new UsageError(`--${name} must be a positive number, got ${text}`);
  return number;
}

/**
 * Reads the command line.
 *
 * @param {string[]} args without the node and script paths
 * @returns the options with sizes and peers parsed; `cap` in seconds on every peer
 * @throws {UsageError} on unknown options and bad values
 */
export function readOptions(args) {
  let values;
  try {
    values = parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
  if (!['chromium', 'node'].includes(values.host)) throw new UsageError(`--host must be chromium or node, got ${values.host}`);
  const cap = values.cap === undefined ? undefined : positive('cap', values.cap);
  return {
    ...values,
    sizes: list(values.sizes, parseSize).flatMap(({ size, workload }) =>
      list(values.cells, parseCell).map((cell) => ({ size, cell, workload: { ...workload, cell } })),
    ),
    peers: list(values.peers, parsePeer).map((peer) => ({ ...peer, capSeconds: cap ?? peer.capSeconds })),
    steps: Math.ceil(positive('steps', values.steps)),
  };
}
