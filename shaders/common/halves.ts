/**
 * Weights in half the bytes: four f16 in a vec2u where a kernel written for f32 reads a vec4f. Values are rounded to the nearest, ties to even, and kept within what
 * f16 holds (65504); the arithmetic stays f32. `unpack2x16float` is in every WebGPU; `pack2x16float` may round either way, so that packing has integer code of its own.
 */
import type { Kernel } from '../kernel.ts';
import { replaceReads } from '../wgsl.ts';

const UNPACK = `fn unpacked(pairs: vec2u) -> vec4f { return vec4f(unpack2x16float(pairs.x), unpack2x16float(pairs.y)); }`;

/** `packed_halves(values)`: what lies below 2^-14 is rounded by adding 0.5, whose last bit is f16's least. */
export const packedHalves = `fn packed_halves(values: vec4f) -> vec2u {
  let bits = bitcast<vec4u>(values);
  let magnitude = bits & vec4u(0x7fffffffu);
  let normal = (magnitude - vec4u(0x38000000u) + vec4u(0xfffu) + ((magnitude >> vec4u(13u)) & vec4u(1u))) >> vec4u(13u);
  let small = bitcast<vec4u>(abs(values) + vec4f(0.5f)) - vec4u(0x3f000000u);
  let rounded = min(select(normal, small, magnitude < vec4u(0x38800000u)), vec4u(0x7bffu));
  let halves = ((bits >> vec4u(16u)) & vec4u(0x8000u)) | select(rounded, vec4u(0x7e00u), magnitude > vec4u(0x7f800000u));
  return vec2u(halves.x | (halves.y << 16u), halves.z | (halves.w << 16u));
}`;

/**
 * The same kernel for bindings that hold halves.
 *
 * @throws Error if it writes one of them, or does not read it as vec4f.
 */
export function readingHalves(kernel: Kernel, names: readonly string[]): Kernel {
  if (names.length === 0) return kernel;
  const code = names.reduce((before, name) => {
    const declaration = `var<storage, read> ${name}: array<vec4f>;`;
    if (!before.includes(declaration)) throw new Error(`kernel ${kernel.name} must read ${name} as array<vec4f> to have it in halves`);
    const [head, body] = before.split(declaration);
    return `${unpacking(head, name)}var<storage, read> ${name}: array<vec2u>;${unpacking(body, name)}`;
  }, kernel.code);
  return { ...kernel, halves: names, variant: `${kernel.variant} f16`, code: `${code}\n${UNPACK}\n` };
}

const unpacking = (code: string, name: string): string => replaceReads(code, name, (place) => `unpacked(${name}[${place}])`);
