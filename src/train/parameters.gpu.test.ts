/** Parameters are written all or none. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, InputError, requestDevice } from '../index.ts';
import { differences, randomInput, watchErrors } from '../testing/gpu.ts';
import { smallModel } from '../testing/models.ts';

let device: GPUDevice;
let errors: string[];

beforeAll(async () => {
  device = await requestDevice();
  errors = watchErrors(device);
});

afterAll(() => {
  expect(errors).toEqual([]);
  device.destroy();
});

const options = smallModel({ recurrent: { cell: 'rnn-tanh' } });

describe('writing parameters', () => {
  it('changes all of them, or none and says why', async () => {
    const model = createModel(device, options);
    const before = await model.parameters.read();
    const changed = (change: (tensors: Map<string, Float32Array>) => void) => {
      const tensors = new Map([...before].map(([name, values]) => [name, values.map((value) => value + 1)]));
      change(tensors);
      return tensors;
    };
    const refused: [(tensors: Map<string, Float32Array>) => void, string][] = [
      [(tensors) => tensors.set('rnn.weight_ih_l1', new Float32Array(3)), 'rnn.weight_ih_l1'],
      [(tensors) => tensors.delete('rnn.bias_hh_l0'), 'rnn.bias_hh_l0 [3] must be given, got none'],
      [(tensors) => tensors.set('head.weight', new Float32Array(20)), 'head.weight must have 21 values [7, 3], got 20'],
    ];
    for (const [change, message] of refused) {
      const writing = model.parameters.write(changed(change));
      await expect(writing).rejects.toThrow(InputError);
      await expect(writing).rejects.toThrow(message);
    }
    expect(differences(await model.parameters.read(), before)).toEqual([]);
    const after = changed(() => undefined);
    await model.parameters.write(after);
    expect(differences(await model.parameters.read(), after)).toEqual([]);
    // the forward copies are written with them
    const other = createModel(device, options, { kernel: 'step' });
    await other.parameters.write(after);
    const input = randomInput(model.spec, 4);
    expect(await model.forward({ input, kernel: 'step' })).toEqual(await other.forward({ input }));
    other.destroy();
    model.destroy();
  });
});
