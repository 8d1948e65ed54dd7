// The smallest ONNX writer that can say "LSTM, then dense": protobuf by hand (onnx.proto3, operator set 17).
import type { Weight } from './data.ts';
import type { Workload } from './workload.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = new TextEncoder();

function concatenate(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

const integer = (field: number, value: number): Bytes => Uint8Array.from([...varint(field * 8), ...varint(value)]);

function nested(field: number, ...parts: Uint8Array[]): Bytes {
  const body = concatenate(parts);
  return concatenate([Uint8Array.from([...varint(field * 8 + 2), ...varint(body.length)]), body]);
}

const text = (field: number, value: string): Bytes => nested(field, utf8.encode(value));

/** NodeProto with integer attributes; outputs may hold '' for those left out. */
function node(operator: string, inputs: string[], outputs: string[], attributes: Record<string, number> = {}): Bytes {
  return nested(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(3, outputs.join()),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) => nested(5, text(1, name), integer(3, value), integer(20, 2))),
  );
}

/** TensorProto: float32 (1) or int64 (7). */
function tensor(name: string, shape: number[], data: Float32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>): Bytes {
  const type = data instanceof Float32Array ? 1 : 7;
  return nested(5, ...shape.map((size) => integer(1, size)), integer(2, type), text(8, name), nested(9, new Uint8Array(data.buffer)));
}

/** ValueInfoProto of a float32 tensor; field 11 is an input, 12 an output. */
function value(field: number, name: string, shape: number[]): Bytes {
  const dimensions = nested(2, ...shape.map((size) => nested(1, integer(1, size))));
  return nested(field, text(1, name), nested(2, nested(1, integer(1, 1), dimensions)));
}

/** ONNX's gate order i, o, f, c as indices into ours, i, f, g, o. */
const gateOrder = [0, 3, 1, 2];

/** [rows, 4H] with our gates to [1, 4H, rows] with ONNX's. */
function toOnnxGates(matrix: Float32Array, rows: number, H: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(4 * H * rows);
  for (let gate = 0; gate < 4; gate++) {
    for (let h = 0; h < H; h++) {
      for (let k = 0; k < rows; k++) out[(gate * H + h) * rows + k] = matrix[k * 4 * H + gateOrder[gate] * H + h];
    }
  }
  return out;
}

/**
 * A model file of the workload: input `x` [T, B, I], output `logits` [T*B, O] (task A) or [B, O] (task B). That of a stream takes one time step: T is 1, and the
 * states are inputs `h`, `c` and outputs `hNext`, `cNext`, each [1, B, H].
 * `weights` in the order of makeWeights.
 */
export function makeLstmOnnx({ work, task, B, T: steps, I, H, O }: Workload, weights: readonly Weight[]): Bytes {
  const isStream = work === 'stream';
  const T = isStream ? 1 : steps;
  const states = (field: number, ...names: string[]) => (isStream ? names.map((name) => value(field, name, [1, B, H])) : []);
  const [wx, wh, b, wy, by] = weights.map((weight) => weight.data);
  const gates = 4 * H;
  const bias = new Float32Array(2 * gates);
  for (let gate = 0; gate < 4; gate++) bias.set(b.subarray(gateOrder[gate] * H, gateOrder[gate] * H + H), gate * H);
  const rows = task === 'A' ? T * B : B;
  const graph = nested(
    7,
    isStream
      ? node('LSTM', ['x', 'W', 'R', 'Bias', '', 'h', 'c'], ['', 'hNext', 'cNext'], { hidden_size: H })
      : node('LSTM', ['x', 'W', 'R', 'Bias'], task === 'A' ? ['top'] : ['', 'top'], { hidden_size: H }),
    node('Reshape', [isStream ? 'hNext' : 'top', 'flat'], ['rows']),
    node('MatMul', ['rows', 'Wy'], ['mm']),
    node('Add', ['mm', 'by'], ['logits']),
    text(2, 'lstm'),
    tensor('W', [1, gates, I], toOnnxGates(wx, I, H)),
    tensor('R', [1, gates, H], toOnnxGates(wh, H, H)),
    tensor('Bias', [1, 2 * gates], bias),
    tensor('flat', [2], BigInt64Array.from([BigInt(rows), BigInt(H)])),
    tensor('Wy', [H, O], wy),
    tensor('by', [O], by),
    value(11, 'x', [T, B, I]),
    ...states(11, 'h', 'c'),
    value(12, 'logits', [rows, O]),
    ...states(12, 'hNext', 'cNext'),
  );
  return concatenate([integer(1, 8), graph, nested(8, text(1, ''), integer(2, 17))]);
}
