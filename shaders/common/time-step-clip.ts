/**
 * The clips inside of the reverse sweep: dL/dh_t of every time step, and dL/dc_t of the LSTM, are bounded as they travel back, complete and before
 * anything is made of them. By value: each element to ±bound (Graves 2013). By norm: the gradient of each row of the batch by itself to the bound,
 * over its units, as clip_grad_norm_ would have it: bound / (norm + 1e-6), at most 1. What is not finite stays as it is, to be found in the end.
 *
 * clipped [2] u32: bits of the largest value and of the largest norm that were met, which the host has cleared; a maximum of integers is the same in
 * any order, so that here, and only here, threads may take turns as they like. A norm beyond f32 is reported as the largest number of f32.
 */
import { wgsl } from '../wgsl.ts';
import { clipFactor } from './clip.ts';
import { scaledSum } from './scaled-sum.ts';

export interface TimeStepClip {
  readonly value: boolean;
  readonly norm: boolean;
}

/** Places in `clipped`. */
export const LARGEST = { value: 0, norm: 1 } as const;

/** Uniforms of the kernels that clip: f32 bits of the bounds. */
export const CLIP_UNIFORMS = ['clipValue', 'clipNorm'];

/** `rows` that `threads` of a workgroup own together; for the clip by norm alone. */
export interface ClippedRows {
  readonly rows: number;
  readonly threads: number;
}

/** `bounded`, and what `clipRows` needs; nothing where there is no clip. */
export function declareClip(clip: TimeStepClip | undefined, { rows, threads }: ClippedRows = { rows: 1, threads: 1 }): string {
  if (!clip) return '';
  let pairs = 1;
  while (2 * pairs < threads) pairs *= 2;
  return wgsl`
#if ${clip.value}
var<private> largest_value: u32;

fn bounded(x: vec4f) -> vec4f {
  let bits = bitcast<vec4u>(x) & vec4u(0x7fffffffu);
  largest_value = max(largest_value, max(max(bits.x, bits.y), max(bits.z, bits.w)));
  let bound = vec4f(bitcast<f32>(call.clipValue));
  return select(clamp(x, -bound, bound), x, bits >= vec4u(0x7f800000u));
}
#endif
#if ${clip.norm}
${scaledSum}
${clipFactor}
var<private> largest_norm: u32;
// [row, thread]
var<workgroup> squared: array<ScaledSum, ${rows * threads}>;

/** By all threads: the sum of each row ends with its first thread. */
fn add_up(local: u32) {
  for (var pairs = ${threads > 1 ? pairs : 0}u; pairs > 0u; pairs /= 2u) {
    workgroupBarrier();
    if (local < pairs && local + pairs < ${threads}u) {
      for (var first = local; first < ${rows * threads}u; first += ${threads}u) {
        squared[first] = add(squared[first], squared[first + pairs]);
      }
    }
  }
  workgroupBarrier();
  if (local == 0u) {
    for (var first = 0u; first < ${rows * threads}u; first += ${threads}u) {
      let total = squared[first];
      let norm = sqrt(total.sum) * bitcast<f32>(min(total.exponent, 252u) << 23u);
      largest_norm = max(largest_norm, select(min(bitcast<u32>(norm), 0x7f7fffffu), 0x7f800000u, total.exponent == NOT_FINITE));
    }
  }
}

fn factor_of(row: u32) -> f32 {
  let total = squared[row * ${threads}u];
  return select(clip_factor(total, bitcast<f32>(call.clipNorm)), 1.0f, total.exponent == NOT_FINITE);
}
#endif`;
}

/** One gradient of a turn, clipped by its norm: `each` runs a statement for every (b, row, unit) that the thread owns. */
function clipGradient(
  { rows, threads }: ClippedRows,
  each: (body: string) => string,
  isReal: string,
  complete: string,
  place: string,
): string {
  const own = (row: string): string => `squared[${row} * ${threads}u + local]`;
  return /* wgsl */ `
    for (var b = 0u; b < ${rows}u; b++) { ${own('b')} = ScaledSum(0u, 0.0f); }
    ${each(`if (${isReal}) { ${own('b')} = add(${own('b')}, squares(${complete})); }`)}
    add_up(local);
    ${each(`let factor = factor_of(b); if (${isReal} && factor < 1.0f) { ${place} *= factor; }`)}
    workgroupBarrier();`;
}

/** Statements: what a cell's gradient needs once dL/dh_t is clipped, and what its functions then must know of each (row, unit). */
export interface CellClip {
  readonly before: string;
  readonly known: string;
}

/** The clip by norm of turn i > 0: dL/dh_t, then dL/dc_t, which follows from it. `t`, `local` and `isLast` are known; `isReal`: whether the row has not ended, `isCarried`: isLast of the carry, `carried`: its place. */
export function clipRows(
  options: {
    readonly hasCell: boolean;
    readonly isReal: string;
    readonly isCarried: string;
    readonly carried: string;
    readonly ofCell?: CellClip;
  } & ClippedRows,
  each: (body: string) => string,
): string {
  const { hasCell, isReal, isCarried, carried, ofCell = { before: '', known: '' } } = options;
  const at = (body: string): string =>
    each(`let gate = (t * BATCH + row) * PLANES * UNITS + unit;
        let state = (t * BATCH + row) * UNITS + unit;
        let carried = ${carried};
        ${body}`);
  const call = `(gate, state, carried, ${isCarried})`;
  const hidden = clipGradient(options, at, isReal, `complete_hidden${call}`, 'outputGradient[state + ROW]');
  if (!hasCell) return hidden;
  const known = (body: string): string => at(`${ofCell.known} ${body}`);
  return hidden + ofCell.before + clipGradient(options, known, isReal, `complete_cell${call}`, 'carry[carried]');
}

/** At the end of a thread: what it met. */
export function keepLargest(clip: TimeStepClip | undefined): string {
  if (!clip) return '';
  const keep = (kind: keyof TimeStepClip): string => (clip[kind] ? `atomicMax(&clipped[${LARGEST[kind]}u], largest_${kind});` : '');
  return `${keep('value')}\n  ${keep('norm')}`;
}
