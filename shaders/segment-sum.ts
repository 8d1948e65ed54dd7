/**
 * The gradient of a gather: out[v] = sum of source[p] over the positions p whose token is v, in listed order, so that it repeats bit for bit.
 *
 * order [positions], segments [classes + 1] from `gather-batch`; source [positions, stride], of which `columns` count.
 * out is [classes, outStride] (embedding) or transposed, [columns, outStride] (one-hot input: weight_ih). `accumulate` adds the sum to what out holds (an embedding that is an output layer's weight too). One thread sums one class and four columns, or `vectors` times as many.
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, unroll, wgsl } from './wgsl.ts';

export interface SegmentSumOptions {
  readonly classes: number;
  readonly columns: number;
  readonly stride: number;
  readonly transposed: boolean;
  readonly outStride: number;
  /** Adds to what `gradients` holds; default false. */
  readonly accumulate?: boolean;
  /** Vec4s of columns of a thread, which divide all; default 1. */
  readonly vectors?: number;
  /** Number of positions, for the count of operations only. */
  readonly positions: number;
  readonly workgroupSize: number;
}

const COMPONENT = ['x', 'y', 'z', 'w'];

export function segmentSum(options: SegmentSumOptions): Kernel {
  const { classes, columns, stride, transposed, outStride, positions, workgroupSize, accumulate = false, vectors: own = 1 } = options;
  const bindings = [read('order'), read('segments'), read('source'), readWrite('gradients')];
  const uniforms = ['begin', 'source', 'out'];
  const vectors = columns / 4 / own;
  const before = (place: string): string => (accumulate ? `gradients[${place}] + ` : '');
  const store = (place: string, number: number): string =>
    `gradients[${place}] = ${before(place)}sum${number >> 2}.${COMPONENT[number & 3]};`;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { order: 'array<u32>', segments: 'array<u32>', source: 'array<vec4f>', gradients: 'array<f32>' })}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${classes * vectors}u) {
    let token = index / ${vectors}u;
    let column = index % ${vectors}u * ${own}u;
    let end = segments[token + 1u];
    ${unroll(own, (vector) => `var sum${vector} = vec4f();`)}
    for (var place = segments[token]; place < end; place++) {
      let first = call.source / 4u + order[place] * ${stride / 4}u + column;
      ${unroll(own, (vector) => `sum${vector} += source[first + ${vector}u];`)}
    }
#if ${transposed}
    ${unroll(4 * own, (number) => store(`call.out + (column * 4u + ${number}u) * ${outStride}u + token`, number))}
#else
    ${unroll(4 * own, (number) => store(`call.out + token * ${outStride}u + column * 4u + ${number}u`, number))}
#endif
  }
}`;
  const count = Math.ceil((classes * vectors) / workgroupSize);
  return {
    name: 'segment-sum',
    variant: `${transposed ? 'one-hot' : 'embedding'}${accumulate ? ' added' : ''}${own > 1 ? ` by ${4 * own}` : ''}`,
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [count, 1, 1],
    range: { along: 'workgroups', length: count },
    flop: positions * columns,
  };
}
