/**
 * Dropout between layers: kept(position, vector) is what four neighbouring outputs of position t·B + b are multiplied by, 0 or 1 / (1 - p) each.
 * Nothing is stored: the backward kernel draws the same noise again, from pcg4d(seed, layer, position, vector), one draw for four units.
 * Formula: PyTorch nn.Dropout (inverted scaling).
 */
import { type Binding, read } from '../kernel.ts';
import { wgsl } from '../wgsl.ts';
import { control } from './control.ts';
import { random } from './random.ts';

/** `noise`: seed from control; `mask`: the factors are given, for tests against others' dropout. */
export type Dropout = 'none' | 'noise' | 'mask';

export interface DropoutParts {
  readonly bindings: readonly Binding[];
  readonly uniforms: readonly string[];
  readonly code: string;
}

/** `vectors`: a row's columns / 4. Uniforms: `layer` sets layers apart, `probability` is p as f32 bits, below 1. */
export function dropoutParts(kind: Dropout, vectors: number): DropoutParts {
  if (kind === 'none') return { bindings: [], uniforms: [], code: 'fn kept(position: u32, vector: u32) -> vec4f { return vec4f(1.0f); }' };
  if (kind === 'mask') {
    const code = wgsl`
fn kept(position: u32, vector: u32) -> vec4f { return mask[call.mask / 4u + position * ${vectors}u + vector]; }`;
    return { bindings: [read('mask')], uniforms: ['mask'], code };
  }
  const code = wgsl`
${control(1)}
${random}
/** Keeps this noise apart from that of sampled tokens, whose second counter is a position in a text. */
const DROPOUT = 0xd0000000u;

fn kept(position: u32, vector: u32) -> vec4f {
  let probability = bitcast<f32>(call.probability);
  let noise = pcg4d(vec4u(control[call.control + SEED], DROPOUT + call.layer, position, vector)) >> vec4u(8u);
  return select(vec4f(1.0f / (1.0f - probability)), vec4f(), noise < vec4u(u32(probability * 16777216.0f)));
}`;
  return { bindings: [read('control')], uniforms: ['control', 'layer', 'probability'], code };
}
