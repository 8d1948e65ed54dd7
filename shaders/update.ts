/**
 * Clip and optimizer in one dispatch: finishes the gradient's norm, decides whether the update is applied, changes the parameters, writes the
 * forward copies (transposed where the forward sweep wants it so) and one entry of the metrics ring.
 *
 * chunks [workgroups, 8] u32 (CHUNK): each workgroup owns up to 1024 elements of one parameter [rows, columns]; parameters, gradients [n];
 * moments [M, n]; weights [n']; partials from `gradient-norm`; metrics: common/metrics.ts.
 * Order: clip by value, then each parameter by its norm, then all by the global norm (PyTorch's clip_grad_norm_: max / (norm + 1e-6), at most 1),
 * then the optimizer as in torch.optim.
 * A gradient that is not finite anywhere skips the whole update: parameters, moments and the step count stay as they are. With `halts` so do all
 * updates after it, until the host clears the mark in the metrics: it hears of it some steps later.
 */
import { type ClipKinds, clips } from './common/clip.ts';
import { control } from './common/control.ts';
import { metrics } from './common/metrics.ts';
import { OPTIMIZERS, type OptimizerKind, type OptimizerNumbers } from './common/optimizer.ts';
import { scaledSum } from './common/scaled-sum.ts';
import { type ScheduleNumbers, schedule } from './common/schedule.ts';
import type { TimeStepClip } from './common/time-step-clip.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface UpdateOptions extends ClipKinds {
  readonly optimizer: OptimizerNumbers;
  readonly schedule: ScheduleNumbers;
  readonly valueClip: boolean;
  /** The clips inside of the reverse sweep, whose bounds this kernel compares with what they met. */
  readonly timeStepClip?: TimeStepClip;
  /** Elements of parameters (and of each moment). */
  readonly elements: number;
  /** Number of partial norms; the sum of losses lies behind them. */
  readonly partials: number;
  readonly chunks: number;
  /** Whether it writes the forward copies; false where they lie in f16, which `pack-halves` writes. */
  readonly copies: boolean;
  /** Whether a gradient that is not finite ends all updates. */
  readonly halts: boolean;
  readonly workgroupSize: number;
}

/** The u32s of a chunk; the plan writes them, this kernel reads them. */
export const CHUNK = { offset: 0, elements: 1, first: 2, rows: 3, columns: 4, weights: 5, copy: 6, tensor: 7 } as const;
export const CHUNK_FIELDS = 8;
export const CHUNK_ELEMENTS = 1024;
/** How the forward copy of a parameter lies. */
export const COPY = { none: 0, straight: 1, transposed: 2 } as const;

export const momentsOf = (kind: OptimizerKind): number => OPTIMIZERS[kind].moments;

export function update(options: UpdateOptions): Kernel {
  const { optimizer, valueClip, timeStepClip, elements, partials, chunks, copies, halts, workgroupSize } = options;
  const { moments, code: rule } = OPTIMIZERS[optimizer.kind];
  const hasMoments = moments > 0;
  const bindings = [
    read('control'),
    read('chunks'),
    read('partials'),
    readWrite('parameters'),
    read('gradients'),
    ...(hasMoments ? [readWrite('moments')] : []),
    ...(copies ? [readWrite('weights')] : []),
    readWrite('metrics'),
  ];
  const uniforms = ['begin'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  control: 'array<u32>',
  chunks: 'array<u32>',
  partials: 'array<vec4u>',
  parameters: 'array<vec4f>',
  gradients: 'array<vec4f>',
  moments: 'array<vec4f>',
  weights: 'array<f32>',
  metrics: 'array<u32>',
})}
${control(1)}
${metrics}
${scaledSum}
${clips(options, partials)}
${schedule(options.schedule)}

struct Shared { factor: f32, rate: f32, applied: u32, is_finite: u32, correction: vec2f }
var<workgroup> step: Shared;

/** 1 - b^t from t·ln b, without cancellation. */
fn one_minus_power(t_log_b: f32) -> f32 {
  let x = t_log_b;
  let series = -x * (1.0f + x * (0.5f + x * (0.16666667f + x * (0.041666668f + x * 0.008333334f))));
  return select(1.0f - exp(max(x, -80.0f)), series, x > -0.1f);
}

