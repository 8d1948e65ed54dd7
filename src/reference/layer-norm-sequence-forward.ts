import { normPlaces } from './layer-norm.ts';
import { gatesOf, layerNormStepForward, type NormedForwardOptions } from './layer-norm-step-forward.ts';
import { type Buffers, type Call, gateCount, operandOf, planeCount } from './options.ts';
import { firstOperand } from './recurrent-noise.ts';
import { recurrentSum } from './recurrent-sums.ts';

/** The time steps call.begin to call.end (exclusive): each product into norms, and the step behind it. */
export function layerNormSequenceForward(options: NormedForwardOptions, call: Call, buffers: Buffers): void {
  firstOperand(options, call, buffers, call.begin);
  const halves = options.cell === 'gru-before' ? (['gates', 'candidate'] as const) : (['gates'] as const);
  for (let t = call.begin; t < call.end; t++) {
    for (const half of halves) {
      product(options, call, buffers, t, half);
      layerNormStepForward({ ...options, half }, { ...call, begin: t, end: t + 1 }, buffers);
    }
  }
}

function product(options: NormedForwardOptions, call: Call, buffers: Buffers, t: number, half: 'gates' | 'candidate'): void {
  const { batch, cell, hiddenSize, layerNorm } = options;
  const { normed } = normPlaces(cell, layerNorm.timeSteps * batch, hiddenSize);
  const isReset = half === 'candidate';
  for (let b = 0; b < batch; b++) {
    const position = t * batch + b;
    const [operand, start] = isReset
      ? [buffers.gates, (position * planeCount(cell) + 3) * hiddenSize]
      : [operandOf(options, buffers), position * hiddenSize];
    for (const gate of gatesOf(options, half)) {
      for (let j = 0; j < hiddenSize; j++) {
        buffers.norms[normed + (position * gateCount(cell) + gate) * hiddenSize + j] = recurrentSum(
          { ...options, recurrentBias: false },
          call,
          buffers,
          operand,
          start,
          gate,
          j,
        );
      }
    }
  }
}
