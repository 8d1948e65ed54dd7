// Times the matrix products of gemm-kernels.ts and checks 50 of their outputs against the host.
import { quantile } from '../statistics.ts';
import { type GemmKernel, gemmKernels } from './gemm-kernels.ts';

export interface GemmResult {
  readonly gflops: number;
  readonly isRight: boolean;
}

async function timeKernel(device: GPUDevice, { code, grid }: GemmKernel, [A, B, C, R]: readonly GPUBuffer[]): Promise<number> {
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const entries = [A, B, C].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const bindGroup = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  const run = async (n: number) => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < n; i++) pass.dispatchWorkgroups(...grid);
    pass.end();
    encoder.copyBufferToBuffer(C, 0, R, 0, C.size);
    const began = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - began) / n;
  };
  await run(2);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await run(4));
  return quantile(times, 0.5);
}

/** GFLOP/s of every kernel at one size; M and N in multiples of 64, K of 16. Keys are `MxNxK kernel`. */
export async function measureGemm(device: GPUDevice, M: number, N: number, K: number): Promise<Record<string, GemmResult>> {
  const a = Float32Array.from({ length: M * K }, (_, i) => ((i * 7) % 13) - 6);
  const b = Float32Array.from({ length: K * N }, (_, i) => ((i * 5) % 11) - 5);
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const create = (elements: number, usage = storage) => device.createBuffer({ size: elements * 4, usage });
  const buffers = [create(a.length), create(b.length), create(M * N), create(M * N, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST)];
  device.queue.writeBuffer(buffers[0], 0, a);
  device.queue.writeBuffer(buffers[1], 0, b);

  const isRight = (c: Float32Array) => {
    for (let n = 0; n < 50; n++) {
      const row = (n * 37) % M;
      const column = (n * 53) % N;
      let sum = 0;
      for (let k = 0; k < K; k++) sum += a[row * K + k] * b[k * N + column];
      if (!(Math.abs(sum - c[row * N + column]) < 1e-3 * (1 + Math.abs(sum)))) return false;
    }
    return true;
  };

  const results: Record<string, GemmResult> = {};
  for (const [name, make] of Object.entries(gemmKernels)) {
    const milliseconds = await timeKernel(device, make(M, N, K), buffers);
    const readback = buffers[3];
    await readback.mapAsync(GPUMapMode.READ);
    const c = new Float32Array(readback.getMappedRange().slice(0));
    readback.unmap();
    results[`${M}x${N}x${K} ${name}`] = { gflops: (2 * M * N * K) / milliseconds / 1e6, isRight: isRight(c) };
  }
  for (const buffer of buffers) buffer.destroy();
  return results;
}
