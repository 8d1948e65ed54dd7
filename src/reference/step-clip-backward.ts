import { gruBackward, gruBlendBackward, lstmBackward, lstmCellGradient, rnnBackward } from './cell.ts';
import { clipRow } from './clip-row.ts';
import { type Buffers, type Call, carryPlaces, hasEnded, planeCount, type RecurrentBackwardOptions } from './options.ts';
import { directGradient, passThrough, zonedGradient } from './reverse-turn.ts';

/**
 * The second half of a turn of BPTT, call.begin, never the initial state's: dL/dh_t and dL/dc_t of each row complete, clipped, and then the gate
 * gradients in place (GRU reset-before: those of z and n).
 */
export function stepClipBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  const { batch, cell, hiddenSize, timeSteps, finalCell } = options;
  const { gates, states, cells, outputGradient, carry } = buffers;
  const row = options.initial ? call.begin : call.begin + 1;
  const t = row - 1;
  const units = Array.from({ length: hiddenSize }, (_, j) => j);
  for (let b = 0; b < batch; b++) {
    if (hasEnded(options, buffers, t, b)) {
      for (const j of units) passThrough(options, call, buffers, row, b, j);
      continue;
    }
    const next = (row * batch + b) * hiddenSize;
    const previous = next - batch * hiddenSize;
    const plane = (j: number, index: number): number => ((t * batch + b) * planeCount(cell) + index) * hiddenSize + j;
    const hidden = Float64Array.from(units, (j) => outputGradient[next + j] + directGradient(options, buffers, row, b, j));
    clipRow(options, call, buffers, hidden);
    outputGradient.set(hidden, next);
    const parts = units.map((j) => zonedGradient(options, call, buffers, row, b, j, hidden[j]));
    const { zoneout } = options;
    if (cell === 'lstm') {
      const stored = units.map((j) => ({ i: gates[plane(j, 0)], f: gates[plane(j, 1)], g: gates[plane(j, 2)], o: gates[plane(j, 3)] }));
      const places = (j: number) => carryPlaces(options, call, row, b, j);
      const carried = (j: number): number => (row === timeSteps && !finalCell ? 0 : carry[places(j).found]);
      // under zoneout h_t has nothing of c_t, but of c~
      const cellGradient = Float64Array.from(units, (j) =>
        zoneout ? carried(j) : lstmCellGradient(stored[j], cells[next + j], hidden[j], carried(j)),
      );
      clipRow(options, call, buffers, cellGradient);
      for (const j of units) {
        const { i, f, g } = stored[j];
        const moved = zoneout ? f * cells[previous + j] + i * g : cells[next + j];
        const { hidden: own, cellShare } = parts[j];
        const whole = zoneout ? lstmCellGradient(stored[j], moved, own, (1 - cellShare) * cellGradient[j]) : cellGradient[j];
        const unit = lstmBackward(stored[j], cells[previous + j], moved, own, whole);
        gates[plane(j, 0)] = unit.gradients.i;
        gates[plane(j, 1)] = unit.gradients.f;
        gates[plane(j, 2)] = unit.gradients.g;
        gates[plane(j, 3)] = unit.gradients.o;
        carry[places(j).found] = cellGradient[j];
        carry[places(j).left] = unit.carry + cellShare * cellGradient[j];
      }
      continue;
    }
    for (const j of units) {
      if (cell === 'gru') {
        const stored = { r: gates[plane(j, 0)], z: gates[plane(j, 1)], n: gates[plane(j, 2)] };
        const unit = gruBackward(stored, gates[plane(j, 3)], states[previous + j], parts[j].hidden);
        gates[plane(j, 0)] = unit.r;
        gates[plane(j, 1)] = unit.z;
        gates[plane(j, 2)] = unit.n;
        gates[plane(j, 3)] = unit.recurrentN;
        carry[b * hiddenSize + j] = unit.carry;
      } else if (cell === 'gru-before') {
        const blend = gruBlendBackward(gates[plane(j, 1)], gates[plane(j, 2)], states[previous + j], parts[j].hidden);
        gates[plane(j, 1)] = blend.update;
        gates[plane(j, 2)] = blend.candidate;
        carry[b * hiddenSize + j] = blend.carry;
      } else gates[plane(j, 0)] = rnnBackward(cell, zoneout ? gates[plane(j, 0)] : states[next + j], parts[j].hidden);
    }
  }
}
