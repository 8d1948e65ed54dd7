/**
 * Sums of squares that carry an exponent: value = sum * 4^(exponent - 127). Plain f32 squares fail below 1e-19 and above 1e19, and gradients
 * through time go to 1e-23 and 1e31. Exponent 255 says that something was not finite: found in the bits, because WGSL may assume that NaN is absent.
 */
export const scaledSum = /* wgsl */ `
struct ScaledSum { exponent: u32, sum: f32 }

const NOT_FINITE = 255u;

fn exponent_of(x: vec4f) -> u32 {
  let e = (bitcast<vec4u>(x) >> vec4u(23u)) & vec4u(255u);
  return max(max(e.x, e.y), max(e.z, e.w));
}

/** Exponents whose reciprocal power of two is a normal number. */
fn usable(exponent: u32) -> u32 { return clamp(exponent, 2u, 252u); }

fn reciprocal_scale(exponent: u32) -> f32 { return bitcast<f32>((254u - usable(exponent)) << 23u); }

/** sum * 4^(from - to), to >= from. */
fn lower(sum: f32, exponent: u32, to: u32) -> f32 {
  let shift = 2u * (to - exponent);
  return select(sum * bitcast<f32>((127u - min(shift, 126u)) << 23u), 0.0f, shift > 126u);
}

/** The sum of squares of four numbers. */
fn squares(x: vec4f) -> ScaledSum {
  let highest = exponent_of(x);
  let y = x * reciprocal_scale(highest);
  return ScaledSum(select(usable(highest), NOT_FINITE, highest == NOT_FINITE), dot(y, y));
}

fn add(a: ScaledSum, b: ScaledSum) -> ScaledSum {
  let exponent = max(a.exponent, b.exponent);
  return ScaledSum(exponent, lower(a.sum, a.exponent, exponent) + lower(b.sum, b.exponent, exponent));
}`;
