// Four plain WGSL matrix products C [M, N] = A [M, K] B [K, N], to see what this adapter makes of each style.

export interface GemmKernel {
  readonly code: string;
  readonly grid: readonly [number, number];
}

type Make = (M: number, N: number, K: number) => GemmKernel;

const head = (M: number, N: number, K: number): string => `
@group(0) @binding(0) var<storage, read> A: array<f32>;
@group(0) @binding(1) var<storage, read> B: array<f32>;
@group(0) @binding(2) var<storage, read_write> C: array<f32>;
const M = ${M}u; const N = ${N}u; const K = ${K}u;`;

/** One output per invocation. */
const naive: Make = (M, N, K) => ({
  grid: [N / 16, M / 16],
  code: `${head(M, N, K)}
@compute @workgroup_size(16, 16) fn main(@builtin(global_invocation_id) id: vec3u) {
  var s = 0.0;
  for (var k = 0u; k < K; k++) { s += A[id.y * K + k] * B[k * N + id.x]; }
  C[id.y * N + id.x] = s;
}`,
});

const each = (n: number, line: (i: number) => string): string => Array.from({ length: n }, (_, i) => line(i)).join('\n');

/** R rows x V vec4 columns of outputs per invocation, straight from storage, K unrolled by 4: no shared memory, no barrier. */
const registers =
  (R: number, V: number): Make =>
  (M, N, K) => {
    const row = (i: number) => Math.floor(i / V);
    const product = (r: number, v: number) =>
      `s${r * V + v} += a${r}.x * b${v} + a${r}.y * b${V + v} + a${r}.z * b${2 * V + v} + a${r}.w * b${3 * V + v};`;
    return {
      grid: [N / (16 * V), M / (4 * R)],
      code: `${head(M, N, K).replaceAll('array<f32>', 'array<vec4f>')}
@compute @workgroup_size(4, 4) fn main(@builtin(global_invocation_id) id: vec3u) {
  let r = id.y * ${R}u; let c = id.x * ${V}u;
  ${each(R * V, (i) => `var s${i} = vec4f();`)}
  for (var k = 0u; k < K / 4u; k++) {
    ${each(4 * V, (i) => `let b${i} = B[(k * 4u + ${row(i)}u) * (N / 4u) + c + ${i % V}u];`)}
    ${each(R, (r) => `let a${r} = A[(r + ${r}u) * (K / 4u) + k]; ${each(V, (v) => product(r, v))}`)}
  }
  ${each(R * V, (i) => `C[(r + ${row(i)}u) * (N / 4u) + c + ${i % V}u] = s${i};`)}
}`,
    };
  };

/** Two levels: a 64x64 tile of C per workgroup through shared memory, 4x4 outputs in registers per invocation. */
const tiled: Make = (M, N, K) => ({
  grid: [N / 64, M / 64],
  code: `${head(M, N, K)}
var<workgroup> a: array<f32, 1024>; // 64 rows x 16
var<workgroup> b: array<f32, 1024>; // 16 rows x 64
@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) w: vec3u, @builtin(local_invocation_id) l: vec3u, @builtin(local_invocation_index) li: u32) {
  let r0 = w.y * 64u; let c0 = w.x * 64u;
  var s: array<array<f32, 4>, 4>;
  for (var k0 = 0u; k0 < K; k0 += 16u) {
    for (var i = li; i < 1024u; i += 256u) {
      a[i] = A[(r0 + i / 16u) * K + k0 + i % 16u];
      b[i] = B[(k0 + i / 64u) * N + c0 + i % 64u];
    }
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      for (var i = 0u; i < 4u; i++) {
        for (var j = 0u; j < 4u; j++) { s[i][j] += a[(l.y * 4u + i) * 16u + k] * b[k * 64u + l.x * 4u + j]; }
      }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) { for (var j = 0u; j < 4u; j++) { C[(r0 + l.y * 4u + i) * N + c0 + l.x * 4u + j] = s[i][j]; } }
}`,
});

export const gemmKernels: Readonly<Record<string, Make>> = { naive, regs4x4: registers(4, 1), regs8x8: registers(8, 2), tiled };
