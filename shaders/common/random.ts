/** Counter-based noise: the same counters give the same number, whatever ran before (pcg4d: Jarzynski and Olano, JCGT 2020). */
export const random = /* wgsl */ `
fn pcg4d(counters: vec4u) -> vec4u {
  var v = counters * 1664525u + 1013904223u;
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  return v;
}

/** In (0, 1), 23 bits. */
fn uniform_of(counters: vec4u) -> f32 {
  return (f32(pcg4d(counters).x >> 9u) + 0.5f) * 1.1920929e-7f;
}

fn gumbel(counters: vec4u) -> f32 {
  return -log(-log(uniform_of(counters)));
}`;
