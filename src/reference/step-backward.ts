import { gruBackward, lstmBackward, rnnBackward } from './cell.ts';
import { type Buffers, type Call, type Cell, planeCount, type RecurrentBackwardOptions, refuseGruBefore } from './options.ts';
import { recurrentGradient } from './recurrent-sums.ts';

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

/** One time step of BPTT, t = call.begin, of every cell but GRU reset-before: the planes become gate gradients in place. */
export function stepBackward(options: RecurrentBackwardOptions, call: Call, buffers: Buffers): void {
  const { batch, cell, hiddenSize, timeSteps } = options;
  const { gates, states, cells, outputGradient, carry } = buffers;
  const t = call.begin;
  const isLast = t === timeSteps - 1;
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hiddenSize; j++) {
      const previous = (t * batch + b) * hiddenSize + j;
      const next = previous + batch * hiddenSize;
      const plane = (t * batch + b) * planeCount(cell) * hiddenSize + j;
      const carried = isLast || !carry ? 0 : carry[b * hiddenSize + j];
      let hiddenGradient = outputGradient[previous];
      if (!isLast) hiddenGradient += recurrentGradient(options, call, buffers, t + 1, b, recurrentPlanes[cell], j);
      if (cell === 'gru') hiddenGradient += carried;
      outputGradient[previous] = hiddenGradient;
      if (cell === 'lstm') {
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
