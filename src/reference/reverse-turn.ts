/** What a turn of the reverse sweep does for one unit before its cell has a say: turn i completes the gradient of row i of states. */
import { type Buffers, type Call, carryPlaces, isGru, planeCount, type RecurrentBackwardOptions } from './options.ts';
import { recurrentMask, zoneoutShare } from './recurrent-noise.ts';
import { recurrentGradient } from './recurrent-sums.ts';

/** dL/dh of row `row` of states, but for the direct path of a GRU: from above (not at the initial state), and through the gates of the step after. */
export function hiddenGradientOf(
  options: RecurrentBackwardOptions,
  call: Call,
  buffers: Buffers,
  row: number,
  b: number,
  planes: readonly { gate: number; plane: number }[],
  j: number,
): number {
  const { batch, hiddenSize, timeSteps } = options;
  // zoneout has left the direct part of the initial state's gradient there
  const fromAbove = row === 0 && !options.zoneout ? 0 : buffers.outputGradient[(row * batch + b) * hiddenSize + j];
  if (row === timeSteps) return fromAbove;
  return fromAbove + recurrentMask(options, call, buffers, b, j) * recurrentGradient(options, call, buffers, row, b, planes, j);
}

/** What a GRU hands on to row `row` of states beside its gates. */
export const directGradient = (
  { cell, hiddenSize, timeSteps }: RecurrentBackwardOptions,
  { carry }: Buffers,
  row: number,
  b: number,
  j: number,
) => (isGru(cell) && row !== timeSteps ? carry[b * hiddenSize + j] : 0);

/** Past the end of a row: no gate moved, and the gradient goes on to the state before. */
export function passThrough(
  options: RecurrentBackwardOptions,
  call: Call,
  { gates, outputGradient, carry }: Buffers,
  row: number,
  b: number,
  j: number,
): void {
  const { batch, cell, hiddenSize, timeSteps, finalCell } = options;
  const planes = planeCount(cell);
  for (let plane = 0; plane < planes; plane++) gates[(((row - 1) * batch + b) * planes + plane) * hiddenSize + j] = 0;
  const next = (row * batch + b) * hiddenSize + j;
  outputGradient[next - batch * hiddenSize] += outputGradient[next];
  if (!carry) return;
  const { found, left } = carryPlaces(options, call, row, b, j);
  if (row === timeSteps && !finalCell) carry[found] = 0;
  carry[left] = carry[found];
}

/**
 * What zoneout lets through to the cell of the step before row `row` of states: ∂L/∂h~, ∂L/∂h less what goes to the row before, where it is put; and
 * the share of ∂L/∂c that goes past the cell.
 */
export function zonedGradient(
  options: RecurrentBackwardOptions,
  call: Call,
  buffers: Buffers,
  row: number,
  b: number,
  j: number,
  hiddenGradient: number,
): { readonly hidden: number; readonly cellShare: number } {
  const { batch, hiddenSize, zoneout } = options;
  if (!zoneout) return { hidden: hiddenGradient, cellShare: 0 };
  const position = (row - 1) * batch + b;
  const share = zoneoutShare(options, 'zoneout', call, buffers, position, j);
  const before = position * hiddenSize + j;
  const { outputGradient } = buffers;
  outputGradient[before] = (row === 1 ? 0 : outputGradient[before]) + share * hiddenGradient;
  return { hidden: (1 - share) * hiddenGradient, cellShare: zoneoutShare(options, 'zoneoutCell', call, buffers, position, j) };
}
