/**
 * Recurrent dropout: U reads m∘h instead of h, with one mask m per row and unit for the whole sequence, 0 or 1 / (1 - p) (Gal and Ghahramani 2016).
 * What else the cells do with h (the direct path of the GRU) sees h itself.
 *
 * operand [T + 1, B, H], rows as those of states, keeps m∘h: what the step kernels read and what dU is made with. Row 0 is written by the sequence
 * kernels themselves, ahead of the step kernels by `mask-states`.
 */
import { type Binding, readWrite } from '../kernel.ts';
import { wgsl } from '../wgsl.ts';
import type { RecurrentNoise } from './recurrent-noise.ts';

export const operandBindings = ({ recurrentDropout }: RecurrentNoise): readonly Binding[] =>
  recurrentDropout ? [readWrite('operand')] : [];

/** recurrent_mask(row, vector): what four neighbouring units of a row are multiplied by. */
export const declareMask = ({ recurrentDropout }: RecurrentNoise): string =>
  recurrentDropout
    ? wgsl`
const RECURRENT_DROPOUT = 0xb0000000u;

fn recurrent_mask(row: u32, vector: u32) -> vec4f {
  let kept = 1.0f / (1.0f - bitcast<f32>(call.recurrentDropout));
  return select(vec4f(kept), vec4f(), hits(RECURRENT_DROPOUT, row, vector, call.recurrentDropout));
}`
    : '';

/** Where the recurrent product finds its left operand. */
export const operandName = ({ recurrentDropout }: RecurrentNoise): string => (recurrentDropout ? 'operand' : 'states');

/** Statement: what the product of the next time step shall read of the state `h`, whose place in states is `place`. */
export const storeOperand = ({ recurrentDropout }: RecurrentNoise, place: string, h = 'h'): string =>
  recurrentDropout ? `operand[${place}] = ${h} * recurrent_mask(row, unit);` : '';

/** A product with U' as ∂L/∂h: through the mask. `row` and `vector` are expressions. */
export const maskedGradient = ({ recurrentDropout }: RecurrentNoise, product: string, row: string, vector: string): string =>
  recurrentDropout ? `${product} * recurrent_mask(${row}, ${vector})` : product;

/** The GRU with reset before: r∘h, in plane 3 and returned by `past`, becomes r∘(m∘h). */
export const maskPast = ({ recurrentDropout }: RecurrentNoise, past: string): string =>
  recurrentDropout ? `masked_past(gate, ${past}, recurrent_mask(row, unit))` : past;

export const declareMaskedPast = ({ recurrentDropout }: RecurrentNoise): string =>
  recurrentDropout
    ? `
fn masked_past(gate: u32, past: vec4f, mask: vec4f) -> vec4f {
  gates[gate + 3u * PLANE] = past * mask;
  return past * mask;
}`
    : '';
