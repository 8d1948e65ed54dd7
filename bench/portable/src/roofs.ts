// What plain WGSL reaches on this adapter: multiply-adds in registers, and a copy of memory larger than any cache.
import type { Roofs } from './work.ts';

const THREADS = 256;
const MOST_WORKGROUPS = 65_535;
const CHAINS = 8;
const TURNS = 256;
/** Two per multiply-add, four lanes per chain. */
const FLOP_PER_THREAD = 2 * 4 * CHAINS * TURNS;
/** Workgroups that even a slow adapter has done in some milliseconds. */
const FEW_WORKGROUPS = 16;
/** Milliseconds: against them the time that a submit takes by itself is little. */
const LONG_ENOUGH = 20;
const REPEATS = 5;
const VECTOR_BYTES = 16;

const numbers = (write: (index: number) => string): string => Array.from({ length: CHAINS }, (_, index) => write(index)).join('\n');

/** `fma` is one instruction on a GPU and many on some processors; a product and a sum are fused by GPU drivers, or are two. The faster counts. */
const forms = [(a: string) => `fma(${a}, factor, addend)`, (a: string) => `${a} * factor + addend`];

/** Chains that do not wait for each other, so that a multiply-add can begin in every cycle. */
const multiplyAdds = (form: (a: string) => string): string => `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let factor = source[0];
  let addend = source[1];
${numbers((index) => `  var a${index} = vec4f(f32(id.x) + ${index}.0);`)}
  for (var turn = 0u; turn < ${TURNS}u; turn++) {
${numbers((index) => `    a${index} = ${form(`a${index}`)};`)}
  }
  result[id.x % ${THREADS}u] = ${Array.from({ length: CHAINS }, (_, index) => `a${index}`).join(' + ')};
}`;

const copy = `
@group(0) @binding(0) var<storage, read> source: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4f>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  result[id.x] = source[id.x];
}`;

/** Takes about a second. `software`: a smaller copy, since there are no large caches to get past. */
export async function measureRoofs(device: GPUDevice, software: boolean): Promise<Roofs> {
  const largest = MOST_WORKGROUPS * THREADS * VECTOR_BYTES;
  const wanted = Math.min(device.limits.maxStorageBufferBindingSize, software ? largest / 4 : largest);
  const workgroups = Math.floor(wanted / THREADS / VECTOR_BYTES);
  const size = workgroups * THREADS * VECTOR_BYTES;
  const usage = GPUBufferUsage.STORAGE;
  const buffers = [device.createBuffer({ size, usage }), device.createBuffer({ size, usage })];
  try {
    let adds = 0;
    for (const form of forms) {
      const add = await createRun(device, multiplyAdds(form), buffers);
      adds = Math.max(adds, await mostPerMillisecond((n) => add(split(n * FEW_WORKGROUPS))));
    }
    const move = await createRun(device, copy, buffers);
    const copies = await mostPerMillisecond((n) => move(Array.from({ length: n }, () => workgroups)));
    return { flopPerSecond: adds * FEW_WORKGROUPS * THREADS * FLOP_PER_THREAD * 1000, bytesPerSecond: copies * 2 * size * 1000 };
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

/** So many workgroups in dispatches that are allowed. */
export function split(workgroups: number): number[] {
  const dispatches = Math.ceil(workgroups / MOST_WORKGROUPS);
  return Array.from({ length: dispatches }, (_, index) => Math.min(MOST_WORKGROUPS, workgroups - index * MOST_WORKGROUPS));
}

/** Doubles the work until it takes long enough to be timed, then takes the fastest of a few times. @param run milliseconds of n pieces of work */
export async function mostPerMillisecond(run: (n: number) => Promise<number>): Promise<number> {
  let n = 1;
  while ((await run(n)) < LONG_ENOUGH) n *= 2;
  let best = 0;
  for (let i = 0; i < REPEATS; i++) best = Math.max(best, n / (await run(n)));
  return best;
}

/** Milliseconds of dispatches of so many workgroups each, in one submit. */
async function createRun(device: GPUDevice, code: string, buffers: readonly GPUBuffer[]) {
  const module = device.createShaderModule({ label: 'roof', code });
  const pipeline = await device.createComputePipelineAsync({ label: 'roof', layout: 'auto', compute: { module, entryPoint: 'main' } });
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  return async (dispatches: readonly number[]): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (const workgroups of dispatches) pass.dispatchWorkgroups(workgroups);
    pass.end();
    const began = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - began;
  };
}
