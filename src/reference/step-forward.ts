import { gruForward, lstmForward, rnnForward } from './cell.ts';
import { type Buffers, type Call, hasEnded, operandOf, planeCount, type RecurrentForwardOptions, refuseGruBefore } from './options.ts';
import { finishStep } from './recurrent-noise.ts';
import { inputSum, recurrentSum } from './recurrent-sums.ts';

/** One time step, t = call.begin, of every cell but GRU reset-before. */
export function stepForward(options: RecurrentForwardOptions, call: Call, buffers: Buffers): void {
  const { batch, cell, hiddenSize } = options;
  const { gates, states, cells } = buffers;
  const t = call.begin;
  for (let b = 0; b < batch; b++) {
    const previous = (t * batch + b) * hiddenSize;
    const next = previous + batch * hiddenSize;
    const isOver = hasEnded(options, buffers, t, b);
    for (let j = 0; j < hiddenSize; j++) {
      if (isOver) {
        states[next + j] = states[previous + j];
        if (cell === 'lstm') cells[next + j] = cells[previous + j];
        continue;
      }
      const plane = (t * batch + b) * planeCount(cell) * hiddenSize + j;
      const x = (g: number) => inputSum(options, call, buffers, t, b, g, j);
      const h = (g: number) => recurrentSum(options, call, buffers, operandOf(options, buffers), previous, g, j);
      if (cell === 'lstm') {
        const sums = { i: x(0) + h(0), f: x(1) + h(1), g: x(2) + h(2), o: x(3) + h(3) };
        const unit = lstmForward(sums, cells[previous + j]);
        gates[plane] = unit.gates.i;
        gates[plane + hiddenSize] = unit.gates.f;
        gates[plane + 2 * hiddenSize] = unit.gates.g;
        gates[plane + 3 * hiddenSize] = unit.gates.o;
        cells[next + j] = unit.cell;
        states[next + j] = unit.hidden;
      } else if (cell === 'gru') {
        const recurrentN = h(2);
        const unit = gruForward({ r: x(0), z: x(1), n: x(2) }, { r: h(0), z: h(1), n: recurrentN }, states[previous + j]);
        gates[plane] = unit.r;
        gates[plane + hiddenSize] = unit.z;
        gates[plane + 2 * hiddenSize] = unit.n;
        gates[plane + 3 * hiddenSize] = recurrentN;
        states[next + j] = unit.hidden;
      } else if (cell === 'gru-before') {
        refuseGruBefore('step-forward');
      } else {
        states[next + j] = rnnForward(cell, x(0), h(0));
      }
    }
    finishStep(options, call, buffers, t, b, isOver);
  }
}
