/** Recurrent dropout and zoneout in the cases of the recurrent kernels: which are tried, and what they draw from. */

import type { RecurrentNoise } from '../../shaders/common/recurrent-noise.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { type Call, float32View } from '../reference/options.ts';
import { recurrentMask } from '../reference/recurrent-noise.ts';
import { controlOffset, controlWords, unwritten } from './case-buffers.ts';
import type { HostBuffers } from './kernel-case.ts';
import type { RecurrentShape } from './recurrent-shape.ts';

export const inTraining: RecurrentNoise = { recurrentDropout: true, zoneout: 'noise' };
export const inInference: RecurrentNoise = { zoneout: 'expected' };

const rates = { recurrentDropout: 0.375, zoneout: 0.25, zoneoutCell: 0.5 };
const layer = 5;
const seed = 0x9e3779b9;

const bitsOf = (value: number): number => {
  const bits = new Uint32Array(1);
  float32View(bits)[0] = value;
  return bits[0];
};

/** What noise adds to each call: the uniforms that the kernel has. */
export function noiseValues({ uniforms }: Kernel): Call {
  const values = {
    control: controlOffset,
    layer,
    ...Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, bitsOf(rate)])),
  };
  return Object.fromEntries(Object.entries(values).filter(([name]) => uniforms.includes(name)));
}

/** What noise adds to the buffers; `given`: states whose rows the operand has from the beginning, through the mask. */
export function noiseBuffers(
  { batch, hiddenSize, timeSteps }: Pick<RecurrentShape, 'batch' | 'hiddenSize' | 'timeSteps'>,
  given: ArrayLike<number> = [],
): HostBuffers {
  const control = controlWords(controlOffset, {}, { seed });
  const operand = unwritten((timeSteps + 1) * batch * hiddenSize);
  const call = { control: controlOffset, layer, recurrentDropout: bitsOf(rates.recurrentDropout) };
  for (let place = 0; place < given.length; place++) {
    const row = Math.floor(place / hiddenSize);
    operand[place] = given[place] * recurrentMask(inTraining, call, { control }, row % batch, place % hiddenSize);
  }
  return { control, operand };
}
