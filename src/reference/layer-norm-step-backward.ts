import { gruResetBackward, lstmBackward } from './cell.ts';
import { clipRow } from './clip-row.ts';
import { type LayerNormShape, normalizedGradient, normedCell, normPlaces } from './layer-norm.ts';
import { gatesOf } from './layer-norm-step-forward.ts';
import { type Buffers, type Call, carryPlaces, gateCount, hasEnded, planeCount, type RecurrentBackwardOptions } from './options.ts';
import { recurrentMask } from './recurrent-noise.ts';
import { passThrough, zonedGradient } from './reverse-turn.ts';
import { stepClipBackward } from './step-clip-backward.ts';

export type NormedReverseOptions = RecurrentBackwardOptions & {
  readonly layerNorm: LayerNormShape;
  /** GRU with reset before: `candidate`, then `gates`; of all others `gates` is all there is. */
  readonly half?: 'gates' | 'candidate';
};

/** A turn, call.begin, never the initial state's, behind its product: dL/dz in gates, and from it dL/d(U h) in norms. */
export function layerNormStepBackward(options: NormedReverseOptions, call: Call, buffers: Buffers): void {
  const { cell, half } = options;
  if (cell === 'lstm') lstmTurn(options, call, buffers);
  else if (cell === 'gru-before' && half !== 'candidate') resetTurn(options, call, buffers);
  else stepClipBackward(options, call, buffers);
  productGradients(options, call, buffers);
}

/** Time step of a turn. */
const timeOf = ({ initial }: NormedReverseOptions, { begin }: Call): number => (initial ? begin - 1 : begin);

function productGradients(options: NormedReverseOptions, call: Call, { parameters, gates, norms }: Buffers): void {
  const { batch, cell, hiddenSize, half, layerNorm } = options;
  const { normed, statistics } = normPlaces(cell, layerNorm.timeSteps * batch, hiddenSize);
  const group = gatesOf(options, half);
  const t = timeOf(options, call);
  for (let b = 0; b < batch; b++) {
    const position = t * batch + b;
    const row = position * planeCount(cell) * hiddenSize;
    const first = normed + (position * gateCount(cell) + group[0]) * hiddenSize;
    const placeOf = (place: number): number => {
      const column = group[0] * hiddenSize + place;
      return row + column + (cell === 'gru' && column >= 2 * hiddenSize ? hiddenSize : 0);
    };
    const e = (place: number): number => gates[placeOf(place)] * parameters[call.gainHidden + group[0] * hiddenSize + place];
    const scale = norms[statistics + 4 * position + (group[0] === 0 ? 0 : 1)];
    const length = group.length * hiddenSize;
    normalizedGradient(e, (place) => norms[first + place], scale, length, hiddenSize, layerNorm.units).forEach((value, place) => {
      norms[placeOf(place)] = value;
    });
    // the gradient of U_n has its operand beside it
    if (cell === 'gru-before' && half !== 'candidate')
      norms.set(gates.subarray(row + 3 * hiddenSize, row + 4 * hiddenSize), row + 3 * hiddenSize);
  }
}

/** dr, and what the reset gate lets through to h, from the product with U_n' in the second half of carry. */
function resetTurn(options: NormedReverseOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize } = options;
  const { gates, states, carry } = buffers;
  const t = timeOf(options, call);
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hiddenSize; j++) {
      const previous = (t * batch + b) * hiddenSize + j;
      const plane = (t * batch + b) * 4 * hiddenSize + j;
      const past = recurrentMask(options, call, buffers, b, j) * carry[(batch + b) * hiddenSize + j];
      const unit = gruResetBackward(gates[plane], states[previous], past);
      gates[plane] = unit.reset;
      carry[b * hiddenSize + j] += unit.carry;
    }
  }
}

function lstmTurn(options: NormedReverseOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize, timeSteps, finalCell, layerNorm } = options;
  const { parameters, gates, cells, outputGradient, carry, norms } = buffers;
  const { cellNormed, cellDelta, statistics } = normPlaces('lstm', layerNorm.timeSteps * batch, hiddenSize);
  const t = timeOf(options, call);
  for (let b = 0; b < batch; b++) {
    const position = t * batch + b;
    const previous = position * hiddenSize;
    const next = previous + batch * hiddenSize;
    const delta = norms.subarray(cellDelta + previous, cellDelta + previous + hiddenSize);
    if (hasEnded(options, buffers, t, b)) {
      delta.fill(0);
      for (let j = 0; j < hiddenSize; j++) passThrough(options, call, buffers, t + 1, b, j);
      continue;
    }
    const plane = (j: number, gate: number): number => (position * 4 + gate) * hiddenSize + j;
    const normed = (j: number): number => normedCell(parameters, call, norms, cellNormed, previous + j, j);
    const whole = outputGradient.slice(next, next + hiddenSize) as Float64Array;
    clipRow(options, call, buffers, whole);
    outputGradient.set(whole, next);
    const parts = Array.from(delta, (_, j) => zonedGradient(options, call, buffers, t + 1, b, j, whole[j]));
    parts.forEach(({ hidden }, j) => {
      delta[j] = hidden * gates[plane(j, 3)] * (1 - Math.tanh(normed(j)) ** 2);
    });
    const through = normalizedGradient(
      (j) => delta[j] * parameters[call.gainCell + j],
      (j) => norms[cellNormed + previous + j],
      norms[statistics + 4 * position + 2],
      hiddenSize,
      hiddenSize,
      layerNorm.units,
    );
    // under zoneout h_t has nothing of c_t, but of c~
    const cellGradient = Float64Array.from(through, (value, j) => {
      const carried = t + 1 === timeSteps && !finalCell ? 0 : carry[carryPlaces(options, call, t + 1, b, j).found];
      return options.zoneout ? carried : carried + value;
    });
    clipRow(options, call, buffers, cellGradient);
    parts.forEach(({ hidden, cellShare }, j) => {
      const { found, left } = carryPlaces(options, call, t + 1, b, j);
      const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[plane(j, gate)]);
      const moved = options.zoneout ? (1 - cellShare) * cellGradient[j] + through[j] : cellGradient[j];
      const unit = lstmBackward({ i, f, g, o }, cells[previous + j], normed(j), hidden, moved);
      const { gradients } = unit;
      [gradients.i, gradients.f, gradients.g, gradients.o].forEach((value, gate) => {
        gates[plane(j, gate)] = value;
      });
      carry[found] = cellGradient[j];
      carry[left] = unit.carry + cellShare * cellGradient[j];
    });
  }
}
