import { refuse } from '../spec/validation.ts';

/** A seeded stream of random numbers; the same seed gives the same numbers on every machine and in every engine. */
export interface Random {
  /** The next 32 bits, 0 to 2^32 - 1. */
  bits(): number;
  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number;
  /** Normal, mean 0 and standard deviation 1. */
  normal(): number;
  /** Uniform integer from 0 to n - 1, without bias; n from 1 to 2^32. */
  integer(n: number): number;
}

const twoTo32 = 2 ** 32;

/**
 * Creates a stream: xoshiro128** (Blackman and Vigna 2018), its state filled by hashing the seed.
 *
 * `normal` is Marsaglia's polar method over a logarithm made of additions, multiplications and divisions alone, because
 * engines may differ in the last bit of Math.log but not in those.
 *
 * @throws InputError unless the seed is a u32.
 */
export function createRandom(seed: number): Random {
  if (!Number.isInteger(seed) || seed < 0 || seed >= twoTo32) refuse('seed', `an integer from 0 to ${twoTo32 - 1}`, seed);
  let a = hashWords(seed, 0);
  let b = hashWords(seed, 1);
  let c = hashWords(seed, 2);
  let d = hashWords(seed, 3) | 1; // never all zero, the one state that xoshiro cannot leave
  let spare = Number.NaN;

  const bits = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
  const uniform = (): number => bits() / twoTo32;
  const normal = (): number => {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = Number.NaN;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * portableLog(square)) / square);
        spare = y * scale;
        return x * scale;
      }
    }
  };
  const integer = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > twoTo32) refuse('n', 'an integer from 1 to 2^32', n);
    const fair = twoTo32 - (twoTo32 % n);
    for (;;) {
      const value = bits();
      if (value < fair) return value % n;
    }
  };
  return { bits, uniform, normal, integer };
}

/**
 * A u32 that depends on every word and on their order; words are taken modulo 2^32. This is the counter-based half:
 * what is drawn for (seed, step, row) needs no stream to be replayed. Each word passes the finalizer of MurmurHash3.
 */
export function hashWords(...words: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const word of words) {
    hash = Math.imul(hash ^ word, 0x85ebca6b);
    hash = mix((hash + 0x9e3779b9) | 0);
  }
  return hash >>> 0;
}

/** A u32 that depends on a text: FNV-1a over its UTF-16 units, then mixed. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash) >>> 0;
}

/** Natural logarithm of a positive number below 2, right to about 1e-16, the same bits everywhere. */
function portableLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  // ln m = 2·atanh(s) with s = (m - 1) / (m + 1), |s| < 0.172: twelve terms of its series leave 1e-20.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let term = 23; term >= 1; term -= 2) sum = sum * square + 1 / term;
  return 2 * s * sum + exponent * Math.LN2;
}

function rotateLeft(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}

function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
