/**
 * The three clips of a gradient: by value, which `gradient-norm` has seen already, by the norm of each parameter's gradient, by the global norm.
 * A norm after a clip follows from the norm before it, so the partials of one sweep over the gradient are enough for all three.
 *
 * partials [n + 1]: (exponents, sum before, sum after the clip by value, parameter) of a piece of one parameter's gradient, pieces of a parameter
 * side by side; PARTIAL says how the first word is packed. Behind them the sum of the losses, with a parameter that there is not.
 */
import { wgsl } from '../wgsl.ts';

/** Bits of the first word: exponent before and after the clip by value, and whether that clip changed anything. */
export const PARTIAL = { exponent: 0, clippedExponent: 8, isClipped: 16 } as const;
export const NO_TENSOR = 0xffffffff;

export interface ClipKinds {
  readonly globalNorm: boolean;
  readonly tensorNorm: boolean;
}

/** bound / (norm + 1e-6), at most 1, as clip_grad_norm_ has it; the norm as a ScaledSum. */
export const clipFactor = /* wgsl */ `
fn clip_factor(total: ScaledSum, bound: f32) -> f32 {
  let mantissa = sqrt(total.sum);
  let norm = mantissa * bitcast<f32>(min(total.exponent, 200u) << 23u);
  let factor = select(bound / (norm + 1.0e-6f), bound * reciprocal_scale(total.exponent) / mantissa, total.exponent > 200u);
  return min(1.0f, factor);
}`;

/** measure(own): everything that `update` has to know of the whole gradient; `factor` is that of parameter `own`. */
export function clips({ globalNorm, tensorNorm }: ClipKinds, partials: number): string {
  return wgsl`
struct Gradient {
  raw: ScaledSum,
  after_values: ScaledSum,
  after_tensors: ScaledSum,
  largest: ScaledSum,
  smallest_factor: f32,
  global_factor: f32,
  factor: f32,
  values_clipped: u32,
  not_finite: u32,
}

${clipFactor}

/** What is left of a norm that is multiplied by its factor: itself, or a norm of about the bound. */
fn bounded_norm(total: ScaledSum, factor: f32, bound: f32) -> ScaledSum {
  let norm = sqrt(total.sum) * bitcast<f32>(min(total.exponent, 200u) << 23u);
  let left = select(norm * factor, bound, total.exponent > 200u);
  let exponent = usable(exponent_of(vec4f(left)));
  let mantissa = left * reciprocal_scale(exponent);
  if (factor < 1.0f) { return ScaledSum(exponent, mantissa * mantissa); }
  return total;
}

fn is_larger(a: ScaledSum, b: ScaledSum) -> bool {
  let exponent = max(a.exponent, b.exponent);
  return lower(a.sum, a.exponent, exponent) > lower(b.sum, b.exponent, exponent);
}

fn measure(own: u32) -> Gradient {
  let zero = ScaledSum(0u, 0.0f);
  var g = Gradient(zero, zero, zero, zero, 1.0f, 1.0f, 1.0f, 0u, 0u);
  var sum = zero;
  for (var part = 0u; part < ${partials}u; part++) {
    let p = partials[part];
    let exponent = p.x & 255u;
    let piece = ScaledSum((p.x >> ${PARTIAL.clippedExponent}u) & 255u, bitcast<f32>(p.z));
    g.raw = add(g.raw, ScaledSum(exponent, bitcast<f32>(p.y)));
    g.after_values = add(g.after_values, piece);
    g.values_clipped |= p.x >> ${PARTIAL.isClipped}u;
    g.not_finite = select(g.not_finite, p.w + 1u, exponent == NOT_FINITE);
#if ${tensorNorm}
    sum = add(sum, piece);
    if (partials[part + 1u].w != p.w) {
      let bound = bitcast<f32>(control[CLIP_TENSOR_NORM]);
      let factor = clip_factor(sum, bound);
      g.smallest_factor = min(g.smallest_factor, factor);
      g.after_tensors = add(g.after_tensors, bounded_norm(sum, factor, bound));
      if (p.w == own) { g.factor = factor; }
      if (is_larger(sum, g.largest)) { g.largest = sum; }
      sum = zero;
    }
#endif
  }
#if ${!tensorNorm}
  g.after_tensors = g.after_values;
#endif
#if ${globalNorm}
  g.global_factor = clip_factor(g.after_tensors, bitcast<f32>(control[CLIP_NORM]));
  g.factor *= g.global_factor;
#endif
  return g;
}`;
}
