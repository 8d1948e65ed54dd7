/**
 * One time step of a layer-normalised cell from its product, which lies in norms: statements by all threads of a workgroup, which own whole rows.
 * `t`, `local` and `firstRow` are known.
 */
import { f32 } from '../wgsl.ts';
import { CELLS } from './cell.ts';
import { nextState } from './forward-step.ts';
import { type Each, inverseDeviation, type LayerNormShape, NORM_GROUPS, normedAt } from './layer-norm.ts';
import { maskPast } from './recurrent-dropout.ts';
import type { RecurrentOptions } from './recurrent-tile.ts';
import { clearPartials, type OwnedRows, partialOf, totalOf } from './row-sums.ts';

export type NormedForwardOptions = RecurrentOptions & { readonly layerNorm: LayerNormShape };

/** What becomes of a step's results: h, whose place in states is `state + ROW`, and of the GRU with reset before `past`, the second product's operand. */
export interface StepResults {
  readonly hidden: string;
  readonly past: string;
}

const place = `let position = t * BATCH + row;
        let gate = position * PLANES * UNITS + unit;
        let state = position * UNITS + unit;`;

/** Statement: 1 / deviation of each row, in component `slot` of the statistics; with the first of them whether the row has not ended. */
function storeStatistics({ batch, lengths }: RecurrentOptions, owned: OwnedRows, count: number, slot: 'x' | 'y' | 'z'): string {
  const at = 'norms[STATISTICS + t * BATCH + firstRow + b]';
  const isReal = lengths && slot === 'x' ? `${at}.w = select(0.0f, 1.0f, t < lengths[firstRow + b]);` : '';
  return `
    for (var b = local; b < ${owned.rows}u; b += ${owned.threads}u) {
      if (firstRow + b < ${batch}u) {
        ${at}.${slot} = ${inverseDeviation(`${totalOf(owned, 'b', 1)}.x`, count)};
        ${isReal}
      }
    }`;
}

/** Mean (slot 0) and sum of squared distances (slot 1) of what `values` are, each an expression. */
function rowStatistics(owned: OwnedRows, each: Each, values: readonly string[], count: number): string {
  const add = (terms: readonly string[]): string => terms.map((term) => `${partialOf(owned)}.x += ${term};`).join(' ');
  const distance = (value: string): string => `{ let d = real(unit, ${value} - mean); ${partialOf(owned)}.x += dot(d, d); }`;
  return `
    ${clearPartials(owned)}
    ${each(`${place} ${add(values.map((value) => `total(real(unit, ${value}))`))}`)}
    add_rows(local, 0u);
    ${clearPartials(owned)}
    ${each(`${place} let mean = ${meanOf(owned, count)}; ${values.map(distance).join(' ')}`)}
    add_rows(local, 1u);`;
}

const meanOf = (owned: OwnedRows, count: number): string => `${totalOf(owned, 'b', 0)}.x * ${f32(1 / count)}`;

/** Normalises the products of a group of gates and adds them to what lies in the gates' planes; then `after`, for every (row, unit). */
function normalizeProducts(options: NormedForwardOptions, group: number, owned: OwnedRows, each: Each, after: string): string {
  const { cell, recurrentBias, layerNorm } = options;
  const gates = NORM_GROUPS[cell][group];
  const { inputPlane, recurrentPlane } = CELLS[cell];
  const count = gates.length * layerNorm.units;
  const gate = (index: number): string => {
    const plane = `gates[gate + ${recurrentPlane(index)}u * PLANE]`;
    const bias = recurrentBias ? ` + weights[call.biasHidden / 4u + ${index}u * UNITS + unit]` : '';
    const sum = inputPlane(index) === recurrentPlane(index) ? `${plane} + ` : '';
    return `{ let y = real(unit, (${normedAt(cell, index)} - mean) * scale);
          ${normedAt(cell, index)} = y;
          ${plane} = ${sum}gain_hidden(${index}u, unit) * y${bias}; }`;
  };
  const values = gates.map((index) => normedAt(cell, index));
  return `${rowStatistics(owned, each, values, count)}
    ${storeStatistics(options, owned, count, group === 0 ? 'x' : 'y')}
    ${each(`${place}
        let mean = ${meanOf(owned, count)};
        let scale = ${inverseDeviation(`${totalOf(owned, 'b', 1)}.x`, count)};
        ${gates.map(gate).join('\n        ')}
        ${after}`)}`;
}

/** Which part of a step: the GRU with reset before has two, each behind a product of its own. */
export type StepHalf = 'gates' | 'candidate';

export function normedStep(options: NormedForwardOptions, half: StepHalf, owned: OwnedRows, each: Each, results: StepResults): string {
  const { cell, layerNorm } = options;
  const next = (step: string): string => `${nextState(options, step)}
        states[state + ROW] = h;
        ${results.hidden}`;
  if (cell === 'gru-before') {
    return half === 'gates'
      ? normalizeProducts(options, 0, owned, each, `let past = ${maskPast(options, 'forward_gates(gate, state)')}; ${results.past}`)
      : normalizeProducts(options, 1, owned, each, next('forward_candidate(gate, state)'));
  }
  if (!CELLS[cell].hasCell) return normalizeProducts(options, 0, owned, each, next('forward(gate, state)'));
  const { units } = layerNorm;
  return `${normalizeProducts(options, 0, owned, each, 'forward_gates(gate, state);')}
    ${rowStatistics(owned, each, ['cells[state + ROW]'], units)}
    ${storeStatistics(options, owned, units, 'z')}
    ${each(`${place}
        norms[CELL_NORMED + state] = real(unit, (cells[state + ROW] - ${meanOf(owned, units)}) * ${inverseDeviation(`${totalOf(owned, 'b', 1)}.x`, units)});
        ${next('forward_hidden(gate, state)')}`)}`;
}
