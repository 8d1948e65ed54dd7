import type { Buffers, Call } from './options.ts';

export interface LayerNormGradientOptions {
  readonly rows: number;
  readonly hiddenSize: number;
  /** In which plane of delta each gate's gradients lie. */
  readonly planes: readonly number[];
  readonly deltaStride: number;
  readonly normedStride: number;
  readonly bias: boolean;
}

/** The gradients of a gain and of the bias behind it: column sums of delta y and of delta. */
export function layerNormGradient(options: LayerNormGradientOptions, call: Call, { delta, normed, gradients }: Buffers): void {
  const { rows, hiddenSize, planes, deltaStride, normedStride } = options;
  planes.forEach((plane, gate) => {
    for (let j = 0; j < hiddenSize; j++) {
      const column = gate * hiddenSize + j;
      let gain = 0;
      let bias = 0;
      for (let row = 0; row < rows; row++) {
        const d = delta[call.delta + row * deltaStride + plane * hiddenSize + j];
        gain += d * normed[call.normed + row * normedStride + column];
        bias += d;
      }
      gradients[call.gain + column] = gain;
      if (options.bias) gradients[call.bias + column] = bias;
    }
  });
}
