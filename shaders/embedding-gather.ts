/**
 * embedded[p] = the row of embedding.weight of tokens[first + p]: the input of one closed-loop step (generation), where no batch is gathered.
 * tokens u32, parameters holds the table [V, E] at the uniform `embedding`, embedded [positions, E]. One thread copies four columns.
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, wgsl } from './wgsl.ts';

export interface EmbeddingGatherOptions {
  readonly positions: number;
  readonly vocabulary: number;
  /** Width of a row, a multiple of 4. */
  readonly embedding: number;
  readonly workgroupSize: number;
}

export function embeddingGather({ positions, vocabulary, embedding, workgroupSize }: EmbeddingGatherOptions): Kernel {
  const bindings = [read('tokens'), read('parameters'), readWrite('embedded')];
  const uniforms = ['tokens', 'embedding', 'out'];
  const vectors = embedding / 4;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { tokens: 'array<u32>', parameters: 'array<vec4f>', embedded: 'array<vec4f>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < ${positions * vectors}u) {
    let token = min(tokens[call.tokens + id.x / ${vectors}u], ${vocabulary - 1}u);
    embedded[call.out / 4u + id.x] = parameters[call.embedding / 4u + token * ${vectors}u + id.x % ${vectors}u];
  }
}`;
  return {
    name: 'embedding-gather',
    variant: 'plain',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [Math.ceil((positions * vectors) / workgroupSize), 1, 1],
    flop: 0,
  };
}
