/** [B, T, width] to [T, B, width], elements moved and not changed; ids have width 1. */
export function toTimeMajor<A extends Int32Array | Float32Array>(batchMajor: A, B: number, T: number, width: number): A {
  const out = batchMajor.slice() as A;
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      const from = (b * T + t) * width;
      out.set(batchMajor.subarray(from, from + width), (t * B + b) * width);
    }
  }
  return out;
}
