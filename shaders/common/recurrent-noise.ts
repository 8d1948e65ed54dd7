/**
 * What recurrent dropout and zoneout draw: noise that depends on seed, layer, position and unit alone, so that the reverse kernels draw it again
 * and nothing is stored. Kernels of layers with neither have none of this.
 */
import { type Binding, read } from '../kernel.ts';
import { wgsl } from '../wgsl.ts';
import { control } from './control.ts';
import { random } from './random.ts';

export interface RecurrentNoise {
  /** The recurrent product reads h times a mask that is one for all time steps: recurrent-dropout.ts. */
  readonly recurrentDropout?: boolean;
  /** Units keep their state now and then (`noise`, training) or in part (`expected`, otherwise): zoneout.ts. */
  readonly zoneout?: 'noise' | 'expected';
}

export const isDrawn = ({ recurrentDropout, zoneout }: RecurrentNoise): boolean => recurrentDropout === true || zoneout === 'noise';

export const noiseBindings = (options: RecurrentNoise): readonly Binding[] => (isDrawn(options) ? [read('control')] : []);

/** `control`: element at which the micro-batch's block begins; `layer` sets layers and directions apart; the rates are f32 bits, below 1. */
export const noiseUniforms = (options: RecurrentNoise): readonly string[] => [
  ...(isDrawn(options) ? ['control', 'layer'] : []),
  ...(options.recurrentDropout ? ['recurrentDropout'] : []),
  ...(options.zoneout ? ['zoneout', 'zoneoutCell'] : []),
];

/** What sets a kernel apart from one without noise, in its variant. */
export const noiseLabel = ({ recurrentDropout, zoneout }: RecurrentNoise): string =>
  [
    recurrentDropout ? ' recurrent-dropout' : '',
    zoneout === 'noise' ? ' zoneout' : '',
    zoneout === 'expected' ? ' zoneout-expected' : '',
  ].join('');

/** hits(domain, position, vector, rate): for each of four neighbouring units whether it is hit, with probability `rate` (f32 bits). */
export const declareNoise = (options: RecurrentNoise): string =>
  isDrawn(options)
    ? wgsl`
${control(1)}
${random}
fn hits(domain: u32, position: u32, vector: u32, rate: u32) -> vec4<bool> {
  let noise = pcg4d(vec4u(control[call.control + SEED], domain + call.layer, position, vector)) >> vec4u(8u);
  return noise < vec4u(u32(bitcast<f32>(rate) * 16777216.0f));
}`
    : '';
