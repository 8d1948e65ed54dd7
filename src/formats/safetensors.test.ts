import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from './safetensors.ts';

const shapes = fc.array(fc.nat(4), { maxLength: 3 });
const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
const tensor: fc.Arbitrary<SafeTensor> = shapes.chain((shape): fc.Arbitrary<SafeTensor> => {
  const length = { minLength: size(shape), maxLength: size(shape) };
  return fc.oneof(
    fc.float32Array(length).map((data) => ({ dtype: 'F32' as const, shape, data })),
    fc.uint32Array(length).map((data) => ({ dtype: 'U32' as const, shape, data })),
    fc.int32Array(length).map((data) => ({ dtype: 'I32' as const, shape, data })),
  );
});
const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__metadata__');
const tensorMaps = fc.array(fc.tuple(name, tensor), { maxLength: 5 }).map((entries) => new Map(entries));
const metadata = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));

/** A file with this header, as it stands, and this many bytes of data. */
function file(header: string, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

describe('round trip', () => {
  test('tensors and metadata come back bit by bit', () => {
    fc.assert(
      fc.property(tensorMaps, metadata, (tensors, texts) => {
        const decoded = decodeSafetensors(encodeSafetensors(tensors, texts));
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(texts).sort());
        expect(new Set(decoded.tensors.keys())).toEqual(new Set(tensors.keys()));
        for (const [key, { dtype, shape, data }] of tensors) {
          expect(decoded.tensors.get(key)).toEqual({ dtype, shape, data });
        }
      }),
    );
  });

  test('NaN keeps its payload and zero its sign', () => {
    const data = new Float32Array(Uint32Array.of(0x7fc12345, 0x80000000).buffer);
    const decoded = decodeSafetensors(encodeSafetensors(new Map([['x', { dtype: 'F32', shape: [2], data }]]), {})).tensors.get('x');
    expect(new Uint32Array(decoded?.data.buffer ?? new ArrayBuffer(0))).toEqual(Uint32Array.of(0x7fc12345, 0x80000000));
  });

  test('the order of the map is the order of the file, also for names like numbers', () => {
    const one = (value: number): SafeTensor => ({ dtype: 'I32', shape: [], data: Int32Array.of(value) });
    const names = ['b', '10', 'a', '2'];
    const bytes = encodeSafetensors(new Map(names.map((key, i) => [key, one(i)])), {});
    expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual(names);
  });

  test('views into larger memory are written and read at their own place', () => {
    const memory = Float32Array.of(9, 1, 2, 9);
    const bytes = encodeSafetensors(new Map([['x', { dtype: 'F32', shape: [2], data: memory.subarray(1, 3) }]]), {});
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSafetensors(shifted.subarray(3)).tensors.get('x')?.data).toEqual(Float32Array.of(1, 2));
  });
});

test('the layout is the published one', () => {
  const bytes = encodeSafetensors(new Map([['w', { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, -2) }]]), { spec: '{}' });
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes));
  expect(headerBytes % 8).toBe(0);
  expect(header.trimEnd()).toBe('{"__metadata__":{"spec":"{}"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}');
  expect([...bytes.subarray(8 + headerBytes)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]);
  expect(bytes).toHaveLength(8 + headerBytes + 8);
});

describe('what cannot be written', () => {
  test.each([
    ['w', [3], "tensor 'w' of shape [3] must have 3 elements, got 2"],
    ['__metadata__', [2], "a tensor must not be called '__metadata__', the format keeps that name"],
  ])('%s %j', (key, shape, message) => {
    const tensors = new Map<string, SafeTensor>([[key, { dtype: 'F32', shape, data: new Float32Array(2) }]]);
    expect(() => encodeSafetensors(tensors, {})).toThrow(message);
  });
});

describe('what cannot be read', () => {
  const whole = encodeSafetensors(new Map([['w', { dtype: 'F32', shape: [4], data: Float32Array.of(1, 2, 3, 4) }]]), { a: 'b' });

  test('a file cut anywhere, or one that goes on', () => {
    for (let length = 0; length < whole.length; length++) {
      expect(() => decodeSafetensors(whole.subarray(0, length), 'm.safetensors')).toThrow(InputError);
    }
    const longer = new Uint8Array(whole.length + 1);
    longer.set(whole);
    expect(() => decodeSafetensors(longer)).toThrow('its tensors should take 16 bytes, got 17');
  });

  test('garbage never does anything but fail with an InputError or be a valid file', () => {
    const damaged = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = whole.slice();
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array()), (bytes) => {
        try {
          decodeSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['{', 0, 'got a header that is not JSON'],
    ['[]', 0, 'got a header that is not a JSON object'],
    ['{"__metadata__":3}', 0, 'got metadata that is not an object'],
    ['{"__metadata__":{"a":3}}', 0, "got metadata 'a' that is not text"],
    ['{"w":7}', 0, "got tensor 'w' without dtype, shape and data_offsets"],
    ['{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}', 4, `tensor 'w' should have dtype F32, U32 or I32, got "F16"`],
    ['{"w":{"shape":[2],"data_offsets":[0,4]}}', 4, "tensor 'w' should have dtype F32, U32 or I32, got nothing"],
    ['{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', 4, "got tensor 'w' with a shape that is not a list of sizes"],
    ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}', 4, "got tensor 'w' with data_offsets that are not two positions"],
    ['{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', 4, "tensor 'w' of shape [2] should take 8 bytes, got 4"],
    ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8, "tensor 'w' should begin at byte 0 of the data, got 4"],
    ['{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 0, 'its tensors should take 4 bytes, got 0'],
    [
      '{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}',
      4,
      "tensor 'w' should begin at byte 4 of the data, got 0",
    ],
  ])('%s', (header, dataBytes, message) => {
    expect(() => decodeSafetensors(file(header, dataBytes), 'm.safetensors')).toThrow(InputError);
    expect(() => decodeSafetensors(file(header, dataBytes), 'm.safetensors')).toThrow(
      `m.safetensors must be a whole .safetensors file, ${message}`,
    );
  });

  test('a header longer than the file', () => {
    const bytes = new Uint8Array(16).fill(0xff);
    expect(() => decodeSafetensors(bytes)).toThrow('its header should take 18446744073709551615 bytes, got 8 after the length');
  });
});

test('a Node Buffer, whose slice shares memory, is read like any other bytes', () => {
  const data = Float32Array.of(1, 2, 3);
  const bytes = encodeSafetensors(new Map([['a', { dtype: 'F32' as const, shape: [3], data }]]));
  const shared = Buffer.concat([Buffer.of(7, 7, 7), bytes]).subarray(3);
  expect(decodeSafetensors(shared).tensors.get('a')?.data).toEqual(data);
});
