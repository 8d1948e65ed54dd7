/**
 * The nonlinearities of every cell, on four units at once, safe for any finite input.
 *
 * tanh is a rational approximation x·P(x²)/Q(x²) of degree 13/6 on |x| <= 7.9 (the minimax coefficients that Eigen and XLA use):
 * within 4e-7 of tanh everywhere, and relatively exact near zero. The built-in may be off by 1e-5 (WGSL accuracy table),
 * is NaN beyond 88 on SwiftShader and beyond 44 on some Metal drivers.
 */
export const activation = /* wgsl */ `
// clamp of WGSL, but for what is no number: SwiftShader asks about that for each operand, at five times the cost of both choices
fn within(x: vec4f, bound: f32) -> vec4f {
  return select(select(x, vec4f(bound), x > vec4f(bound)), vec4f(-bound), x < vec4f(-bound));
}

fn sigmoid(x: vec4f) -> vec4f {
  return 1.0f / (1.0f + exp(-within(x, 80.0f)));
}

fn hyperbolic_tangent(x: vec4f) -> vec4f {
  let y = within(x, 7.90531111f);
  let s = y * y;
  var p = s * -2.76076848e-16f + 2.00018791e-13f;
  p = s * p - 8.60467152e-11f;
  p = s * p + 5.12229709e-8f;
  p = s * p + 1.48572236e-5f;
  p = s * p + 6.37261929e-4f;
  p = s * p + 4.89352456e-3f;
  var q = s * 1.19825839e-6f + 1.18534706e-4f;
  q = s * q + 2.26843463e-3f;
  q = s * q + 4.89352519e-3f;
  let t = y * p / q;
  // exactly 1 where f32 has no more to say, so that 1 - tanh² is 0 there and not the rounding of a division
  let one = vec4f(1.0f);
  let upper = select(t, one, (t > one) | (x > vec4f(7.90531111f)));
  return select(upper, -one, (t < -one) | (x < vec4f(-7.90531111f)));
}`;
