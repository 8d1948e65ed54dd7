/**
 * One time step of a cell in reverse as WGSL functions, from its contract (common/cell.ts):
 * `backward(gate, state, carried, isLast)` completes dL/dh_t (and dL/dc_t), stores the gate gradients in place, and what is carried on.
 *
 * With a clip by norm, which must see the whole row first, it finds both complete and clipped: `complete_hidden` and `complete_cell` have left them.
 */
import { CELLS, type CellKind, PLAIN_HIDDEN } from './cell.ts';
import type { TimeStepClip } from './time-step-clip.ts';

const PARAMETERS = 'gate: u32, state: u32, carried: u32, isLast: bool';

export interface CellBackwardOptions {
  readonly cell: CellKind;
  readonly clip?: TimeStepClip;
}

const lines = (...statements: readonly (string | false | undefined)[]): string => statements.filter(Boolean).join('\n  ');

export function cellBackward({ cell: kind, clip }: CellBackwardOptions): string {
  const { name, stored, hidden, cell, gates, carry } = CELLS[kind].reverse;
  const bounded = (gradient: string): string => (clip?.value ? `bounded(${gradient})` : gradient);
  const storesHidden = hidden !== PLAIN_HIDDEN || clip?.value === true;
  const found = clip?.norm === true;
  const backward = lines(
    `fn ${name}(${PARAMETERS}) {`,
    stored,
    `let dh = ${found ? PLAIN_HIDDEN : bounded(hidden)};`,
    cell && `let dc = ${found ? 'carry[carried]' : bounded(cell)};`,
    gates,
    storesHidden && !found && 'outputGradient[state + ROW] = dh;',
    carry && `carry[carried] = ${carry};`,
  );
  const completeHidden = lines(
    `fn complete_hidden(${PARAMETERS}) -> vec4f {`,
    `let dh = ${bounded(hidden)};`,
    storesHidden && 'outputGradient[state + ROW] = dh;',
    'return dh;',
  );
  const completeCell = lines(
    `fn complete_cell(${PARAMETERS}) -> vec4f {`,
    stored,
    `let dh = ${PLAIN_HIDDEN};`,
    cell && `let dc = ${bounded(cell)};`,
    'carry[carried] = dc;',
    'return dc;',
  );
  return [...(found ? [completeHidden] : []), ...(found && cell ? [completeCell] : []), backward].map((code) => `${code}\n}`).join('\n');
}
