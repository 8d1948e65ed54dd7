/** Numbers as f16 on the host, bit for bit as shaders/common/halves.ts packs them. */

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

function bitsOf(value: number): number {
  scratch[0] = value;
  return scratchBits[0];
}

/** The 16 bits of the nearest f16, ties to even, at most 65504 in magnitude. */
export function halfOf(value: number): number {
  const bits = bitsOf(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // below 2^-14 the sum with 0.5 rounds, as its last bit is the least of f16
  if (magnitude < 0x38800000) return sign | (bitsOf(Math.abs(Math.fround(value)) + 0.5) - 0x3f000000);
  return sign | Math.min((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13, 0x7bff);
}

/** What 16 bits of f16 say. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** Two to a u32, the first in the low bits; an even count. */
export function packedHalves(values: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: values.length / 2 }, (_, pair) => halfOf(values[2 * pair]) | (halfOf(values[2 * pair + 1]) << 16));
}

/** What is left of numbers that went through f16. */
export const roundedToHalves = (values: Float32Array): Float32Array<ArrayBuffer> =>
  Float32Array.from(values, (value) => fromHalf(halfOf(value)));
