/**
 * Sampling by Gumbel-max: the class with the largest logit / temperature - log(-log(u)) is a draw from the softmax.
 * u comes from a hash of (seed, position, row, class), so a draw needs no state and repeats on any device.
 */

export interface SampleOptions {
  /** V, without padding. */
  readonly classes: number;
  /** 0: the largest logit, without chance. */
  readonly temperature: number;
  /** Keeps the classes whose logit is at least the k-th largest (ties stay); 0: keeps all. */
  readonly topK: number;
  /** Of these, keeps the likeliest whose probabilities at this temperature add up to at least p (ties stay); default 0, like 1: keeps all. */
  readonly topP?: number;
  readonly seed: number;
  /** How many tokens came before this one. */
  readonly position: number;
  readonly row: number;
}

/** The sampled class of one row of logits; at equal scores the lowest. */
export function sample(options: SampleOptions, logits: ArrayLike<number>): number {
  const { classes, temperature, seed, position, row } = options;
  const threshold = lowestKept(options, logits);
  let best = -1;
  let bestScore = -Infinity;
  for (let v = 0; v < classes; v++) {
    if (logits[v] < threshold) continue;
    const score = temperature === 0 ? logits[v] : logits[v] / temperature + gumbel(seed, position, row, v);
    if (best >= 0 && !(score > bestScore)) continue;
    best = v;
    bestScore = score;
  }
  return best;
}

/** The smallest logit that top-k and then top-p leave. */
export function lowestKept({ classes, temperature, topK, topP = 0 }: SampleOptions, logits: ArrayLike<number>): number {
  const descending = Array.from(logits)
    .slice(0, classes)
    .sort((a, b) => b - a);
  const kthLargest = topK === 0 || topK >= classes ? -Infinity : descending[topK - 1];
  if (temperature === 0 || !(topP > 0 && topP < 1)) return kthLargest;
  const kept = descending.filter((logit) => logit >= kthLargest);
  const masses = kept.map((logit) => Math.exp((logit - kept[0]) / temperature));
  let missing = topP * masses.reduce((sum, mass) => sum + mass, 0);
  let place = 0;
  while (place < kept.length - 1 && masses[place] < missing) missing -= masses[place++];
  return kept[place];
}

/** -log(-log(u)); u lies on the middles of 2^23 equal parts of (0, 1), each exact in f32. */
export function gumbel(seed: number, position: number, row: number, v: number): number {
  const [hash] = pcg4d([seed, position, row, v]);
  const uniform = ((hash >>> 9) + 0.5) / 2 ** 23;
  return -Math.log(-Math.log(uniform));
}

export type Vector4 = readonly [x: number, y: number, z: number, w: number];

/** The hash pcg4d on u32 values (Jarzynski and Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020). */
export function pcg4d(input: Vector4): Vector4 {
  const advanced = input.map((value) => (Math.imul(value, 1664525) + 1013904223) >>> 0);
  const mixed = mix(advanced).map((value) => (value ^ (value >>> 16)) >>> 0);
  const [x, y, z, w] = mix(mixed);
  return [x, y, z, w];
}

function mix([x0, y0, z0, w0]: readonly number[]): readonly number[] {
  const x = (x0 + Math.imul(y0, w0)) >>> 0;
  const y = (y0 + Math.imul(z0, x)) >>> 0;
  const z = (z0 + Math.imul(x, y)) >>> 0;
  const w = (w0 + Math.imul(y, z)) >>> 0;
  return [x, y, z, w];
}
