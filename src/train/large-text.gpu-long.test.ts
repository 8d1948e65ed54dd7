/** A text that is larger than a kernel may bind: its windows are uploaded step by step, and nothing else is different. */
import { expect, it } from 'vitest';
import { createModel, createTokenStream, createTrainer, createValidationStream, requestDevice, type TokenStream } from '../index.ts';
import { collect, differences } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

const megabytes = 1_048_576;
/** What every adapter binds. */
const least = 128 * megabytes;
const sizes = { batch: 3, timeSteps: 5 } as const;

it('trains and measures as if the text lay on the GPU', { timeout: 120_000 }, async () => {
  const large = await requestDevice();
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('there must be an adapter, got none');
  const small = await adapter.requestDevice();
  const spec = smallModel({ input: { kind: 'tokens', vocabulary: 7 }, output: { kind: 'softmax', classes: 7 } });
  const tokens = new Uint32Array(least / 4 + 100).map((_, place) => Math.imul(place, 2_654_435_761) >>> 8).map((id) => id % 7);
  expect(large.limits.maxStorageBufferBindingSize).toBeGreaterThan(tokens.byteLength + 1000);
  expect(small.limits.maxStorageBufferBindingSize).toBeLessThan(tokens.byteLength);

  const results = [];
  for (const device of [large, small]) {
    const model = createModel(device, spec, { selfTest: false });
    const trainer = createTrainer(model, { ...sizes, stateful: true });
    const stream: TokenStream = createTokenStream(tokens, sizes);
    const metrics = await collect(trainer.run(stream, { steps: 12 }));
    const bytes = trainer.bytes;
    const held = await trainer.evaluate(cutTo(createValidationStream(tokens, sizes), 20));
    results.push({ losses: metrics.map(({ loss }) => loss), parameters: await model.parameters.read(), held, bytes });
    trainer.destroy();
    model.destroy();
    device.destroy();
  }
  const [resident, windowed] = results;
  expect(windowed.losses).toEqual(resident.losses);
  expect(differences(windowed.parameters, resident.parameters)).toEqual([]);
  expect(windowed.held).toEqual(resident.held);
  expect(resident.bytes).toBeGreaterThan(least);
  expect(windowed.bytes).toBeLessThan(megabytes);
});

/** Only its first windows. */
const cutTo = (stream: TokenStream, windowsPerEpoch: number): TokenStream => ({ ...stream, windowsPerEpoch });
