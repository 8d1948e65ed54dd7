/**
 * One step of beam search: of the beam · V continuations of each example's `beam` hypotheses the `beam` with the largest summed log-probability.
 * score = scores[b] + logits[b, v] - log Σ exp logits[b]; a hypothesis that has written the mark goes on with the mark alone, at no cost.
 * Equal scores: the lower beam, in a beam the larger logit (which f32 sums may not tell apart), then the lower id. So a beam of one is greedy.
 *
 * logits [E·beam, stride], the rows of an example one behind the other; tokens [E·beam] u32: what each hypothesis wrote last, and then what it writes now;
 * scores [E·beam], read from time 1 on: before there is one hypothesis, empty and at 0. parents, written [T, E·beam] u32: the row that each
 * hypothesis of this step goes on from, and its token. Where there are fewer continuations than beams, the rest has score DEAD and is not gone on with.
 * One workgroup owns an example and picks one continuation after the other, O(beam² V).
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, wgsl } from './wgsl.ts';

export interface BeamStepOptions {
  readonly examples: number;
  readonly beam: number;
  readonly classes: number;
  /** Columns of a row of logits, `classes` padded to a multiple of 4. */
  readonly stride: number;
  /** The class that ends a hypothesis. */
  readonly mark: number;
}

/** The score of a hypothesis that is none. */
export const DEAD = -(2 ** 127);

const WORKGROUP = 64;

export function beamStep({ examples, beam, classes, stride, mark }: BeamStepOptions): Kernel {
  const bindings = [read('logits'), readWrite('scores'), readWrite('tokens'), readWrite('parents'), readWrite('written')];
  const uniforms = ['time'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  logits: 'array<f32>',
  scores: 'array<f32>',
  tokens: 'array<u32>',
  parents: 'array<u32>',
  written: 'array<u32>',
})}
const BEAM = ${beam}u;
const CLASSES = ${classes}u;
const STRIDE = ${stride}u;
const MARK = ${mark}u;
const CONTINUATIONS = ${beam * classes}u;
const DEAD = ${f32(DEAD)};

struct Continuation { score: f32, logit: f32, index: u32 }

/** Of each hypothesis: its score, whether it has ended, and what its logits lack to be log-probabilities. */
var<workgroup> sums: array<f32, ${beam}>;
var<workgroup> ended: array<u32, ${beam}>;
var<workgroup> norms: array<f32, ${beam}>;
var<workgroup> partial: array<f32, ${WORKGROUP}>;
var<workgroup> shared_value: f32;
var<workgroup> found: array<Continuation, ${WORKGROUP}>;
var<workgroup> chosen: Continuation;

/** log Σ exp of a row of logits; every thread of the workgroup takes part. */
fn log_sum(row: u32, local: u32) -> f32 {
  var highest = -3.0e38f;
  for (var v = local; v < CLASSES; v += ${WORKGROUP}u) {
    highest = max(highest, logits[row * STRIDE + v]);
  }
  partial[local] = highest;
  workgroupBarrier();
  if (local == 0u) {
    shared_value = partial[0];
    for (var index = 1u; index < ${WORKGROUP}u; index++) {
      shared_value = max(shared_value, partial[index]);
    }
  }
  let largest = workgroupUniformLoad(&shared_value);
  var sum = 0.0f;
  for (var v = local; v < CLASSES; v += ${WORKGROUP}u) {
    sum += exp(max(logits[row * STRIDE + v] - largest, -80.0f));
  }
  partial[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    shared_value = 0.0f;
    for (var index = 0u; index < ${WORKGROUP}u; index++) {
      shared_value += partial[index];
    }
  }
  return largest + log(workgroupUniformLoad(&shared_value));
}

fn continuation(index: u32, first: u32) -> Continuation {
  let b = index / CLASSES;
  let v = index % CLASSES;
  let logit = logits[(first + b) * STRIDE + v];
  if (ended[b] == 1u) {
    return Continuation(select(DEAD, sums[b], v == MARK), logit, index);
  }
  return Continuation(select(DEAD, sums[b] + (logit - norms[b]), sums[b] > DEAD), logit, index);
}

fn is_before(a: Continuation, b: Continuation) -> bool {
  if (a.score != b.score) { return a.score > b.score; }
  if (a.index / CLASSES == b.index / CLASSES && a.logit != b.logit) { return a.logit > b.logit; }
  return a.index < b.index;
}

@compute
@workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let first = workgroup.x * BEAM;
  for (var b = 0u; b < BEAM; b++) {
    let norm = log_sum(first + b, local);
    if (local == 0u) {
      norms[b] = norm;
      sums[b] = select(scores[first + b], select(DEAD, 0.0f, b == 0u), call.time == 0u);
      ended[b] = u32(call.time > 0u && tokens[first + b] == MARK);
    }
  }
  workgroupBarrier();
  var last = Continuation(3.0e38f, 0.0f, 0u);
  for (var place = 0u; place < BEAM; place++) {
    var best = Continuation(DEAD, 0.0f, CONTINUATIONS);
    for (var index = local; index < CONTINUATIONS; index += ${WORKGROUP}u) {
      let next = continuation(index, first);
      if (next.score > DEAD && is_before(last, next) && is_before(next, best)) {
        best = next;
      }
    }
    found[local] = best;
    workgroupBarrier();
    if (local == 0u) {
      chosen = found[0];
      for (var index = 1u; index < ${WORKGROUP}u; index++) {
        if (is_before(found[index], chosen)) {
          chosen = found[index];
        }
      }
    }
    last = workgroupUniformLoad(&chosen);
    if (local == 0u) {
      let is_real = last.index < CONTINUATIONS;
      let token = select(MARK, last.index % CLASSES, is_real);
      let here = call.time * ${examples * beam}u + first + place;
      scores[first + place] = last.score;
      tokens[first + place] = token;
      written[here] = token;
      parents[here] = first + select(0u, last.index / CLASSES, is_real);
    }
  }
}`;
  return {
    name: 'beam-step',
    variant: 'log-probability',
    code,
    bindings,
    uniforms,
    workgroupSize: [WORKGROUP, 1, 1],
    workgroups: [examples, 1, 1],
    flop: examples * beam * classes * (20 + 8 * beam),
  };
}
