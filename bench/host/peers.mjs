// The names of the peers and what each may be compared by. A name is LIBRARY-DEVICE-MODE; the library decides which bundle is loaded.
import { UsageError } from './usage-error.mjs';

/**
 * Per name: `variant`, what the adapter in src/peers/ gets; `losses`, which of its losses must equal ours: all (the same training
 * step), the first (the same forward pass only) or none (another algorithm); `infers`: it can be measured with --inference, `trains: false`: it can do nothing
 * else, and beside training steps shows its forward pass; `capSeconds`, its share of time unless --cap is given.
 */
const known = {
  retrograde: { variant: [], losses: 'all', infers: true },
  'tfjs-webgpu': { variant: ['webgpu', 'clip'], losses: 'all', capSeconds: 300 }, // one step takes 2 to 12 s in software
  'tfjs-wasm': { variant: ['wasm', 'clip'], losses: 'all' },
  'tfjs-cpu': { variant: ['cpu', 'clip'], losses: 'all' },
  'tfjs-webgpu-stock': { variant: ['webgpu'], losses: 'first', capSeconds: 300 },
  'tfjs-wasm-stock': { variant: ['wasm'], losses: 'first' },
  'tfjs-cpu-stock': { variant: ['cpu'], losses: 'first' },
  'jaxjs-webgpu': { variant: ['webgpu'], losses: 'all' },
  'jaxjs-webgpu-hoist': { variant: ['webgpu', 'hoist'], losses: 'all' },
  'jaxjs-webgpu-eager': { variant: ['webgpu', 'eager'], losses: 'all' },
  'jaxjs-wasm': { variant: ['wasm'], losses: 'all' },
  'jaxjs-wasm-hoist': { variant: ['wasm', 'hoist'], losses: 'all' },
  'jaxjs-wasm-eager': { variant: ['wasm', 'eager'], losses: 'all' },
  brainjs: { variant: [], losses: 'none' },
  'ort-webgpu': { variant: ['webgpu'], losses: 'first', trains: false, infers: true },
  'ort-wasm': { variant: ['wasm'], losses: 'first', trains: false, infers: true },
};

/** Every name that --peers takes. */
export const peerNames = Object.keys(known);

/** Those of a run with --inference. */
export const inferringPeers = peerNames.filter((name) => known[name].infers);

/** The peers of a run without --peers. */
export const defaultPeers = ['retrograde', 'jaxjs-webgpu', 'jaxjs-wasm', 'tfjs-wasm', 'tfjs-webgpu'];

/**
 * Looks a peer up by name; `tfjs-DEVICE-clip` is the older name of `tfjs-DEVICE`.
 *
 * @param {string} text
 * @returns {{ peer: string, library: string, variant: string[], losses: 'all' | 'first' | 'none', trains: boolean, capSeconds: number }}
 * @throws {UsageError} on an unknown name
 */
export function parsePeer(text) {
  const peer = text.replace(/^(tfjs-\w+)-clip$/, '$1');
  if (!Object.hasOwn(known, peer)) throw new UsageError(`--peers must be among ${peerNames.join(', ')}, got ${text}`);
  return { capSeconds: 60, trains: true, ...known[peer], peer, library: peer.split('-')[0] };
}
