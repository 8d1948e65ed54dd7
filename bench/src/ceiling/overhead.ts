// The fixed cost of a dispatch, a pass, a submit and a read-back, in microseconds each.
import { quantile } from '../statistics.ts';

const emptyCode = '@compute @workgroup_size(1) fn main() {}';
const dependentCode = '@group(0) @binding(0) var<storage, read_write> s: array<u32>; @compute @workgroup_size(1) fn main() { s[0] += 1u; }';

interface Work {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup?: GPUBindGroup;
}

function encode(encoder: GPUCommandEncoder, { pipeline, bindGroup }: Work, n: number): void {
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  if (bindGroup) pass.setBindGroup(0, bindGroup);
  for (let i = 0; i < n; i++) pass.dispatchWorkgroups(1);
  pass.end();
}

export async function measureOverhead(device: GPUDevice): Promise<Record<string, number>> {
  const { queue } = device;
  const create = async (code: string) =>
    device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }), entryPoint: 'main' } });
  const counter = device.createBuffer({ size: 256, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const readback = device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const empty: Work = { pipeline: await create(emptyCode) };
  const pipeline = await create(dependentCode);
  const entries = [{ binding: 0, resource: { buffer: counter } }];
  const dependent: Work = { pipeline, bindGroup: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }) };

  const submit = (fill: (encoder: GPUCommandEncoder) => void) => {
    const encoder = device.createCommandEncoder();
    fill(encoder);
    queue.submit([encoder.finish()]);
  };
  const inOnePass = (work: Work) => (n: number) => submit((encoder) => encode(encoder, work, n));
  const onePassEach = (work: Work) => (n: number) =>
    submit((encoder) => {
      for (let i = 0; i < n; i++) encode(encoder, work, 1);
    });
  const oneSubmitEach = (work: Work) => (n: number) => {
    for (let i = 0; i < n; i++) submit((encoder) => encode(encoder, work, 1));
  };
  const readBackEach = async (n: number) => {
    for (let i = 0; i < n; i++) {
      submit((encoder) => {
        encode(encoder, dependent, 1);
        encoder.copyBufferToBuffer(counter, 0, readback, 0, 4);
      });
      await readback.mapAsync(GPUMapMode.READ);
      readback.unmap();
    }
  };
  /** Median of five runs of n, after one to warm up. */
  const microseconds = async (n: number, run: (n: number) => void | Promise<void>) => {
    const times: number[] = [];
    for (let i = 0; i < 6; i++) {
      const began = performance.now();
      await run(n);
      await queue.onSubmittedWorkDone();
      times.push(((performance.now() - began) / n) * 1000);
    }
    return quantile(times.slice(1), 0.5);
  };
  return {
    emptyInOnePass: await microseconds(2000, inOnePass(empty)),
    dependentInOnePass: await microseconds(2000, inOnePass(dependent)),
    emptyOnePassEach: await microseconds(1000, onePassEach(empty)),
    emptyOneSubmitEach: await microseconds(500, oneSubmitEach(empty)),
    dependentOneSubmitEach: await microseconds(500, oneSubmitEach(dependent)),
    submitAndReadBack: await microseconds(50, readBackEach),
  };
}
