/** Repeatable contents for the buffers of a case. */
import { CONTROL } from '../../shaders/common/control.ts';
import { randomNumbers } from '../reference/chain-layout.ts';

export interface CaseNumbers {
  /** In [low, high). */
  between(count: number, low: number, high: number): Float32Array<ArrayBuffer>;
  /** In [-scale, scale). */
  signed(count: number, scale?: number): Float32Array<ArrayBuffer>;
  /** +scale or -scale. */
  signs(count: number, scale: number): Float32Array<ArrayBuffer>;
  /** Whole numbers below `limit`. */
  below(count: number, limit: number): Uint32Array<ArrayBuffer>;
}

export function caseNumbers(seed = 1): CaseNumbers {
  const random = randomNumbers(seed);
  const fill = (count: number, next: () => number): Float32Array<ArrayBuffer> => Float32Array.from({ length: count }, next);
  return {
    between: (count, low, high) => fill(count, () => low + (high - low) * random()),
    signed: (count, scale = 1) => fill(count, () => (2 * random() - 1) * scale),
    signs: (count, scale) => fill(count, () => (random() < 0.5 ? -scale : scale)),
    below: (count, limit) => Uint32Array.from({ length: count }, () => Math.floor(random() * limit)),
  };
}

/** Numbers that nobody wrote yet, or that nobody may touch. */
export const unwritten = (count: number): Float32Array<ArrayBuffer> => new Float32Array(count).fill(Number.NaN);

export interface Arena {
  readonly values: Float32Array<ArrayBuffer>;
  /** First element of each part; 0, where NaN lies, for absent ones. */
  readonly at: (name: string) => number;
}

/** Elements between the parts of an arena: a multiple of 4, as vec4 kernels want, and of nothing larger. */
const gap = 4;

/** Parts one behind the other in one buffer, NaN before, between and behind them. */
export function arena(parts: Readonly<Record<string, Float32Array | undefined>>): Arena {
  const places = new Map<string, number>();
  let length = gap;
  for (const [name, values] of Object.entries(parts)) {
    if (!values) continue;
    places.set(name, length);
    length += Math.ceil(values.length / 4) * 4 + gap;
  }
  const values = unwritten(length);
  for (const [name, first] of places) values.set(parts[name] ?? [], first);
  return { values, at: (name) => places.get(name) ?? 0 };
}

/** Where the control of a case begins in its buffer: other micro-batches come first. */
export const controlOffset = 12;

/** A control buffer whose fields, given as f32 (`floats`) or u32, begin at `offset`; everything else is a number that would be noticed. */
export function controlWords(
  offset: number,
  floats: Partial<Record<keyof typeof CONTROL, number>>,
  words: Partial<Record<keyof typeof CONTROL, number>> = {},
  windows: ArrayLike<number> = [],
): Uint32Array<ArrayBuffer> {
  const control = new Uint32Array(offset + CONTROL.starts + windows.length).fill(0x7fc00000);
  const view = new Float32Array(control.buffer);
  for (const [name, value] of Object.entries(floats)) view[offset + CONTROL[name as keyof typeof CONTROL]] = value;
  for (const [name, value] of Object.entries(words)) control[offset + CONTROL[name as keyof typeof CONTROL]] = value;
  control.set(Array.from(windows), offset + CONTROL.starts);
  return control;
}

/** Where the lengths of a case's rows begin in their buffer. */
export const lengthsOffset = 3;

/** Lengths [B] of rows of T steps behind numbers that are none: half, whole, one step, none, and more than there are. */
export function rowLengths(batch: number, timeSteps: number): Uint32Array<ArrayBuffer> {
  const kinds = [Math.ceil(timeSteps / 2), timeSteps, 1, 0, timeSteps + 3];
  return Uint32Array.from({ length: lengthsOffset + batch }, (_, index) =>
    index < lengthsOffset ? 0x7fc00000 : kinds[(index - lengthsOffset) % kinds.length],
  );
}

/** Puts NaN, or what else would be noticed, into rows [T, B, columns], from `first` on, wherever a row has ended: nobody may look there. */
export function spoilPastEnd(values: Float32Array, first: number, columns: number, lengths: Uint32Array, spoil = Number.NaN): void {
  const batch = lengths.length - lengthsOffset;
  for (let place = 0; first + place < values.length; place++) {
    const row = Math.floor(place / columns);
    if (Math.floor(row / batch) >= lengths[lengthsOffset + (row % batch)]) values[first + place] = spoil;
  }
}
