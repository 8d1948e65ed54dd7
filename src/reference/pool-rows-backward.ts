import type { Buffers, Call } from './options.ts';
import { firstMaximum, type PoolRowsOptions } from './pool-rows.ts';
import { lengthOf } from './rows.ts';

/** rowsGradient [T, B, H], written wholly: each unit's pooledGradient, spread over the time steps that it came from. */
export function poolRowsBackward(options: PoolRowsOptions, call: Call, buffers: Buffers): void {
  const { mode, batch, timeSteps, hiddenSize } = options;
  for (let b = 0; b < batch; b++) {
    const length = lengthOf(options, call, buffers, b);
    for (let j = 0; j < hiddenSize; j++) {
      const gradient = buffers.pooledGradient[(call.pooledGradient ?? 0) + b * hiddenSize + j];
      const row = (t: number) => buffers.rows[(call.rows ?? 0) + (t * batch + b) * hiddenSize + j];
      const chosen = mode === 'max' ? firstMaximum(length, row) : length - 1;
      for (let t = 0; t < timeSteps; t++) {
        let value = 0;
        if (t < length) {
          if (mode === 'mean') value = gradient / length;
          else if (t === chosen) value = gradient;
        }
        buffers.rowsGradient[(call.rowsGradient ?? 0) + (t * batch + b) * hiddenSize + j] = value;
      }
    }
  }
}
