/**
 * The gradients of a gain and, if there is one, of the bias that is added behind it: over all rows, sum of delta y and sum of delta.
 *
 * delta [rows, deltaStride] holds gate g's gradients in plane planes[g] of H columns, normed [rows, normedStride] y; gradients as `parameters`.
 * A workgroup owns four columns; its threads take every so many rows, and their sums are added up in one order.
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface LayerNormGradientOptions {
  readonly rows: number;
  readonly hiddenSize: number;
  readonly planes: readonly number[];
  readonly deltaStride: number;
  readonly normedStride: number;
  readonly bias: boolean;
  readonly workgroupSize: number;
}

export function layerNormGradient(options: LayerNormGradientOptions): Kernel {
  const { rows, hiddenSize, planes, deltaStride, normedStride, bias, workgroupSize } = options;
  const units = hiddenSize / 4;
  const columns = planes.length * units;
  const bindings = [read('delta'), read('normed'), readWrite('gradients')];
  const uniforms = ['begin', 'delta', 'normed', 'gain', 'bias'];
  let pairs = 1;
  while (2 * pairs < workgroupSize) pairs *= 2;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { delta: 'array<vec4f>', normed: 'array<vec4f>', gradients: 'array<vec4f>' })}
// of the gain and of the bias, [thread]
var<workgroup> gains: array<vec4f, ${workgroupSize}>;
var<workgroup> biases: array<vec4f, ${workgroupSize}>;

fn plane_of(gate: u32) -> u32 {
  ${planes.map((plane, gate) => `if (gate == ${gate}u) { return ${plane}u; }`).join('\n  ')}
  return 0u;
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let column = call.begin + workgroup.x;
  let above = call.delta / 4u + plane_of(column / ${units}u) * ${units}u + column % ${units}u;
  let beside = call.normed / 4u + column;
  var gain = vec4f();
  var bias = vec4f();
  for (var row = local; row < ${rows}u; row += ${workgroupSize}u) {
    let d = delta[above + row * ${deltaStride / 4}u];
    gain += d * normed[beside + row * ${normedStride / 4}u];
    bias += d;
  }
  gains[local] = gain;
  biases[local] = bias;
  for (var pairs = ${workgroupSize > 1 ? pairs : 0}u; pairs > 0u; pairs /= 2u) {
    workgroupBarrier();
    if (local < pairs && local + pairs < ${workgroupSize}u) {
      gains[local] += gains[local + pairs];
      biases[local] += biases[local + pairs];
    }
  }
  if (local == 0u) {
    gradients[call.gain / 4u + column] = gains[0];
#if ${bias}
    gradients[call.bias / 4u + column] = biases[0];
#endif
  }
}`;
  return {
    name: 'layer-norm-gradient',
    options,
    variant: `${bias ? 'bias ' : ''}${workgroupSize} threads`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [columns, 1, 1],
    range: { along: 'workgroups', length: columns },
    flop: 12 * rows * columns,
  };
}
