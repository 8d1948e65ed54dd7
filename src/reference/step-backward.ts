import { gruBackward, lstmBackward, rnnBackward } from './cell.ts';
import { type Buffers, type Call, type Cell, hasEnded, planeCount, type RecurrentBackwardOptions, refuseGruBefore } from './options.ts';
import { hiddenGradientOf, passThrough } from './reverse-turn.ts';

/** Which plane holds the gradient at each recurrent gate. */
const recurrentPlanes: Readonly<Record<Cell, readonly { gate: number; plane: number }[]>> = {
  'gru-before': [],
  'rnn-tanh': [{ gate: 0, plane: 0 }],
  'rnn-relu': [{ gate: 0, plane: 0 }],
  lstm: [0, 1, 2, 3].map((gate) => ({ gate, plane: gate })),
  gru: [
    { gate: 0, plane: 0 },
    { gate: 1, plane: 1 },
    { gate: 2, plane: 3 },
  ],
};

/** One turn of BPTT, call.begin, of every cell but GRU reset-before: dL/dh of a row of states, and the step's planes become gate gradients in place. */
export function stepBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  const { batch, cell, hiddenSize, timeSteps, finalCell } = options;
  const { gates, states, cells, outputGradient, carry } = buffers;
  const row = options.initial ? call.begin : call.begin + 1;
  const t = row - 1;
  const isLast = row === timeSteps;
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hiddenSize; j++) {
      const next = (row * batch + b) * hiddenSize + j;
      const hiddenGradient = hiddenGradientOf(options, call, buffers, row, b, recurrentPlanes[cell], j);
      outputGradient[next] = hiddenGradient;
      if (row === 0) continue;
      if (hasEnded(options, buffers, t, b)) {
        passThrough(options, buffers, row, b, j);
        continue;
      }
      const previous = next - batch * hiddenSize;
      const plane = (t * batch + b) * planeCount(cell) * hiddenSize + j;
      if (cell === 'lstm') {
        const carried = isLast && !finalCell ? 0 : carry[b * hiddenSize + j];
        const stored = {
          i: gates[plane],
          f: gates[plane + hiddenSize],
          g: gates[plane + 2 * hiddenSize],
          o: gates[plane + 3 * hiddenSize],
        };
        const unit = lstmBackward(stored, cells[previous], cells[next], hiddenGradient, carried);
        gates[plane] = unit.gradients.i;
        gates[plane + hiddenSize] = unit.gradients.f;
        gates[plane + 2 * hiddenSize] = unit.gradients.g;
        gates[plane + 3 * hiddenSize] = unit.gradients.o;
        carry[b * hiddenSize + j] = unit.carry;
      } else if (cell === 'gru') {
        const stored = { r: gates[plane], z: gates[plane + hiddenSize], n: gates[plane + 2 * hiddenSize] };
        const unit = gruBackward(stored, gates[plane + 3 * hiddenSize], states[previous], hiddenGradient);
        gates[plane] = unit.r;
        gates[plane + hiddenSize] = unit.z;
        gates[plane + 2 * hiddenSize] = unit.n;
        gates[plane + 3 * hiddenSize] = unit.recurrentN;
        carry[b * hiddenSize + j] = unit.carry;
      } else if (cell === 'gru-before') {
        refuseGruBefore('step-backward');
      } else {
        gates[plane] = rnnBackward(cell, states[next], hiddenGradient);
      }
    }
  }
}
