// The command line of the benchmark.
import { parseArgs } from 'node:util';
import { defaultPeers, inferringPeers, parsePeer, peerNames } from './peers.mjs';
import { cells, defaultSizes, inferenceSizes, parseCell, parseSize } from './sizes.mjs';
import { sweepAxes, sweepSizes } from './sweep.mjs';
import { UsageError } from './usage-error.mjs';

export { UsageError };

export const usage = `npm run bench -- [options]

  --sizes A,B      BATCHxTIMESTEPSxHIDDEN, character model over 64 symbols; B-32x64x64 for the classification task,
                   char-rnn for jax-js's character model (B 128, T 16, embedding 128, two layers of 512)
                   (${defaultSizes.join(',')})
  --sweep A,B      instead of --sizes: T (16 to 1024 at B16 H64), H (32 to 1024 at B16 T32), B (1 to 512 at T32 H64)
  --inference      instead of training: each size as whole sequences, and as a stream of one time step at batch 1; for ${inferringPeers.join(', ')}
  --cells A,B      ${cells.join(', ')}: each at every size; other than lstm for retrograde and jaxjs only (lstm)
  --peers A,B      ${peerNames.join(', ')}
                   (${defaultPeers.join(',')})
  --steps N        timed steps wanted per peer (30); at least 17 while the cap allows, so that loss 20 is known
  --cap SECONDS    running time per peer and size (60; 300 for tfjs-webgpu, and for all at char-rnn)
  --json           one JSON object per row instead of a table
  --out FILE       also append the rows to FILE as JSON lines
  --host HOST      chromium, or node (the npm package webgpu) (chromium)
  --threads        serve the page cross-origin isolated, so that wasm peers get threads
  --ceiling        instead of peers: what plain WGSL reaches on this adapter, and what a dispatch, a pass and a submit cost
  --help           this text

Exit code 1: a loss differs from the others by more than 1e-3, an output by more than 1e-4, or Retrograde itself failed. Exit code 2: bad options.`;

const options = {
  sizes: { type: 'string' },
  sweep: { type: 'string' },
  inference: { type: 'boolean', default: false },
  cells: { type: 'string', default: 'lstm' },
  peers: { type: 'string' },
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

function parseAxis(text) {
  if (!sweepAxes.includes(text)) throw new UsageError(`--sweep must be of ${sweepAxes.join(', ')}, got ${text}`);
  return text;
}

/** Every size with every cell, each once; of a sweep with its axis. */
function readSizes({ sizes, sweep, cells, inference }) {
  const wanted = sweep
    ? list(sweep, parseAxis).flatMap((axis) => sweepSizes(axis).map((text) => ({ axis, ...parseSize(text) })))
    : list(sizes ?? defaultSizes.join(), parseSize);
  const chosenCells = list(cells, parseCell);
  const all = wanted
    .flatMap((size) => chosenCells.map((cell) => ({ ...size, cell, workload: { ...size.workload, cell, work: 'train' } })))
    .flatMap((size) => (inference ? inferenceSizes(size).map((entry) => ({ ...size, ...entry })) : [size]));
  const keyOf = ({ axis, size, cell, workload }) => [axis, size, cell, workload.work].join();
  return [...new Map(all.map((size) => [keyOf(size), size])).values()];
}

function readPeers({ peers, inference }) {
  const chosen = list(peers ?? (inference ? inferringPeers : defaultPeers).join(), parsePeer);
  const other = inference && chosen.find(({ peer }) => !inferringPeers.includes(peer));
  if (other) throw new UsageError(`with --inference --peers must be among ${inferringPeers.join(', ')}, got ${other.peer}`);
  return chosen;
}

/**
 * Reads the command line.
 *
 * @param {string[]} args without the node and script paths
 * @returns the options with sizes and peers parsed; `capSeconds` only where --cap was given
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
  if (values.sweep && values.sizes) throw new UsageError('--sweep has sizes of its own, got --sizes too');
  const cap = values.cap === undefined ? undefined : positive('cap', values.cap);
  return {
    ...values,
    sizes: readSizes(values),
    peers: readPeers(values),
    capSeconds: cap,
    steps: Math.ceil(positive('steps', values.steps)),
  };
}
