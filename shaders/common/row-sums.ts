/** Sums over whole rows that the threads of a workgroup own together, in one order whatever the device does. */
import { wgsl } from '../wgsl.ts';

/** `rows` that `threads` of a workgroup own together. */
export interface OwnedRows {
  readonly rows: number;
  readonly threads: number;
}

/** Bytes of workgroup memory that `declareRowSums` takes. */
export const rowSumBytes = ({ rows, threads }: OwnedRows): number => 8 * rows * (threads + 2);

/** Where a thread adds what it has for row b of the workgroup: two sums at a time. */
export const partialOf = ({ threads }: OwnedRows): string => `partial[b * ${threads}u + local]`;

/** Statement: the thread begins its sums anew. */
export const clearPartials = (owned: OwnedRows): string => `for (var b = 0u; b < ${owned.rows}u; b++) { ${partialOf(owned)} = vec2f(); }`;

/** add_rows(local, slot), by all threads: totalOf(b, slot) are the sums of what the threads have put into `partial`. */
export function declareRowSums({ rows, threads }: OwnedRows): string {
  let pairs = 1;
  while (2 * pairs < threads) pairs *= 2;
  return wgsl`
// [row, thread]
var<workgroup> partial: array<vec2f, ${rows * threads}>;
// [slot, row]
var<workgroup> totals: array<vec2f, ${2 * rows}>;

fn add_rows(local: u32, slot: u32) {
  for (var pairs = ${threads > 1 ? pairs : 0}u; pairs > 0u; pairs /= 2u) {
    workgroupBarrier();
    if (local < pairs && local + pairs < ${threads}u) {
      for (var first = local; first < ${rows * threads}u; first += ${threads}u) {
        partial[first] += partial[first + pairs];
      }
    }
  }
  workgroupBarrier();
  for (var row = local; row < ${rows}u; row += ${threads}u) {
    totals[slot * ${rows}u + row] = partial[row * ${threads}u];
  }
  workgroupBarrier();
}

/** The four numbers of a vector, added up. */
fn total(x: vec4f) -> f32 { return (x.x + x.y) + (x.z + x.w); }`;
}

export const totalOf = ({ rows }: OwnedRows, row: string, slot: 0 | 1): string => `totals[${slot * rows}u + ${row}]`;
