/**
 * Zoneout (Krueger et al. 2016): in training each unit keeps its previous state with probability z, drawn anew at every time step, row and unit;
 * h and the LSTM's c with rates of their own. Outside of training the states are the expectation of that.
 *
 *     h_t = d∘h_{t-1} + (1 - d)∘h~_t     c_t = e∘c_{t-1} + (1 - e)∘c~_t     h~_t = o∘tanh(c~_t)
 *
 * h~ and c~ are what the cell would give by itself. A plain RNN's plane keeps h~, which its gradient needs; c~ is computed again.
 */
import { wgsl } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import type { RecurrentNoise } from './recurrent-noise.ts';

const DOMAINS = `const ZONEOUT = 0xa0000000u;
const ZONEOUT_CELL = 0x90000000u;`;

/** zoned(h, state, position, unit): the state after the step whose cell gave h and, in cells, c. */
export function declareZoned(cell: CellKind, { zoneout }: RecurrentNoise): string {
  if (!zoneout) return '';
  const { hasCell, planes } = CELLS[cell];
  const isNoise = zoneout === 'noise';
  return wgsl`
#if ${isNoise}
${DOMAINS}
#endif

fn zoned(h: vec4f, state: u32, position: u32, unit: u32) -> vec4f {
#if ${isNoise && planes === 1}
  gates[position * UNITS + unit] = h;
#endif
#if ${hasCell && isNoise}
  cells[state + ROW] = select(cells[state + ROW], cells[state], hits(ZONEOUT_CELL, position, unit, call.zoneoutCell));
#elif ${hasCell}
  cells[state + ROW] = mix(cells[state + ROW], cells[state], bitcast<f32>(call.zoneoutCell));
#endif
#if ${isNoise}
  return select(h, states[state], hits(ZONEOUT, position, unit, call.zoneout));
#else
  return mix(h, states[state], bitcast<f32>(call.zoneout));
#endif
}`;
}

/** The call of the cell's forward function, with zoneout after it. */
export const zonedStep = ({ zoneout }: RecurrentNoise, step: string): string =>
  zoneout ? `zoned(${step}, state, t * BATCH + row, unit)` : step;

/** The noise that the reverse functions draw again. */
export const declareZonedBackward = ({ zoneout }: RecurrentNoise): string => (zoneout ? DOMAINS : '');

/**
 * In reverse the cell is given the gradient of what moved; the rest goes straight to the states before. What ∂L/∂h_{t-1} has of it comes ahead of its
 * turn, into its row of outputGradient; row 0 had nothing there before.
 */
export const zonedHiddenGradient = /* wgsl */ `let position = state / UNITS;
  let unit = state % UNITS;
  let stays = hits(ZONEOUT, position, unit, call.zoneout);
  let dh = select(whole_dh, vec4f(), stays);
  outputGradient[state] = select(outputGradient[state], vec4f(), position < BATCH) + select(vec4f(), whole_dh, stays);`;

/** The same for the LSTM's c, whose gradient `ofHidden` has come through h~; cell_past is carried on. */
export const zonedCellGradient = (
  ofHidden: string,
): string => /* wgsl */ `let cell_stays = hits(ZONEOUT_CELL, position, unit, call.zoneoutCell);
  let cell_past = select(vec4f(), whole_dc, cell_stays);
  let dc = select(whole_dc, vec4f(), cell_stays) + ${ofHidden};`;
