import { gruBlend, gruReset, lstmForward, rnnForward, sigmoid } from './cell.ts';
import { type LayerNormShape, normalized, normedCell, normPlaces } from './layer-norm.ts';
import { type Buffers, type Call, gateCount, hasEnded, operandOf, planeCount, type RecurrentForwardOptions } from './options.ts';
import { finishStep } from './recurrent-noise.ts';

export type NormedForwardOptions = RecurrentForwardOptions & {
  readonly layerNorm: LayerNormShape;
  /** GRU with reset before: which half of a step; of all others `gates` is the whole. */
  readonly half?: 'gates' | 'candidate';
};

/** Gates whose products are normalised together. */
export const gatesOf = ({ cell }: { readonly cell: string }, half: 'gates' | 'candidate' = 'gates'): readonly number[] =>
  cell === 'gru-before' ? (half === 'gates' ? [0, 1] : [2]) : cell === 'lstm' ? [0, 1, 2, 3] : cell === 'gru' ? [0, 1, 2] : [0];

/** One time step, t = call.begin, from its product U h, which stands in norms; W x, normalised, with its bias stands in gates. */
export function layerNormStepForward(options: NormedForwardOptions, call: Call, buffers: Buffers): void {
  const { batch, cell, hiddenSize, half, layerNorm, recurrentBias } = options;
  const { weights, gates, norms } = buffers;
  const places = normPlaces(cell, layerNorm.timeSteps * batch, hiddenSize);
  const group = gatesOf(options, half);
  const length = group.length * hiddenSize;
  const t = call.begin;
  for (let b = 0; b < batch; b++) {
    const position = t * batch + b;
    const first = places.normed + (position * gateCount(cell) + group[0]) * hiddenSize;
    const { y, scale } = normalized((place) => norms[first + place], length, hiddenSize, layerNorm.units);
    norms.set(y, first);
    norms[places.statistics + 4 * position + (group[0] === 0 ? 0 : 1)] = scale;
    if (options.lengths && group[0] === 0) norms[places.statistics + 4 * position + 3] = hasEnded(options, buffers, t, b) ? 0 : 1;
    y.forEach((value, place) => {
      const column = group[0] * hiddenSize + place;
      const gate = Math.floor(column / hiddenSize);
      // the recurrent part of the candidate of a GRU with reset after stands apart
      const isApart = cell === 'gru' && gate === 2;
      const into = position * planeCount(cell) * hiddenSize + column + (isApart ? hiddenSize : 0);
      const bias = recurrentBias ? weights[call.biasHidden + column] : 0;
      gates[into] = (isApart ? 0 : gates[into]) + weights[call.gainHidden + column] * value + bias;
    });
    stepRow(options, call, buffers, t, b);
    const isOver = hasEnded(options, buffers, t, b);
    if (cell !== 'gru-before' || half === 'candidate') finishStep(options, call, buffers, t, b, isOver);
  }
}

/** The cell of row b, whose sums stand in gates. */
function stepRow(options: NormedForwardOptions, call: Call, buffers: Buffers, t: number, b: number): void {
  const { batch, cell, hiddenSize, half, layerNorm } = options;
  const { weights, gates, states, cells, norms } = buffers;
  const position = t * batch + b;
  const previous = position * hiddenSize;
  const next = previous + batch * hiddenSize;
  const row = position * planeCount(cell) * hiddenSize;
  const places = normPlaces(cell, layerNorm.timeSteps * batch, hiddenSize);
  const isOver = hasEnded(options, buffers, t, b);
  const hidden = new Float64Array(hiddenSize);
  for (let j = 0; j < hiddenSize; j++) {
    const plane = (index: number): number => row + index * hiddenSize + j;
    if (cell === 'lstm') {
      const sums = { i: gates[plane(0)], f: gates[plane(1)], g: gates[plane(2)], o: gates[plane(3)] };
      const unit = lstmForward(sums, cells[previous + j]);
      [unit.gates.i, unit.gates.f, unit.gates.g, unit.gates.o].forEach((value, gate) => {
        gates[plane(gate)] = value;
      });
      cells[next + j] = unit.cell;
    } else if (cell === 'gru') {
      const r = sigmoid(gates[plane(0)]);
      const z = sigmoid(gates[plane(1)]);
      const n = Math.tanh(gates[plane(2)] + r * gates[plane(3)]);
      [r, z, n].forEach((value, gate) => {
        gates[plane(gate)] = value;
      });
      hidden[j] = gruBlend(z, n, states[previous + j]);
    } else if (cell !== 'gru-before') {
      hidden[j] = rnnForward(cell, gates[plane(0)], 0);
    } else if (half === 'candidate') {
      gates[plane(2)] = Math.tanh(gates[plane(2)]);
      hidden[j] = gruBlend(gates[plane(1)], gates[plane(2)], states[previous + j]);
    } else {
      gates[plane(0)] = sigmoid(gates[plane(0)]);
      gates[plane(1)] = sigmoid(gates[plane(1)]);
      gates[plane(3)] = gruReset(gates[plane(0)], operandOf(options, buffers)[previous + j]);
    }
  }
  if (cell === 'gru-before' && half !== 'candidate') return;
  if (cell === 'lstm') {
    const { y, scale } = normalized((j) => cells[next + j], hiddenSize, hiddenSize, layerNorm.units);
    norms.set(y, places.cellNormed + previous);
    norms[places.statistics + 4 * position + 2] = scale;
    for (let j = 0; j < hiddenSize; j++)
      hidden[j] = gates[row + 3 * hiddenSize + j] * Math.tanh(normedCell(weights, call, norms, places.cellNormed, previous + j, j));
  }
  for (let j = 0; j < hiddenSize; j++) {
    states[next + j] = isOver ? states[previous + j] : hidden[j];
    if (isOver && cell === 'lstm') cells[next + j] = cells[previous + j];
  }
}
