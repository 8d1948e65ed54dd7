/**
 * What each row reads at step `time` + 1 of a training step that samples its own words (Bengio et al. 2015): on a coin of the counter hash the token
 * that the logits of step `time` choose, else the right one, which already lies there.
 *
 * control (common/control.ts), metrics (the ring: how many updates were applied decides the share of coins that fall so); logits [T, B, stride];
 * tokens [T, B] u32; embedded [T, B, E] from the table at the uniform `embedding` of parameters, where tokens are not one-hot.
 * One workgroup owns a row. `draw`: Gumbel-max at temperature 1, as in sample.ts; `likeliest`: the largest logit; the lowest index wins a tie.
 * The coin is pcg4d(seed, COIN, time, row); noise is pcg4d(seed, DRAW + time, row, class): neither meets that of dropout.
 */
import { control } from './common/control.ts';
import { type FeedbackNumbers, feedbackShare } from './common/feedback.ts';
import { metrics } from './common/metrics.ts';
import { random } from './common/random.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface FeedTokenOptions {
  readonly batch: number;
  readonly classes: number;
  /** Columns of a row of logits, `classes` padded to a multiple of 4. */
  readonly stride: number;
  /** Width of an embedding row, a multiple of 4; 0 when tokens are one-hot. */
  readonly embedding: number;
  readonly choice: 'draw' | 'likeliest';
  readonly share: FeedbackNumbers;
  readonly workgroupSize: number;
}

/** Second counters of the hash: dropout has 0xd0000000 and more, sampled text a position below both. */
export const COIN = 0xc0000000;
export const DRAW = 0xe0000000;

export function feedToken(options: FeedTokenOptions): Kernel {
  const { batch, classes, stride, embedding, choice, share, workgroupSize } = options;
  const isEmbedded = embedding > 0;
  const vectors = embedding / 4;
  const bindings = [
    read('control'),
    read('metrics'),
    read('logits'),
    readWrite('tokens'),
    ...(isEmbedded ? [read('parameters'), readWrite('embedded')] : []),
  ];
  const uniforms = ['time', 'control', 'embedding'];
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, {
  control: 'array<u32>',
  metrics: 'array<u32>',
  logits: 'array<f32>',
  tokens: 'array<u32>',
  parameters: 'array<vec4f>',
  embedded: 'array<vec4f>',
})}
${control(batch)}
${metrics}
${random}
${feedbackShare(share)}

var<workgroup> scores: array<f32, ${workgroupSize}>;
var<workgroup> found: array<u32, ${workgroupSize}>;
var<workgroup> chosen: u32;

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let row = workgroup.x;
  let seed = control[call.control + SEED];
  let applied = metrics[control[call.control + PREVIOUS_SLOT] * METRICS_ELEMENTS + APPLIED];
  let coin = pcg4d(vec4u(seed, ${COIN}u, call.time, row)).x >> 8u;
  if (coin < u32(feedback_share(applied) * 16777216.0f)) {
    var highest = -3.0e38f;
    var best = ${classes - 1}u;
    for (var index = local; index < ${classes}u; index += ${workgroupSize}u) {
      var score = logits[(call.time * ${batch}u + row) * ${stride}u + index];
#if ${choice === 'draw'}
      score += gumbel(vec4u(seed, ${DRAW}u + call.time, row, index));
#endif
      if (score > highest) {
        highest = score;
        best = index;
      }
    }
    scores[local] = highest;
    found[local] = best;
    workgroupBarrier();
    if (local == 0u) {
      for (var index = 1u; index < ${workgroupSize}u; index++) {
        let score = scores[index];
        if (score > highest || (score == highest && found[index] < best)) {
          highest = score;
          best = found[index];
        }
      }
      chosen = best;
      tokens[(call.time + 1u) * ${batch}u + row] = best;
    }
#if ${isEmbedded}
    let token = workgroupUniformLoad(&chosen);
    for (var vector = local; vector < ${Math.max(1, vectors)}u; vector += ${workgroupSize}u) {
      embedded[((call.time + 1u) * ${batch}u + row) * ${vectors}u + vector] = parameters[call.embedding / 4u + token * ${vectors}u + vector];
    }
#endif
  }
}`;
  return {
    name: 'feed-token',
    variant: `${choice} ${share.schedule}${isEmbedded ? ' embedded' : ''}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [batch, 1, 1],
    flop: batch * classes * (choice === 'draw' ? 16 : 1),
  };
}
