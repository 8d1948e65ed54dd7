/**
 * One turn of a layer-normalised cell in reverse, from dL/dh, complete but for a GRU's direct path: statements by all threads of a workgroup, which
 * own whole rows. With y = (x - mean) / deviation and e = gain dL/dLN(x):
 *
 *     dL/dx = (e - mean(e) - y mean(e y)) / deviation
 *
 * `t`, `i`, `isLast`, `local` are known.
 */
import { f32 } from '../wgsl.ts';
import { CELLS } from './cell.ts';
import { type Each, type LayerNormShape, NORM_GROUPS, normedAt } from './layer-norm.ts';
import type { StepHalf } from './layer-norm-forward.ts';
import { maskedGradient } from './recurrent-dropout.ts';
import { clipTurn, gateGradients, isRealStep, type ReverseOptions } from './reverse-tile.ts';
import { clearPartials, type OwnedRows, partialOf, totalOf } from './row-sums.ts';

export type NormedReverseOptions = ReverseOptions & { readonly layerNorm: LayerNormShape };

const place = `let position = t * BATCH + row;
        let gate = position * PLANES * UNITS + unit;
        let state = position * UNITS + unit;`;

/** What the cell's functions know of the turn beside the gradients. */
export const declareThroughCell = 'var<private> through_cell: vec4f;';

/** Adds e and e·y of a gain's row to the thread's sums. */
const addSums = (owned: OwnedRows, gradient: string, normed: string): string =>
  `{ let e = ${gradient}; ${partialOf(owned)} += vec2f(total(e), dot(e, ${normed})); }`;

const gradientOf = (owned: OwnedRows, slot: 0 | 1, count: number, gradient: string, normed: string, scale: string): string =>
  `real(unit, ${gradient} - (${totalOf(owned, 'b', slot)}.x + ${normed} * ${totalOf(owned, 'b', slot)}.y) * ${f32(1 / count)}) * ${scale}`;

/** dL/dLN(c) of every unit, and the sums of its row; `through_cell` follows from them. */
function cellSums(options: NormedReverseOptions, owned: OwnedRows, each: Each): string {
  const { lengths, zoneout, clip } = options;
  // clipped by norm, it lies there clipped already
  const whole = clip?.value && !clip.norm ? 'bounded(outputGradient[state + ROW])' : 'outputGradient[state + ROW]';
  const moved = zoneout ? `select(${whole}, vec4f(), hits(ZONEOUT, position, unit, call.zoneout))` : whole;
  const isReal = lengths ? `if (${isRealStep(options)}) ` : '';
  return `
    ${clearPartials(owned)}
    ${each(`${place}
        var d = vec4f();
        ${isReal}{
          let c = hyperbolic_tangent(normed_cell(state));
          d = ${moved} * gates[gate + 3u * PLANE] * (1.0f - c * c);
        }
        norms[CELL_DELTA + state] = d;
        ${addSums(owned, 'd * gain_cell(unit)', 'norms[CELL_NORMED + state]')}`)}
    add_rows(local, 1u);`;
}

/** The gate gradients by `gradients`, then dL/d(U h) of a group of gates, row by row; `keep` runs when they are there. */
function normalizedGradients(
  options: NormedReverseOptions,
  group: number,
  owned: OwnedRows,
  each: Each,
  gradients: string,
  keep: string,
): string {
  const { cell, layerNorm } = options;
  const { recurrentPlane } = CELLS[cell];
  const gates = NORM_GROUPS[cell][group];
  const count = gates.length * layerNorm.units;
  const delta = (gate: number): string => `gates[gate + ${recurrentPlane(gate)}u * PLANE] * gain_hidden(${gate}u, unit)`;
  const scale = `norms[STATISTICS + position].${group === 0 ? 'x' : 'y'}`;
  const store = (gate: number): string =>
    `norms[gate + ${recurrentPlane(gate)}u * PLANE] = ${gradientOf(owned, 0, count, delta(gate), normedAt(cell, gate), scale)};`;
  return `
    ${clearPartials(owned)}
    ${each(`${place}
        ${gradients}
        ${gates.map((gate) => addSums(owned, delta(gate), normedAt(cell, gate))).join('\n        ')}`)}
    add_rows(local, 0u);
    ${each(`${place}
        ${gates.map(store).join('\n        ')}
        ${keep}`)}`;
}

/** `half` of the GRU with reset before: its candidate comes first, then its gates, from `past`, the candidate's product, at carry [2, B, H]. */
export function normedTurn(options: NormedReverseOptions, half: StepHalf, owned: OwnedRows, each: Each, keep: string): string {
  const { cell, layerNorm } = options;
  if (cell === 'gru-before') {
    const candidate = gateGradients(options, 'backward_candidate');
    if (half === 'candidate') return clipTurn(options, owned, each) + normalizedGradients(options, 1, owned, each, candidate, keep);
    const past = maskedGradient(options, 'carry[ROW + row * UNITS + unit]', 'row', 'unit');
    // dU of the candidate reads its operand from the same planes
    const operand = 'norms[gate + 3u * PLANE] = gates[gate + 3u * PLANE];';
    const gates = `backward_gates(gate, state, row * UNITS + unit, ${past});`;
    return normalizedGradients(options, 0, owned, each, gates, `${operand} ${keep}`);
  }
  if (!CELLS[cell].hasCell)
    return clipTurn(options, owned, each) + normalizedGradients(options, 0, owned, each, gateGradients(options), keep);
  const through = gradientOf(
    owned,
    1,
    layerNorm.units,
    'norms[CELL_DELTA + state] * gain_cell(unit)',
    'norms[CELL_NORMED + state]',
    'norms[STATISTICS + position].z',
  );
  const sums = cellSums(options, owned, each);
  const known = `through_cell = ${through};`;
  const clipped = clipTurn(options, owned, each, { before: sums, known: `let position = t * BATCH + row; ${known}` });
  return `${clipped || sums}
    ${normalizedGradients(options, 0, owned, each, `${known}\n        ${gateGradients(options)}`, keep)}`;
}
