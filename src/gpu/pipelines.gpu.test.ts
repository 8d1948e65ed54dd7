/** Pipelines are made once per device and text; what does not compile says where. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kernel, readWrite } from '../../shaders/kernel.ts';
import { requestDevice } from '../index.ts';
import { type DeviceWatch, watchDevice } from '../testing/gpu.ts';
import { createPipeline } from './pipelines.ts';
import { createStagingRing, readBuffers } from './readback.ts';

let device: GPUDevice;
let watch: DeviceWatch;

beforeAll(async () => {
  device = await requestDevice();
  watch = watchDevice(device);
});

afterAll(() => device.destroy());

const kernelOf = (body: string): Kernel => ({
  name: 'example',
  variant: 'plain',
  code: `@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(1)
fn main() {
  ${body}
}`,
  bindings: [readWrite('out')],
  uniforms: [],
  workgroupSize: [1, 1, 1],
  workgroups: [1, 1, 1],
  flop: 0,
});

describe('a pipeline', () => {
  it('is made once for the same text, also by callers at the same time', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => createPipeline(device, kernelOf('out[0] = 1.0;'))));
    expect(second).toBe(first);
    watch.clear();
    expect(await createPipeline(device, { ...kernelOf('out[0] = 1.0;'), variant: 'other' })).toBe(first);
    expect(watch.created).toEqual([]);
    expect(await createPipeline(device, kernelOf('out[0] = 2.0;'))).not.toBe(first);
  });

  it('that does not compile names the kernel, the line and its text, and is not remembered', async () => {
    const error = /kernel example \(plain\) does not compile: error 4:\d+ .* in "out\[0\] = missing;"/;
    // an error of the device's own comes too, because the module is wrong
    device.pushErrorScope('validation');
    for (let time = 0; time < 2; time++) await expect(createPipeline(device, kernelOf('out[0] = missing;'))).rejects.toThrow(error);
    expect(await device.popErrorScope()).not.toBeNull();
  });
});

describe('a staging ring', () => {
  it('gives each copy to the one who asked for it, in any order, and takes its buffers back', async () => {
    const source = device.createBuffer({ size: 4, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST, label: 'source' });
    const ring = createStagingRing(device, source, 4, { count: 2 });
    const request = (value: number): (() => Promise<ArrayBuffer>) => {
      device.queue.writeBuffer(source, 0, Uint32Array.of(value));
      const encoder = device.createCommandEncoder();
      const take = ring.request(encoder);
      device.queue.submit([encoder.finish()]);
      return take;
    };
    for (let round = 0; round < 3; round++) {
      const [first, second] = [request(round), request(round + 100)];
      expect(() => ring.request(device.createCommandEncoder())).toThrow(
        'staging ring of source must have a free buffer, got 2 waiting: await one first',
      );
      const late = await second();
      expect([new Uint32Array(await first())[0], new Uint32Array(late)[0]]).toEqual([round, round + 100]);
    }
    expect(ring.bytes).toBe(8);
    ring.destroy();
    source.destroy();
    expect(watch.liveBuffers).toEqual([]);
  });

  it('is not needed to read once', async () => {
    const source = device.createBuffer({ size: 8, usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(source, 0, Uint32Array.of(1, 2));
    const [whole, part] = await readBuffers(device, [
      { buffer: source, size: 8 },
      { buffer: source, offset: 4, size: 4 },
    ]);
    expect([[...new Uint32Array(whole)], [...new Uint32Array(part)]]).toEqual([[1, 2], [2]]);
    source.destroy();
    expect(watch.liveBuffers).toEqual([]);
  });
});
