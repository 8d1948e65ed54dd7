/**
 * Positions grouped by token, for `segment-sum`: what gather-batch makes beside its gather, for tokens that were chosen on the way.
 *
 * tokens [T, B] u32; order [T·B], segments [V + 1]: a counting sort, b outer, t inner. One thread owns a token.
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface SortTokensOptions {
  readonly batch: number;
  readonly timeSteps: number;
  readonly vocabulary: number;
  readonly workgroupSize: number;
}

export function sortTokens({ batch, timeSteps, vocabulary, workgroupSize }: SortTokensOptions): Kernel {
  const bindings = [read('tokens'), readWrite('order'), readWrite('segments')];
  const uniforms = ['begin'];
  const positions = batch * timeSteps;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { tokens: 'array<u32>', order: 'array<u32>', segments: 'array<u32>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let token = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (token < ${vocabulary}u) {
    var place = 0u;
    for (var position = 0u; position < ${positions}u; position++) {
      place += u32(min(tokens[position], ${vocabulary - 1}u) < token);
    }
    segments[token] = place;
    for (var b = 0u; b < ${batch}u; b++) {
      for (var t = 0u; t < ${timeSteps}u; t++) {
        let position = t * ${batch}u + b;
        if (min(tokens[position], ${vocabulary - 1}u) == token) {
          order[place] = position;
          place++;
        }
      }
    }
    if (token == ${vocabulary - 1}u) {
      segments[${vocabulary}] = place;
    }
  }
}`;
  const count = Math.ceil(vocabulary / workgroupSize);
  return {
    name: 'sort-tokens',
    variant: 'counting',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: 2 * positions * vocabulary,
  };
}
