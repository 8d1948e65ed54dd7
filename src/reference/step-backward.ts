import { type Buffers, type Call, type Cell, type RecurrentBackwardOptions, refuseGruBefore } from './options.ts';
import { directGradient, hiddenGradientOf } from './reverse-turn.ts';
import { stepClipBackward } from './step-clip-backward.ts';

type Planes = readonly { readonly gate: number; readonly plane: number }[];

/** Which plane holds the gradient at each recurrent gate. */
const recurrentPlanes: Readonly<Record<Cell, Planes>> = {
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
  if (options.cell === 'gru-before') refuseGruBefore('step-backward');
  halfTurn(options, call, buffers, recurrentPlanes[options.cell]);
}

/** The half of a turn that has a product; where no norm has to be known first, the other half too. */
export function halfTurn(options: RecurrentBackwardOptions, call: Call, buffers: Buffers, planes: Planes): void {
  const { batch, hiddenSize } = options;
  const row = options.initial ? call.begin : call.begin + 1;
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hiddenSize; j++) {
      const direct = row === 0 ? directGradient(options, buffers, row, b, j) : 0;
      buffers.outputGradient[(row * batch + b) * hiddenSize + j] = hiddenGradientOf(options, call, buffers, row, b, planes, j) + direct;
    }
  }
  if (row > 0 && !options.clip?.norm) stepClipBackward(options, call, buffers);
}
