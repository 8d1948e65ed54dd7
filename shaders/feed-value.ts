/**
 * What a network that reads its own values gets at the next step: x[t + 1] = keep · x[t] + gain · y[t] + offset for each number of the input, where y[t] is the
 * output that the number is made of. input [T, B, I] from the uniform `input` on, output [T, B, stride]. One thread owns a row and a number.
 */
import { type Kernel, read, readWrite } from './kernel.ts';
import { declareBindings, declareUniforms, f32, wgsl } from './wgsl.ts';

/** How one number of the input follows from the output. */
export interface FedNumber {
  /** Which output. */
  readonly output: number;
  readonly gain: number;
  readonly keep: number;
  readonly offset: number;
}

export interface FeedValueOptions {
  readonly batch: number;
  /** One for each number of the input. */
  readonly inputs: readonly FedNumber[];
  /** Columns of a row of the input, padded to a multiple of 4. */
  readonly columns: number;
  /** Columns of a row of the output, padded to a multiple of 4. */
  readonly stride: number;
  readonly workgroupSize: number;
}

/** The constants of both directions, an array each. */
export const declareFed = (inputs: readonly FedNumber[]): string => /* wgsl */ `
const OUTPUT = array<u32, ${inputs.length}>(${inputs.map(({ output }) => `${output}u`).join(', ')});
const GAIN = array<f32, ${inputs.length}>(${inputs.map(({ gain }) => f32(gain)).join(', ')});
const KEEP = array<f32, ${inputs.length}>(${inputs.map(({ keep }) => f32(keep)).join(', ')});`;

export function feedValue({ batch, inputs, columns, stride, workgroupSize }: FeedValueOptions): Kernel {
  const bindings = [read('output'), readWrite('input')];
  const uniforms = ['time', 'input'];
  const threads = batch * inputs.length;
  const code = wgsl`
${declareUniforms(uniforms)}
${declareBindings(bindings, { output: 'array<f32>', input: 'array<f32>' })}
${declareFed(inputs)}
const OFFSET = array<f32, ${inputs.length}>(${inputs.map(({ offset }) => f32(offset)).join(', ')});

@compute
@workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < ${threads}u) {
    let row = call.time * ${batch}u + id.x / ${inputs.length}u;
    let number = id.x % ${inputs.length}u;
    let place = call.input + row * ${columns}u + number;
    input[place + ${batch * columns}u] = KEEP[number] * input[place] + GAIN[number] * output[row * ${stride}u + OUTPUT[number]] + OFFSET[number];
  }
}`;
  return {
    name: 'feed-value',
    variant: 'linear',
    code,
    bindings,
    uniforms,
    workgroupSize: [workgroupSize, 1, 1],
    workgroups: [Math.ceil(threads / workgroupSize), 1, 1],
    flop: threads * 4,
  };
}
