import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestDevice } from '../gpu/device.ts';
import { createExecutor } from '../gpu/executor.ts';
import { createLedger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { readBuffers } from '../gpu/readback.ts';
import { forwardCopies, pack, unpack } from '../plan/layout.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import type { Tensor } from '../plan/tensor.ts';
import {
  type AttentionChain,
  type AttentionChainOptions,
  backwardAttention,
  createAttentionChain,
  forwardAttention,
} from '../reference/attention-chain.ts';
import { type AttentionVariety, attentionPlan, lengthsOffset } from '../testing/attention.ts';
import { caseNumbers, unwritten } from './case-buffers.ts';
import { profiles } from './in-use.ts';
import type { HostBuffer } from './kernel-case.ts';
import { compare, exact, ofLargest, worstOf } from './tolerance.ts';

/** Attention as the plan puts it together, from states to gradients, against the chain of its twins. */

const tolerance = ofLargest(1e-5, 'sums of up to 50 f32 products behind a softmax');
const small: AttentionChainOptions = {
  kind: 'additive',
  scale: 1,
  targetSteps: 5,
  sourceSteps: 9,
  lengths: [2, 9, 1],
  attention: 5,
  values: 6,
  hidden: 7,
  blocks: 1,
};

let device: GPUDevice;
beforeAll(async () => {
  device = await requestDevice();
});
afterAll(() => device.destroy());

describe.each([
  ['a software adapter', profiles[0]],
  ['a GPU', profiles[1]],
])('attention with the tiles of %s', (_, profile) => {
  it.each<[string, AttentionChainOptions, AttentionVariety]>([
    ['additive', small, {}],
    ['multiplicative', { ...small, kind: 'multiplicative', scale: 0.5 }, {}],
    ['additive over two directions, one step at a time, added', { ...small, blocks: 2 }, { stepsAtOnce: 1, accumulate: true }],
    ['multiplicative over two directions, added', { ...small, kind: 'multiplicative', blocks: 2 }, { stepsAtOnce: 3, accumulate: true }],
    ['additive over many steps', { ...small, targetSteps: 70, sourceSteps: 70, lengths: [70, 33, 1] }, {}],
  ])('is what its twins are: %s', async (_name, options, variety) => {
    const chain = createAttentionChain(options, 7);
    const worst = worstOf(await compareWithTwins(chain, profile, variety));
    expect(worst, worst.worst).toMatchObject({ ok: true });
  });
});

async function compareWithTwins(chain: AttentionChain, profile: AdapterProfile, variety: AttentionVariety) {
  const { buffers, parameters } = chain;
  const { plan, layout, attention, outputGradient, stateGradient, sourceGradient } = attentionPlan(chain, profile, variety);
  const { alignment, output } = attention;
  forwardAttention(chain);
  backwardAttention(chain);
  const real = (name: string, flat: ArrayLike<number>): Float32Array => {
    const { offset, rows, columns, isReal } = parameters.get(name) ?? missing(name);
    const values = Array.from({ length: rows * columns }, (_, i) =>
      isReal(Math.floor(i / columns), i % columns) ? [flat[offset + i]] : [],
    );
    return Float32Array.from(values.flat());
  };
  const flat = pack(layout, new Map([...parameters.keys()].map((name) => [name, real(name, buffers.parameters)])));
  const before = caseNumbers(3).signed(sourceGradient.elements);
  const contents: Readonly<Record<string, HostBuffer>> = {
    parameters: flat,
    weights: forwardCopies(layout, flat),
    gradients: new Float32Array(layout.elements),
    // nothing may read what lies before the first step
    states: behind(attention.states.offset, buffers.states),
    source: behind(attention.source.offset, buffers.source),
    lengths: Uint32Array.from([...new Array<number>(lengthsOffset).fill(99), ...chain.options.lengths]),
    [outputGradient.name]: Float32Array.from(buffers.coefficients),
    [stateGradient.name]: unwritten(stateGradient.elements),
    [sourceGradient.name]: variety.accumulate ? before : unwritten(sourceGradient.elements),
  };
  const ledger = createLedger(device);
  const given = new Map(
    Object.entries(contents).map(([name, values]) => {
      const buffer = ledger.create(name, values.byteLength, TENSOR_USAGE);
      device.queue.writeBuffer(buffer, 0, values);
      return [name, buffer];
    }),
  );
  const executor = await createExecutor(device, plan, given);
  const encoder = device.createCommandEncoder({ label: 'attention' });
  executor.encode(encoder);
  device.queue.submit([encoder.finish()]);
  const read = async (name: string, wanted: Pick<Tensor, 'bytes'>, buffer = given.get(name) ?? missing(name)): Promise<Float32Array> =>
    new Float32Array((await readBuffers(device, [{ buffer, size: wanted.bytes }]))[0]);
  const flatGradients = await read('gradients', { bytes: layout.elements * 4 });
  const gradients = unpack(layout, flatGradients);
  const results = [
    compare('alignment', await read('', alignment, executor.bufferOf(alignment)), buffers.alignment, tolerance),
    compare('output', await read('', output, executor.bufferOf(output)), buffers.output, tolerance),
    compare('states', await read(stateGradient.name, stateGradient), buffers.stateGradient, tolerance),
    compare(
      'source',
      await read(sourceGradient.name, sourceGradient),
      buffers.sourceGradient.map((value: number, i: number) => value + (variety.accumulate ? before[i] : 0)),
      tolerance,
    ),
    compare('padding', flatGradients, pack(layout, gradients), exact),
    ...[...gradients].map(([name, values]) => compare(name, values, real(name, buffers.gradients), tolerance)),
  ];
  executor.destroy();
  ledger.destroyAll();
  return results;
}

function behind(offset: number, values: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const all = unwritten(offset + values.length);
  all.set(values, offset);
  return all;
}

function missing(name: string): never {
  throw new Error(`${name} must be there, got nothing`);
}
