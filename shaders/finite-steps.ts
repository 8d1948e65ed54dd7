/**
 * Which time steps of a layer hold infinity or NaN: places[t] = 1 where row t + 1 of its states does, places[T + t] where row t + 1 of ∂L/∂h does, else 0.
 *
 * states and outputGradient [T + 1, B, H] after the reverse sweep; places [2, T] from an offset on. Found in the bits, because WGSL may assume that
 * NaN is absent. After a step with a gradient that was not finite (the mark in its entry of the metrics ring) nothing is written any more: the host hears
 * of it some steps later and finds the places of that step.
 */
import { control } from './common/control.ts';
import { metrics } from './common/metrics.ts';
import { scaledSum } from './common/scaled-sum.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface FiniteStepsOptions {
  readonly batch: number;
  readonly timeSteps: number;
  /** H, a multiple of 4. */
  readonly hiddenSize: number;
  readonly workgroupSize: number;
}

export function finiteSteps({ batch, timeSteps, hiddenSize, workgroupSize }: FiniteStepsOptions): Kernel {
  const bindings = [read('control'), read('metrics'), read('states'), read('outputGradient'), readWrite('places')];
  const uniforms = ['begin', 'places'];
  const row = (batch * hiddenSize) / 4;
  const workgroups = 2 * timeSteps;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  control: 'array<u32>',
  metrics: 'array<u32>',
  states: 'array<vec4f>',
  outputGradient: 'array<vec4f>',
  places: 'array<u32>',
})}
${control(1)}
${metrics}
${scaledSum}

var<workgroup> highest: array<u32, ${workgroupSize}>;

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let place = workgroup.x + call.begin;
  let is_gradient = place >= ${timeSteps}u;
  let first = (select(place, place - ${timeSteps}u, is_gradient) + 1u) * ${row}u;
  var exponent = 0u;
  for (var index = first + local; index < first + ${row}u; index += ${workgroupSize}u) {
    if (is_gradient) { exponent = max(exponent, exponent_of(outputGradient[index])); }
    else { exponent = max(exponent, exponent_of(states[index])); }
  }
  highest[local] = exponent;
  workgroupBarrier();
  let is_halted = metrics[control[PREVIOUS_SLOT] * METRICS_ELEMENTS + NOT_FINITE_TENSOR] != 0u;
  if (local == 0u && !is_halted) {
    for (var index = 1u; index < ${workgroupSize}u; index++) {
      exponent = max(exponent, highest[index]);
    }
    places[call.places + place] = u32(exponent == NOT_FINITE);
  }
}`;
  return {
    name: 'finite-steps',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [workgroups, 1, 1],
    range: { along: 'workgroups', length: workgroups },
    flop: 2 * workgroups * batch * hiddenSize,
  };
}
