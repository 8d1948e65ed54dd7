/**
 * How the threads of a workgroup that sweeps in reverse hand each other the gate gradients of a step, which the products of the next turn read: in workgroup memory,
 * [gate · unit, row of the tile], or where the tile is staged in the planes that keep them anyway. SwiftShader compiles a store for every number of workgroup memory, to
 * clear it: 1.5 s for the 2,048 of an LSTM of 64 units and 8 rows. (The 512 of its forward sweep take 0.3 s, and are read 9 % faster than the states.)
 */
import { unroll } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import type { Tile } from './product.ts';
import { forRows, type LeftRows, sharedRows, storedRows } from './recurrent-tile.ts';

interface Handing {
  readonly cell: CellKind;
  readonly batch: number;
  readonly hiddenSize: number;
  readonly tile: Tile;
}

/** Module scope: what is handed over comes from the planes of `source`. */
export const declareDelta = ({ cell, hiddenSize, tile }: Handing, source: string): string =>
  tile.staged
    ? ''
    : /* wgsl */ `
// gate gradients, [gate · unit, row]
var<workgroup> delta: array<f32, ${CELLS[cell].gates * hiddenSize * tile.rows}>;

fn keep(gate: u32, unit: u32, b: u32) {
  ${unroll(
    CELLS[cell].gates,
    (index) => `{ let d = ${source}[gate + ${CELLS[cell].recurrentPlane(index)}u * PLANE];
    ${unroll(4, (lane) => `delta[((${index}u * UNITS + unit) * 4u + ${lane}u) * ${tile.rows}u + b] = d[${lane}];`)} }`,
  )}
}`;

/** Statement for row b of the tile and unit: the planes at `gate` hold gradients that products will read. */
export const keepDelta = ({ tile }: Handing, b = 'b'): string => (tile.staged ? '' : `keep(gate, unit, ${b});`);

/** Between products that have read and statements that keep again. */
export const beforeKeeping = ({ staged }: Tile): string => (staged ? '' : 'workgroupBarrier();');

/** Between statements that keep and products that read. */
export const afterKeeping = ({ staged }: Tile): string => (staged ? 'storageBarrier();' : 'workgroupBarrier();');

/** Ahead of the first of a range of turns: where others came before it, takes up what they kept at `laterRow` of states. */
export const takeUp = ({ batch, tile }: Handing, turns: number, laterRow: string): string =>
  tile.staged
    ? ''
    : `if (call.end < ${turns}u) {
    let later = ${laterRow} - 1u;
    ${forRows(batch, tile, 'keep((later * BATCH + row) * PLANES * UNITS + unit, unit, b);')}
  }
  workgroupBarrier();`;

/** The gradients from gate `gate` on, of time step `step`, as they were handed over; staged, of gates in neighbouring planes of `source`. */
export const deltaAt = ({ cell, hiddenSize, tile }: Handing, gate: number, step: string, source: string): LeftRows =>
  tile.staged ? storedDelta(cell, gate, step, source) : sharedRows('delta', tile, gate * hiddenSize);

/** The same from the planes of `source`. */
export const storedDelta = (cell: CellKind, gate: number, step: string, source: string): LeftRows =>
  storedRows(source, ({ inBatch }) => `((${step} * BATCH + ${inBatch}) * PLANES + ${CELLS[cell].recurrentPlane(gate)}u) * UNITS`);

/** Of the first `gates` gates, neighbours whose gradients lie in neighbouring planes: one loop each. */
export function planeRuns(cell: CellKind, gates: number): readonly { gate: number; gates: number }[] {
  const { recurrentPlane } = CELLS[cell];
  const runs: { gate: number; gates: number }[] = [];
  for (let gate = 0; gate < gates; gate++) {
    const last = runs.at(-1);
    if (last && recurrentPlane(gate) === recurrentPlane(last.gate) + last.gates) last.gates++;
    else runs.push({ gate, gates: 1 });
  }
  return runs;
}
