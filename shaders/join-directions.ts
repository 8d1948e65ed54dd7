/**
 * The output of a layer from the states of its directions: out[t, b] = f[t, b] joined with r[length_b - 1 - t, b], times dropout; 0 for t >= length_b.
 *
 * forward [T, B, H]: states after each time step; reverse [T, B, H]: those of the reverse direction in the order in which it ran, r[p] after p + 1 steps
 * from the end. Both begin at an offset (B·H in a tensor [T + 1, B, H]). out [T, B, 2H] for `concat`, else [T, B, H]; `single` has one direction only.
 * One thread writes four neighbours. Backward: join-directions-backward.ts. Concatenation: PyTorch nn.LSTM, bidirectional.
 */
import { type Dropout, dropoutParts } from './common/dropout.ts';
import { cutByWorkgroups, lengthBindings, lengthOf, type RowsOptions } from './common/rows.ts';
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, wgsl } from './wgsl.ts';

export interface JoinDirectionsOptions extends RowsOptions {
  readonly mode: 'concat' | 'sum' | 'mean' | 'single';
  /** H, a multiple of 4. */
  readonly hiddenSize: number;
  readonly dropout: Dropout;
}

export function joinDirections(options: JoinDirectionsOptions): Kernel {
  const { mode, batch, timeSteps, hiddenSize, lengths, workgroupSize } = options;
  const isConcat = mode === 'concat';
  const isSingle = mode === 'single';
  const vectors = (isConcat ? 2 : 1) * (hiddenSize / 4);
  const threads = timeSteps * batch * vectors;
  const dropout = dropoutParts(options.dropout, vectors);
  const directions = isSingle ? [read('forward')] : [read('forward'), read('reverse')];
  const bindings = [...directions, ...lengthBindings(lengths), ...dropout.bindings, readWrite('out')];
  const uniforms = ['begin', 'forward', 'reverse', 'out', 'lengths', ...dropout.uniforms];
  const floats = 'array<vec4f>';
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { forward: floats, reverse: floats, lengths: 'array<u32>', control: 'array<u32>', mask: floats, out: floats })}
const BATCH = ${batch}u;
const WIDTH = ${hiddenSize / 4}u;
const VECTORS = ${vectors}u;
const SHARE = ${f32(mode === 'mean' ? 0.5 : 1)};
${lengthOf(lengths, timeSteps)}
${dropout.code}

/** Both directions at one time step, whose place in the order of the reverse direction is \`mirrored\`. */
fn joined(position: u32, mirrored: u32, vector: u32) -> vec4f {
#if ${isConcat}
  if (vector >= WIDTH) {
    return reverse[call.reverse / 4u + mirrored * WIDTH + vector - WIDTH];
  }
  return forward[call.forward / 4u + position * WIDTH + vector];
#elif ${isSingle}
  return forward[call.forward / 4u + position * WIDTH + vector];
#else
  return SHARE * (forward[call.forward / 4u + position * WIDTH + vector] + reverse[call.reverse / 4u + mirrored * WIDTH + vector]);
#endif
}

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) local: u32) {
  let index = (workgroup.x + call.begin) * ${workgroupSize}u + local;
  if (index < ${threads}u) {
    let position = index / VECTORS;
    let vector = index % VECTORS;
    let t = position / BATCH;
    let b = position % BATCH;
    let end = length_of(b);
    var value = vec4f();
    if (t < end) {
      value = kept(position, vector) * joined(position, (end - 1u - t) * BATCH + b, vector);
    }
    out[call.out / 4u + index] = value;
  }
}`;
  return {
    name: 'join-directions',
    variant: joinVariant(options),
    code,
    bindings,
    uniforms,
    ...cutByWorkgroups(threads, workgroupSize),
    flop: threads * 4 * (options.dropout === 'noise' ? 12 : 2),
  };
}

/** E.g. `concat lengths noise`. */
export const joinVariant = ({ mode, lengths, dropout }: JoinDirectionsOptions): string =>
  [mode, lengths ? 'lengths' : '', dropout === 'none' ? '' : dropout].filter(Boolean).join(' ');
