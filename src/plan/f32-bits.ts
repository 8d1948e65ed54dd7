/** A number as a uniform holds it: the bits of its f32. */
export const f32Bits = (value: number): number => new Uint32Array(new Float32Array([value]).buffer)[0];
