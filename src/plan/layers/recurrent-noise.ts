/** Recurrent dropout and zoneout of a planned layer: which kernels it takes, and what they draw from. */
import type { RecurrentNoise } from '../../../shaders/common/recurrent-noise.ts';
import type { Kernel } from '../../../shaders/kernel.ts';
import { maskStates } from '../../../shaders/mask-states.ts';
import type { PlanBuilder } from '../builder.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import type { Tensor } from '../tensor.ts';
import type { RecurrentLayer } from './recurrent.ts';

/** Probabilities; 0 is none. */
export interface RecurrentRates {
  readonly recurrentDropout: number;
  readonly zoneout: number;
  readonly zoneoutCell: number;
}

export interface LayerNoise extends RecurrentRates {
  /** Training draws; otherwise zoneout takes its expectation and nothing is dropped. */
  readonly isTraining: boolean;
  readonly control?: Tensor;
  /** Element at which the micro-batch's block of control begins. */
  readonly controlOffset: number;
  /** Sets the noise of layers, directions and stacks apart. */
  readonly layer: number;
}

/** The noise of one direction of a layer; undefined if there is none. */
export function layerNoise(noise: LayerNoise): LayerNoise | undefined {
  const { recurrentDropout, zoneout, zoneoutCell, isTraining, control } = noise;
  if (zoneout === 0 && zoneoutCell === 0 && (recurrentDropout === 0 || !isTraining)) return undefined;
  if (isTraining && !control) throw new Error('a layer with recurrent dropout or zoneout must have control, got none');
  return noise;
}

/** The options of the layer's kernels. */
export function noiseOptions(noise: LayerNoise | undefined): RecurrentNoise {
  if (!noise) return {};
  const { recurrentDropout, zoneout, zoneoutCell, isTraining } = noise;
  const hasZoneout = zoneout > 0 || zoneoutCell > 0;
  return {
    ...(isTraining && recurrentDropout > 0 ? { recurrentDropout: true } : {}),
    ...(hasZoneout ? { zoneout: isTraining ? ('noise' as const) : ('expected' as const) } : {}),
  };
}

export const noiseTensors = (noise: LayerNoise | undefined): Record<string, Tensor> => (noise?.control ? { control: noise.control } : {});

const f32Bits = (value: number): number => new Uint32Array(new Float32Array([value]).buffer)[0];

/** The uniforms that noise adds to a kernel. */
export function noiseValues(noise: LayerNoise | undefined, { uniforms }: Kernel): Record<string, number> {
  if (!noise) return {};
  const { controlOffset, layer, recurrentDropout, zoneout, zoneoutCell } = noise;
  const values = {
    control: controlOffset,
    layer,
    recurrentDropout: f32Bits(recurrentDropout),
    zoneout: f32Bits(zoneout),
    zoneoutCell: f32Bits(zoneoutCell),
  };
  return Object.fromEntries(Object.entries(values).filter(([name]) => uniforms.includes(name)));
}

/** With recurrent dropout: what the product of the first step reads, which sequence kernels make themselves. */
export function planMask(builder: PlanBuilder, { name, batch, hiddenSize, states, noise, operand }: RecurrentLayer): void {
  if (!operand) return;
  const kernel = maskStates({ batch, hiddenSize, workgroupSize: elementwiseWorkgroup(builder.profile) });
  builder.dispatch('forward', `mask_${name}`, kernel, { states, operand, ...noiseTensors(noise) }, noiseValues(noise, kernel));
}
