import { InputError } from '../spec/input-error.ts';

/** One tensor of a file: its numbers row-major, as many as the product of its shape. */
export type SafeTensor =
  | { readonly dtype: 'F32'; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: 'U32'; readonly shape: readonly number[]; readonly data: Uint32Array }
  | { readonly dtype: 'I32'; readonly shape: readonly number[]; readonly data: Int32Array };

/** What a file holds: tensors by name, in file order, and free text by key. */
export interface SafeTensors {
  readonly tensors: Map<string, SafeTensor>;
  readonly metadata: Record<string, string>;
}

interface Entry {
  readonly name: string;
  readonly dtype: SafeTensor['dtype'];
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const prefixBytes = 8;
const elementBytes = 4;
const metadataKey = '__metadata__';

/**
 * Writes the safetensors format (https://github.com/huggingface/safetensors#format): eight bytes of header length, little
 * endian; the header, JSON of name to dtype, shape and data_offsets, padded with spaces to a multiple of eight; then the
 * tensors' bytes, one after another in the order of the map.
 *
 * @throws InputError if a tensor's numbers do not fill its shape, or one is called `__metadata__`.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, SafeTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const entries: [string, object][] = Object.keys(metadata).length === 0 ? [] : [[metadataKey, metadata]];
  for (const [name, { dtype, shape, data }] of tensors) {
    if (name === metadataKey) throw new InputError(`a tensor must not be called '${metadataKey}', the format keeps that name`);
    const elements = elementsOf(shape);
    if (elements !== data.length) {
      throw new InputError(`tensor '${name}' of shape [${shape.join(', ')}] must have ${elements} elements, got ${data.length}`);
    }
    entries.push([name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(prefixBytes + headerBytes + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, prefixBytes, prefixBytes + headerBytes);
  bytes.set(json, prefixBytes);
  let position = prefixBytes + headerBytes;
  for (const { data } of tensors.values()) {
    // Typed arrays are little endian as the format is, on every platform that has WebGPU.
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

/**
 * Reads the safetensors format, dtypes F32, U32 and I32. The result shares no memory with `bytes`.
 *
 * @param name what messages call the file
 * @throws InputError for anything that is truncated, overlapping, unexplained or of another dtype.
 */
export function decodeSafetensors(bytes: Uint8Array, name = 'file'): SafeTensors {
  const fail = (problem: string): never => {
    throw new InputError(`${name} must be a whole .safetensors file, ${problem}`);
  };
  if (bytes.length < prefixBytes) fail(`got only ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getBigUint64(0, true);
  const room = bytes.length - prefixBytes;
  if (headerBytes > BigInt(room)) fail(`its header should take ${headerBytes} bytes, got ${room} after the length`);
  const start = prefixBytes + Number(headerBytes);
  const header = parseHeader(bytes.subarray(prefixBytes, start), fail);
  const metadata = readMetadata(header[metadataKey], fail);
  const entries = Object.entries(header)
    .filter(([key]) => key !== metadataKey)
    .map(([key, value]) => readEntry(key, value, fail))
    .sort((left, right) => left.begin - right.begin || left.end - right.end);
  let expected = 0;
  for (const entry of entries) {
    if (entry.begin !== expected) fail(`tensor '${entry.name}' should begin at byte ${expected} of the data, got ${entry.begin}`);
    expected = entry.end;
  }
  if (expected !== bytes.length - start) fail(`its tensors should take ${expected} bytes, got ${bytes.length - start}`);
  // a Node Buffer's own slice would share memory, and with it another alignment and length
  const tensors = new Map(
    entries.map((entry) => [entry.name, toTensor(entry, Uint8Array.prototype.slice.call(bytes, start + entry.begin, start + entry.end))]),
  );
  return { tensors, metadata };
}

type Fail = (problem: string) => never;

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail('got a header that is not JSON');
  }
  return isRecord(header) ? header : fail('got a header that is not a JSON object');
}

function readMetadata(value: unknown, fail: Fail): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) return fail('got metadata that is not an object');
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => [key, typeof text === 'string' ? text : fail(`got metadata '${key}' that is not text`)]),
  );
}

function readEntry(name: string, value: unknown, fail: Fail): Entry {
  if (!isRecord(value)) return fail(`got tensor '${name}' without dtype, shape and data_offsets`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F32' && dtype !== 'U32' && dtype !== 'I32') {
    return fail(`tensor '${name}' should have dtype F32, U32 or I32, got ${JSON.stringify(dtype) ?? 'nothing'}`);
  }
  if (!isSizes(shape)) return fail(`got tensor '${name}' with a shape that is not a list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2) return fail(`got tensor '${name}' with data_offsets that are not two positions`);
  const [begin, end] = offsets;
  const wanted = elementsOf(shape) * elementBytes;
  if (end - begin !== wanted)
    return fail(`tensor '${name}' of shape [${shape.join(', ')}] should take ${wanted} bytes, got ${end - begin}`);
  return { name, dtype, shape, begin, end };
}

function toTensor({ dtype, shape }: Entry, bytes: Uint8Array): SafeTensor {
  switch (dtype) {
    case 'F32':
      return { dtype, shape, data: new Float32Array(bytes.buffer) };
    case 'U32':
      return { dtype, shape, data: new Uint32Array(bytes.buffer) };
    case 'I32':
      return { dtype, shape, data: new Int32Array(bytes.buffer) };
  }
}

function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
