/**
 * What the threads of a workgroup that sweeps over time hand each other for the products of the next step: states, forward, and gate gradients, in reverse. In workgroup memory,
 * [k, row of the tile], or where the tile is staged in the storage that keeps them anyway: SwiftShader compiles a store for every number of workgroup memory, to clear it,
 * 1.5 s for the 2,048 gradients of an LSTM of 64 units and 8 rows, 0.3 s for its 512 states.
 */
import { unroll } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import { forUnits } from './own-rows.ts';
import type { Tile } from './product.ts';
import { operandName, storeOperand } from './recurrent-dropout.ts';
import type { RecurrentNoise } from './recurrent-noise.ts';
import { forRows, type LeftRows, sharedRows, storedRows } from './recurrent-tile.ts';

interface Handing {
  readonly cell: CellKind;
  readonly batch: number;
  readonly hiddenSize: number;
  readonly tile: Tile;
}

interface StateHanding extends RecurrentNoise, Omit<Handing, 'cell'> {}

/** Module scope of a forward sweep. */
export const declareHidden = ({ hiddenSize, tile }: StateHanding): string =>
  tile.staged
    ? ''
    : /* wgsl */ `
// the operand of the next product, h or r∘h, [unit, row]
var<workgroup> hidden: array<f32, ${hiddenSize * tile.rows}>;

fn keep(unit: u32, b: u32, h: vec4f) {
  ${unroll(4, (lane) => `hidden[(unit * 4u + ${lane}u) * ${tile.rows}u + b] = h[${lane}];`)}
}`;

/** Statement for (b, row, unit): the next product shall read the state `value`, whose place in states is `place`. */
export function keepHidden(options: StateHanding, value: string, place: string): string {
  const { tile, recurrentDropout } = options;
  if (tile.staged) return storeOperand(options, place, value);
  return recurrentDropout
    ? `{ let masked = ${value} * recurrent_mask(row, unit); operand[${place}] = masked; keep(unit, b, masked); }`
    : `keep(unit, b, ${value});`;
}

/** Statement for (b, unit) of the GRU with reset before: the next product shall read r∘h, the expression `past`, which also lies in plane 3. */
export const keepPast = ({ tile }: StateHanding, past: string): string => (tile.staged ? `_ = ${past};` : `keep(unit, b, ${past});`);

/** Ahead of the first step of a range: its product shall read the states that are there. */
export function takeUpHidden(options: StateHanding): string {
  const { batch, tile } = options;
  const place = 'call.begin * ROW + row * UNITS + unit';
  const keep = keepHidden(options, `states[${place}]`, place);
  return keep && `${forUnits(tile, forRows(batch, tile, keep))}\n  ${afterKeeping(tile)}`;
}

/** h_{t-1} as the product reads it. */
export const hiddenRows = (options: StateHanding): LeftRows =>
  options.tile.staged ? storedHidden(options) : sharedRows('hidden', options.tile);

/** The same from storage. */
export const storedHidden = (options: RecurrentNoise): LeftRows =>
  storedRows(operandName(options), ({ inBatch }) => `(t * BATCH + ${inBatch}) * UNITS`);

/** r∘h_{t-1} as the product reads it. */
export const pastRows = ({ tile }: StateHanding): LeftRows => (tile.staged ? storedPast : sharedRows('hidden', tile));

/** The same from storage. */
export const storedPast = storedRows('gates', ({ inBatch }) => `((t * BATCH + ${inBatch}) * PLANES + 3u) * UNITS`);

/** Module scope of a reverse sweep: what is handed over comes from the planes of `source`. */
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

/** Between products that have read and statements that keep again; of the same thread alone where the tile is staged. */
export const beforeKeeping = ({ staged }: Tile): string => (staged ? '' : 'workgroupBarrier();');

/** Between statements that keep and products that read; nothing where a thread reads but what it has kept itself. */
export const afterKeeping = ({ alone, staged }: Tile): string => (alone ? '' : staged ? 'storageBarrier();' : 'workgroupBarrier();');

/** Ahead of the first of a range of turns: where others came before it, takes up what they kept at `laterRow` of states. */
export const takeUpDelta = ({ batch, tile }: Handing, turns: number, laterRow: string): string =>
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
