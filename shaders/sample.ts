/**
 * The next token of each row, drawn on the GPU: argmax over v of logits[v] / temperature + Gumbel noise, over the top k and of these the top p.
 *
 * sampling [5] u32: seed, temperature (f32 bits; 0 is greedy, lowest index wins), topK (0: all), position of time 0, topP (f32 bits; 0 or 1: all);
 * logits [rows, stride]; forced, tokens [steps + 1, rows] u32: tokens[time + 1] = forced[time + 1] unless that is 0xffffffff.
 * One workgroup owns a row. Noise: -log(-log u), u from pcg4d(seed, position, row, class), so that a draw depends on nothing else
 * (Gumbel-max: Gumbel 1954; pcg4d: Jarzynski and Olano, JCGT 2020). The k-th largest logit is found by bisection over its 32 bits; ties at it stay in.
 * So is the lowest logit of the nucleus: the likeliest classes, as few as have p of the probability that top k and temperature leave (Holtzman et al. 2020).
 */
import { random } from './common/random.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface SampleOptions {
  readonly rows: number;
  readonly classes: number;
  /** Columns of a row of logits, `classes` padded to a multiple of 4. */
  readonly stride: number;
}

/** The u32s of the sampling buffer. */
export const SAMPLING = { seed: 0, temperature: 1, topK: 2, position: 3, topP: 4 } as const;
export const SAMPLING_ELEMENTS = 5;

const WORKGROUP = 64;

export function sample({ rows, classes, stride }: SampleOptions): Kernel {
  const bindings = [read('sampling'), read('logits'), read('forced'), readWrite('tokens')];
  const uniforms = ['time'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { sampling: 'array<u32>', logits: 'array<f32>', forced: 'array<u32>', tokens: 'array<u32>' })}
${random}

var<workgroup> counts: array<u32, ${WORKGROUP}>;
var<workgroup> total: u32;
var<workgroup> masses: array<f32, ${WORKGROUP}>;
var<workgroup> mass: f32;
var<workgroup> best: array<vec2f, ${WORKGROUP}>;

/** Orders f32 as u32. */
fn rank(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

/** How many classes of the row rank at least \`level\`; every thread of the workgroup takes part. */
fn at_least(level: u32, row: u32, local: u32) -> u32 {
  var count = 0u;
  for (var index = local; index < ${classes}u; index += ${WORKGROUP}u) {
    count += u32(rank(logits[row * ${stride}u + index]) >= level);
  }
  counts[local] = count;
  workgroupBarrier();
  if (local == 0u) {
    total = 0u;
    for (var index = 0u; index < ${WORKGROUP}u; index++) {
      total += counts[index];
    }
  }
  return workgroupUniformLoad(&total);
}

/** The row's largest logit. */
fn largest(row: u32, local: u32) -> f32 {
  var highest = -3.0e38f;
  for (var index = local; index < ${classes}u; index += ${WORKGROUP}u) {
    highest = max(highest, logits[row * ${stride}u + index]);
  }
  masses[local] = highest;
  workgroupBarrier();
  if (local == 0u) {
    mass = masses[0];
    for (var index = 1u; index < ${WORKGROUP}u; index++) {
      mass = max(mass, masses[index]);
    }
  }
  return workgroupUniformLoad(&mass);
}

/** The sum of exp((logit - highest) / temperature) of the classes that rank at least \`level\`. */
fn mass_at_least(level: u32, highest: f32, temperature: f32, row: u32, local: u32) -> f32 {
  var sum = 0.0f;
  for (var index = local; index < ${classes}u; index += ${WORKGROUP}u) {
    let logit = logits[row * ${stride}u + index];
    sum += select(0.0f, exp(max((logit - highest) / temperature, -80.0f)), rank(logit) >= level);
  }
  masses[local] = sum;
  workgroupBarrier();
  if (local == 0u) {
    mass = 0.0f;
    for (var index = 0u; index < ${WORKGROUP}u; index++) {
      mass += masses[index];
    }
  }
  return workgroupUniformLoad(&mass);
}

@compute
@workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = workgroup.x;
  let temperature = bitcast<f32>(sampling[${SAMPLING.temperature}]);
  let top = sampling[${SAMPLING.topK}];
  let top_p = bitcast<f32>(sampling[${SAMPLING.topP}]);
  let position = sampling[${SAMPLING.position}] + call.time;
  var level = 0u;
  if (top > 0u && top < ${classes}u) {
    for (var bit = 0u; bit < 32u; bit++) {
      let higher = level | (0x80000000u >> bit);
      level = select(level, higher, at_least(higher, row, local) >= top);
    }
  }
  if (temperature > 0.0f && top_p > 0.0f && top_p < 1.0f) {
    let likeliest = largest(row, local);
    let wanted = top_p * mass_at_least(level, likeliest, temperature, row, local);
    var nucleus = 0u;
    for (var bit = 0u; bit < 32u; bit++) {
      let higher = nucleus | (0x80000000u >> bit);
      let reached = mass_at_least(higher, likeliest, temperature, row, local) >= wanted;
      nucleus = select(nucleus, higher, reached);
    }
    level = max(level, nucleus);
  }
  var highest = -3.0e38f;
  var chosen = ${classes}u;
  for (var index = local; index < ${classes}u; index += ${WORKGROUP}u) {
    let logit = logits[row * ${stride}u + index];
    var score = logit;
    if (temperature > 0.0f) {
      score = logit / temperature + gumbel(vec4u(sampling[${SAMPLING.seed}], position, row, index));
    }
    if (rank(logit) >= level && score > highest) {
      highest = score;
      chosen = index;
    }
  }
  best[local] = vec2f(highest, f32(chosen));
  workgroupBarrier();
  if (local == 0u) {
    var first = best[0];
    for (var index = 1u; index < ${WORKGROUP}u; index++) {
      let other = best[index];
      if (other.x > first.x || (other.x == first.x && other.y < first.y)) {
        first = other;
      }
    }
    let place = (call.time + 1u) * ${rows}u + row;
    let given = forced[place];
    tokens[place] = select(given, min(u32(first.y), ${classes - 1}u), given == 0xffffffffu);
  }
}`;
  return {
    name: 'sample',
    variant: 'gumbel',
    code,
    bindings,
    uniforms,
    workgroupSize: [WORKGROUP, 1, 1],
    workgroups: [rows, 1, 1],
    flop: rows * classes * 16,
  };
}
