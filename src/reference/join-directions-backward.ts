import { dropoutFactor } from './dropout.ts';
import type { JoinDirectionsOptions } from './join-directions.ts';
import type { Buffers, Call } from './options.ts';
import { lengthOf } from './rows.ts';

/** The gradients of both directions, written wholly: every real element of outGradient goes to the states that made it. */
export function joinDirectionsBackward(options: JoinDirectionsOptions, call: Call, buffers: Buffers): void {
  const { mode, batch, timeSteps, hiddenSize } = options;
  const columns = mode === 'concat' ? 2 * hiddenSize : hiddenSize;
  const share = mode === 'mean' ? 0.5 : 1;
  const firstForward = call.forwardGradient ?? 0;
  const firstReverse = call.reverseGradient ?? 0;
  const elements = timeSteps * batch * hiddenSize;
  buffers.forwardGradient.fill(0, firstForward, firstForward + elements);
  if (mode !== 'single') buffers.reverseGradient.fill(0, firstReverse, firstReverse + elements);
  for (let b = 0; b < batch; b++) {
    const length = lengthOf(options, call, buffers, b);
    for (let t = 0; t < length; t++) {
      const position = t * batch + b;
      const mirrored = (length - 1 - t) * batch + b;
      for (let j = 0; j < columns; j++) {
        const factor = dropoutFactor(options.dropout, call, buffers, position, j, columns);
        const gradient = share * factor * buffers.outGradient[(call.outGradient ?? 0) + position * columns + j];
        const unit = j % hiddenSize;
        if (j < hiddenSize) buffers.forwardGradient[firstForward + position * hiddenSize + unit] = gradient;
        const isReverse = mode === 'concat' ? j >= hiddenSize : mode !== 'single';
        if (isReverse) buffers.reverseGradient[firstReverse + mirrored * hiddenSize + unit] = gradient;
      }
    }
  }
}
