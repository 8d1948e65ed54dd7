/**
 * Where every parameter lies on the GPU: one flat buffer in PyTorch's order and layout, rows and columns padded to multiples of 4, which the
 * optimizer owns; and one flat buffer of forward copies, matrices transposed so that threads read neighbouring outputs.
 */
import { CHUNK, CHUNK_ELEMENTS, CHUNK_FIELDS, COPY } from '../../shaders/update.ts';
import { InputError } from '../spec/input-error.ts';
import type { Parameter } from '../spec/parameters.ts';
import { padded } from './legend.ts';

export interface PackedParameter {
  readonly parameter: Parameter;
  /** Rows and columns with padding; a bias is one row. */
  readonly rows: number;
  readonly columns: number;
  /** First element in `parameters`, `gradients` and in each moment. */
  readonly offset: number;
  /** First element in `weights`, where the forward copy lies. */
  readonly weights: number;
  readonly copy: keyof typeof COPY;
}

export interface ParameterLayout {
  readonly packed: readonly PackedParameter[];
  readonly elements: number;
  readonly weightElements: number;
  /** The parameter of that name. */
  readonly at: (name: string) => PackedParameter;
  readonly has: (name: string) => boolean;
}

export function planLayout(table: readonly Parameter[]): ParameterLayout {
  const packed: PackedParameter[] = [];
  let elements = 0;
  let weightElements = 0;
  for (const parameter of table) {
    const { shape, blocks, columnBlocks } = parameter;
    const isMatrix = shape.length === 2;
    const blockRows = isMatrix ? padded(shape[0] / blocks) : 1;
    const rows = isMatrix ? blocks * blockRows : 1;
    const columns = isMatrix ? columnBlocks * padded(shape[1] / columnBlocks) : blocks * padded(shape[0] / blocks);
    const isOnlyGathered = parameter.name.endsWith('embedding.weight') && !parameter.isTied;
    const copy = isOnlyGathered ? 'none' : isMatrix ? 'transposed' : 'straight';
    packed.push({ parameter, rows, columns, offset: elements, weights: weightElements, copy });
    elements += rows * columns;
    if (copy !== 'none') weightElements += rows * columns;
  }
  const byName = new Map(packed.map((entry) => [entry.parameter.name, entry]));
  return {
    packed,
    elements,
    weightElements,
    has: (name) => byName.has(name),
    at: (name) => {
      const entry = byName.get(name);
      if (!entry) throw new InputError(`parameter must be one of ${[...byName.keys()].join(', ')}, got ${name}`);
      return entry;
    },
  };
}

/** Calls `visit(unpadded, padded)` for each element of a parameter: its place in the PyTorch tensor and in the padded block. */
function forElements(
  { parameter: { shape, blocks, columnBlocks }, columns }: PackedParameter,
  visit: (plain: number, packed: number) => void,
): void {
  const isMatrix = shape.length === 2;
  const width = isMatrix ? shape[1] : 1;
  const blockRows = shape[0] / blocks;
  const stride = isMatrix ? columns : 1;
  const blockColumns = width / columnBlocks;
  const packedColumn = Uint32Array.from(
    { length: width },
    (_, column) => Math.floor(column / blockColumns) * padded(blockColumns) + (column % blockColumns),
  );
  for (let row = 0; row < shape[0]; row++) {
    const packedRow = Math.floor(row / blockRows) * padded(blockRows) + (row % blockRows);
    for (let column = 0; column < width; column++) visit(row * width + column, packedRow * stride + packedColumn[column]);
  }
}

/** Packs tensors in PyTorch layout into the flat order of the layout. Missing, unknown or wrongly sized names throw before anything is written, and NaN, which a GPU may take for a number. */
export function pack(layout: ParameterLayout, tensors: ReadonlyMap<string, Float32Array>): Float32Array<ArrayBuffer> {
  for (const name of tensors.keys()) layout.at(name);
  const flat = new Float32Array(layout.elements);
  for (const entry of layout.packed) {
    const { name, elements, shape } = entry.parameter;
    const values = tensors.get(name);
    if (!values) throw new InputError(`parameter ${name} [${shape.join(', ')}] must be given, got none`);
    if (values.length !== elements)
      throw new InputError(`parameter ${name} must have ${elements} values [${shape.join(', ')}], got ${values.length}`);
    const bad = values.findIndex(Number.isNaN);
    if (bad >= 0) throw new InputError(`parameter ${name} must hold numbers, got NaN at element ${bad}`);
    forElements(entry, (plain, packed) => {
      flat[entry.offset + packed] = values[plain];
    });
  }
  return flat;
}

/** The inverse of `pack`. */
export function unpack(layout: ParameterLayout, flat: Float32Array): Map<string, Float32Array> {
  return new Map(
    layout.packed.map((entry) => {
      const values = new Float32Array(entry.parameter.elements);
      forElements(entry, (plain, packed) => {
        values[plain] = flat[entry.offset + packed];
      });
      return [entry.parameter.name, values];
    }),
  );
}

/** The forward copies of packed parameters; afterwards `update` keeps them. */
export function forwardCopies(layout: ParameterLayout, flat: Float32Array): Float32Array<ArrayBuffer> {
  const weights = new Float32Array(layout.weightElements);
  for (const { rows, columns, offset, weights: first, copy } of layout.packed) {
    if (copy === 'none') continue;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const place = copy === 'transposed' ? column * rows + row : row * columns + column;
        weights[first + place] = flat[offset + row * columns + column];
      }
    }
  }
  return weights;
}

/** The table of `update`: each workgroup's piece of one parameter. */
export function chunkTable(layout: ParameterLayout): Uint32Array<ArrayBuffer> {
  const rows: number[][] = [];
  for (const [tensor, { rows: height, columns, offset, weights, copy }] of layout.packed.entries()) {
    for (let first = 0; first < height * columns; first += CHUNK_ELEMENTS) {
      const row = new Array<number>(CHUNK_FIELDS).fill(0);
      row[CHUNK.offset] = offset;
      row[CHUNK.elements] = Math.min(CHUNK_ELEMENTS, height * columns - first);
      row[CHUNK.first] = first;
      row[CHUNK.rows] = height;
      row[CHUNK.columns] = columns;
      row[CHUNK.weights] = weights;
      row[CHUNK.copy] = COPY[copy];
      row[CHUNK.tensor] = tensor;
      rows.push(row);
    }
  }
  return new Uint32Array(rows.flat());
}
