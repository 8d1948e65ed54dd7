import { InputError } from './input-error.ts';

/** The largest seed, 2^32 - 1: seeds travel to shaders as u32. */
export const largestSeed = 0xffffffff;

/** How a message shows what it got: `'text'` in quotes, `nothing` for undefined, short JSON otherwise. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Throws `<name> must be <wants>, got <value>`. */
export function refuse(name: string, wants: string, value: unknown): never {
  throw new InputError(`${name} must be ${wants}, got ${describeValue(value)}`);
}

/** The value as an integer of at least `least` (1 unless told) and at most `most` (2^31 - 1); throws InputError otherwise. */
export function requireInteger(name: string, value: unknown, least = 1, most = 0x7fffffff): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least)
    return value <= most ? value : refuse(name, `at most ${most}`, value);
  const wants = least === 1 ? 'a positive integer' : least === 0 ? 'zero or a positive integer' : `an integer of at least ${least}`;
  return refuse(name, wants, value);
}

/** The value as a u32 seed; throws InputError otherwise. */
export function requireSeed(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largestSeed) return value;
  return refuse(name, `an integer from 0 to ${largestSeed}`, value);
}

/** The value as a finite number above zero; throws InputError otherwise. */
export function requirePositive(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  return refuse(name, 'a positive number', value);
}

/** The value as a finite number of at least zero; throws InputError otherwise. */
export function requireNonNegative(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  return refuse(name, 'zero or a positive number', value);
}

/** The value as a finite number; throws InputError otherwise. */
export function requireFinite(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return refuse(name, 'a finite number', value);
}

/** The value as a number x with 0 <= x < 1; throws InputError otherwise. */
export function requireFraction(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < 1) return value;
  return refuse(name, 'at least 0 and below 1', value);
}

/** The value as true or false; throws InputError otherwise. */
export function requireBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  return refuse(name, 'true or false', value);
}

/** The value as one of a fixed set of words; throws InputError that lists them otherwise. */
export function requireOneOf<Word extends string>(name: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  return refuse(name, words.length === 1 ? `'${words[0]}'` : `one of ${words.map((word) => `'${word}'`).join(', ')}`, value);
}

/** Throws InputError unless the value is a plain object whose keys are all known; names the nearest known key. */
export function requireKeys(name: string, value: unknown, keys: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) refuse(name, 'an object', value);
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) throw new InputError(`${name} has no key '${key}', did you mean '${nearestWord(key, keys)}'?`);
  }
}

/** The word that takes the least editing to reach, upper and lower case alike, the first of equals. */
export function nearestWord(word: string, words: readonly string[]): string {
  const costs = words.map((candidate) => editCost(word.toLowerCase(), candidate.toLowerCase()));
  return words[costs.indexOf(Math.min(...costs))];
}

/** Levenshtein's distance, but a letter left out costs little: people shorten names, as in norm for globalNorm. */
function editCost(written: string, meant: string): number {
  const missing = 0.3;
  let row = Array.from({ length: meant.length + 1 }, (_, column) => column * missing);
  for (let i = 1; i <= written.length; i++) {
    const next = [i];
    for (let j = 1; j <= meant.length; j++) {
      const substitution = row[j - 1] + (written[i - 1] === meant[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + missing));
    }
    row = next;
  }
  return row[meant.length];
}

/** Freezes plain data all the way down and returns it. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