/** By one thread of the first workgroup. */
fn write_metrics(g: Gradient, entry: u32, before: u32) {
  metrics[entry + APPLIED] = step.applied + step.is_finite;
  metrics[entry + SKIPPED] = metrics[before + SKIPPED] + 1u - step.is_finite;
  metrics[entry + LOSS] = bitcast<u32>(bitcast<f32>(partials[${partials}].x) * bitcast<f32>(control[LOSS_SCALE]));
  metrics[entry + NORM_EXPONENT] = g.raw.exponent;
  metrics[entry + NORM_SUM] = bitcast<u32>(g.raw.sum);
  metrics[entry + CLIP_FACTOR] = bitcast<u32>(g.global_factor);
  metrics[entry + RATE] = bitcast<u32>(step.rate);
#if ${halts}
  let earlier = metrics[before + NOT_FINITE_TENSOR];
  metrics[entry + NOT_FINITE_TENSOR] = select(earlier, g.not_finite, earlier == 0u);
#else
  metrics[entry + NOT_FINITE_TENSOR] = g.not_finite;
#endif
  metrics[entry + VALUE_NORM] = g.after_values.exponent;
  metrics[entry + VALUE_NORM + 1u] = bitcast<u32>(g.after_values.sum);
  metrics[entry + TENSOR_NORM] = g.largest.exponent;
  metrics[entry + TENSOR_NORM + 1u] = bitcast<u32>(g.largest.sum);
  metrics[entry + TENSOR_FACTOR] = bitcast<u32>(g.smallest_factor);
  metrics[entry + GLOBAL_NORM] = g.after_tensors.exponent;
  metrics[entry + GLOBAL_NORM + 1u] = bitcast<u32>(g.after_tensors.sum);
  metrics[entry + VALUE_CLIPPED] = metrics[before + VALUE_CLIPPED] + step.is_finite * g.values_clipped;
  metrics[entry + TENSOR_CLIPPED] = metrics[before + TENSOR_CLIPPED] + step.is_finite * u32(g.smallest_factor < 1.0f);
#if ${timeStepClip?.value === true}
  metrics[entry + STEP_VALUE] = partials[${partials}].y;
  let values_bounded = bitcast<f32>(partials[${partials}].y) > bitcast<f32>(control[CLIP_STEP_VALUE]);
  metrics[entry + STEP_VALUE_CLIPPED] = metrics[before + STEP_VALUE_CLIPPED] + step.is_finite * u32(values_bounded);
#endif
#if ${timeStepClip?.norm === true}
  metrics[entry + STEP_NORM] = partials[${partials}].z;
  let norms_bounded = bitcast<f32>(partials[${partials}].z) + 1.0e-6f > bitcast<f32>(control[CLIP_STEP_NORM]);
  metrics[entry + STEP_NORM_CLIPPED] = metrics[before + STEP_NORM_CLIPPED] + step.is_finite * u32(norms_bounded);
#endif
  metrics[entry + GLOBAL_CLIPPED] = metrics[before + GLOBAL_CLIPPED] + step.is_finite * u32(g.global_factor < 1.0f);
}

${rule(optimizer, elements / 4)}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let chunk = (workgroup.x + call.begin) * ${CHUNK_FIELDS}u;
  if (local == 0u) {
    let g = measure(chunks[chunk + ${CHUNK.tensor}u]);
    let before = control[PREVIOUS_SLOT] * METRICS_ELEMENTS;
    step.is_finite = u32(g.not_finite == 0u);
#if ${halts}
    step.is_finite *= u32(metrics[before + NOT_FINITE_TENSOR] == 0u);
#endif
    step.applied = metrics[before + APPLIED];
    step.factor = g.factor;
    step.rate = bitcast<f32>(control[LEARNING_RATE]) * schedule_factor(step.applied);
    step.correction = corrections(f32(step.applied + 1u));
    if (workgroup.x + call.begin == 0u) {
      write_metrics(g, control[SLOT] * METRICS_ELEMENTS, before);
    }
  }
  workgroupBarrier();
  if (step.is_finite == 1u) {
    let offset = chunks[chunk + ${CHUNK.offset}u];
    let first = chunks[chunk + ${CHUNK.first}u];
    let end = first + chunks[chunk + ${CHUNK.elements}u];
#if ${copies}
    let weight = chunks[chunk + ${CHUNK.weights}u];
    let copy = chunks[chunk + ${CHUNK.copy}u];
    let rows = chunks[chunk + ${CHUNK.rows}u];
    let columns = chunks[chunk + ${CHUNK.columns}u];
#endif
    for (var element = first + local * 4u; element < end; element += ${workgroupSize * 4}u) {
      let index = (offset + element) / 4u;
      var gradient = gradients[index];
#if ${valueClip}
      let bound = vec4f(bitcast<f32>(control[CLIP_VALUE]));
      gradient = clamp(gradient, -bound, bound);
#endif
      let value = optimized(index, parameters[index], gradient * step.factor);
      parameters[index] = value;
#if ${copies}
      // columns are a multiple of 4, so the four lanes lie in one row
      let row = element / columns;
      let transposed = (element - row * columns) * rows + row;
      let place = weight + select(element, transposed, copy == ${COPY.transposed}u);
      let stride = select(1u, rows, copy == ${COPY.transposed}u);
      if (copy != ${COPY.none}u) {
        ${unroll(4, (lane) => `weights[place + ${lane}u * stride] = value[${lane}];`)}
      }
#endif
    }
  }
}`;
  return {
    name: 'update',
    options,
    variant: [
      optimizer.kind,
      ...(timeStepClip?.value || timeStepClip?.norm ? ['time steps'] : []),
      ...(halts ? ['halting'] : []),
      ...(copies ? [] : ['alone']),
    ].join(' '),
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [chunks, 1, 1],
    flop: 12 * elements,
  };
}
