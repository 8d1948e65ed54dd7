/**
 * One time step of a cell in reverse as WGSL functions, from its contract (common/cell.ts):
 * `backward(gate, state, carried, isLast)` completes dL/dh_t (and dL/dc_t), stores the gate gradients in place, and what is carried on.
 *
 * With a clip by norm, which must see the whole row first, it finds both complete and clipped: `complete_hidden` and `complete_cell` have left them.
 */
import { CARRIED, CELLS, type CellKind, PLAIN_HIDDEN } from './cell.ts';
import type { RecurrentNoise } from './recurrent-noise.ts';
import type { TimeStepClip } from './time-step-clip.ts';
import { zonedCellGradient, zonedHiddenGradient } from './zoneout.ts';

const PARAMETERS = 'gate: u32, state: u32, carried: u32, isLast: bool';

export interface CellBackwardOptions extends RecurrentNoise {
  readonly cell: CellKind;
  readonly clip?: TimeStepClip;
  /** LSTM: reverse-tile.ts; `carried` is the place of dL/dc_t. */
  readonly keepsCells?: boolean;
  /** Layer normalisation within the cell: layer-norm-backward.ts. */
  readonly layerNorm?: unknown;
}

const lines = (...statements: readonly (string | false | undefined)[]): string => statements.filter(Boolean).join('\n  ');

export function cellBackward({ cell: kind, clip, keepsCells, zoneout, layerNorm }: CellBackwardOptions): string {
  const { reverse, normed } = CELLS[kind];
  const { name, stored, zoned = stored, hidden, cell: ofHidden, gates, carry } = layerNorm && normed ? normed.reverse : reverse;
  const isZoned = zoneout !== undefined;
  // under zoneout h_t has nothing of c_t
  const cell = ofHidden && (isZoned ? CARRIED : `${CARRIED} + ${ofHidden}`);
  const bounded = (gradient: string): string => (clip?.value ? `bounded(${gradient})` : gradient);
  const storesHidden = hidden !== PLAIN_HIDDEN || clip?.value === true;
  const found = clip?.norm === true;
  const whole = (gradient: string): string => (isZoned ? `whole_${gradient}` : gradient);
  const backward = lines(
    `fn ${name}(${PARAMETERS}) {`,
    isZoned ? zoned : stored,
    `let ${whole('dh')} = ${found ? PLAIN_HIDDEN : bounded(hidden)};`,
    isZoned && zonedHiddenGradient,
    cell && `let ${whole('dc')} = ${found ? 'carry[carried]' : bounded(cell)};`,
    isZoned && ofHidden && zonedCellGradient(ofHidden),
    gates,
    storesHidden && !found && `outputGradient[state + ROW] = ${whole('dh')};`,
    cell && keepsCells && !found && `carry[carried] = ${whole('dc')};`,
    carry && `carry[carried${keepsCells ? ' - call.keptCells * ROW' : ''}] = ${carry}${isZoned && cell ? ' + cell_past' : ''};`,
  );
  const completeHidden = lines(
    `fn complete_hidden(${PARAMETERS}) -> vec4f {`,
    `let dh = ${bounded(hidden)};`,
    storesHidden && 'outputGradient[state + ROW] = dh;',
    'return dh;',
  );
  const completeCell = lines(
    `fn complete_cell(${PARAMETERS}) -> vec4f {`,
    !isZoned && stored,
    !isZoned && `let dh = ${PLAIN_HIDDEN};`,
    cell && `let dc = ${bounded(cell)};`,
    'carry[carried] = dc;',
    'return dc;',
  );
  return [...(found ? [completeHidden] : []), ...(found && cell ? [completeCell] : []), backward].map((code) => `${code}\n}`).join('\n');
}
