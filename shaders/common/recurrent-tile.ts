/**
 * What the recurrent kernels share: a thread owns `tile.rows` batch rows times `4 * tile.vectors` neighbouring units, for every gate.
 * The accumulators of gate g, row b and vector n start with the input's part, collect the recurrent product, and end in the gate's plane.
 */
import { type Binding, read, readWrite } from '../kernel.ts';
import { unroll } from '../wgsl.ts';
import { CELLS, type CellKind } from './cell.ts';
import { loopTurns, storeGuard, type Tile } from './product.ts';

export interface RecurrentOptions {
  readonly cell: CellKind;
  readonly batch: number;
  /** A multiple of 4 and of 4 * tile.vectors. */
  readonly hiddenSize: number;
  /** `projected`: x·W + b already lies in gates. `tokens`: one-hot input, rows of weight_ih are gathered here. */
  readonly input: 'projected' | 'tokens';
  readonly recurrentBias: boolean;
  readonly inputBias: boolean;
  /** Rows end at time steps of their own, lengths [B] u32: past its end a row's states hold. */
  readonly lengths?: boolean;
  readonly tile: Tile;
}

/** The bindings of every forward recurrent kernel, and their types. */
export function forwardBindings({ cell, input, lengths }: RecurrentOptions): Binding[] {
  return [
    read('weights'),
    ...(input === 'tokens' ? [read('tokens')] : []),
    ...(lengths ? [read('lengths')] : []),
    readWrite('gates'),
    readWrite('states'),
    ...(CELLS[cell].hasCell ? [readWrite('cells')] : []),
  ];
}

export const FORWARD_TYPES = {
  weights: 'array<vec4f>',
  tokens: 'array<u32>',
  lengths: 'array<u32>',
  gates: 'array<vec4f>',
  states: 'array<vec4f>',
  cells: 'array<vec4f>',
};

export const FORWARD_UNIFORMS = ['begin', 'end', 'weightHidden', 'biasHidden', 'weightInput', 'biasInput'];

/** Constants that every recurrent kernel uses; indices count vec4s. */
export function declareShape(cell: CellKind, batch: number, hiddenSize: number): string {
  const units = hiddenSize / 4;
  return `const BATCH = ${batch}u;
const UNITS = ${units}u;
const PLANE = ${units}u;
const PLANES = ${CELLS[cell].planes}u;
const ROW = ${batch * units}u;`;
}

/** Runs `body` for each row of the tile that exists, in a loop: unrolled activations take seconds to compile on SwiftShader. */
export function forRows(batch: number, tile: Tile, body: string): string {
  const guard = batch % tile.rows === 0 ? '' : 'if (firstRow + b >= BATCH) { break; }';
  return `for (var b = 0u; b < ${tile.rows}u; b++) {
      ${guard}
      let row = firstRow + b;
      for (var n = 0u; n < ${tile.vectors}u; n++) {
        let unit = firstUnit + n;
        ${body}
      }
    }`;
}

const name = (gate: number, row: number, vector: number): string => `a${gate}_${row}_${vector}`;

export function forTileGates(gates: number, tile: Tile, line: (gate: number, row: number, vector: number) => string): string {
  return unroll(tile.rows, (row) => unroll(gates, (gate) => unroll(tile.vectors, (vector) => line(gate, row, vector))));
}

/** The rows of the tile, clamped: rows past the batch repeat the last one and are never stored. */
export function declareRows(batch: number, tile: Tile): string {
  return unroll(tile.rows, (row) =>
    batch % tile.rows === 0 ? `let row${row} = firstRow + ${row}u;` : `let row${row} = min(firstRow + ${row}u, BATCH - 1u);`,
  );
}

/** `gates` of the list start from the input's part (if their plane holds it) plus the recurrent bias. */
export function initialAccumulators(options: RecurrentOptions, gates: readonly number[]): string {
  const { cell, hiddenSize, input, recurrentBias, inputBias, tile } = options;
  const { gates: total, recurrentPlane, inputPlane } = CELLS[cell];
  const units = hiddenSize / 4;
  const isShared = (gate: number): boolean => recurrentPlane(gate) === inputPlane(gate);
  const fromTokens = (gate: number, row: number, vector: number): string => {
    const bias = inputBias ? ` + weights[call.biasInput / 4u + ${gate * units}u + firstUnit + ${vector}u]` : '';
    return `weights[x${row} + ${gate * units}u + ${vector}u]${bias}`;
  };
  const fromGates = (gate: number, row: number, vector: number): string =>
    `gates[((t * BATCH + row${row}) * PLANES + ${inputPlane(gate)}u) * UNITS + firstUnit + ${vector}u]`;
  const inputPart = input === 'tokens' ? fromTokens : fromGates;
  const hiddenPart = (gate: number, vector: number): string =>
    recurrentBias ? `weights[call.biasHidden / 4u + ${gate * units}u + firstUnit + ${vector}u]` : 'vec4f()';
  const first = (gate: number, row: number, vector: number): string =>
    isShared(gate) ? `${inputPart(gate, row, vector)} + ${hiddenPart(gate, vector)}` : hiddenPart(gate, vector);
  const tokenRows = unroll(
    tile.rows,
    (row) => `let x${row} = call.weightInput / 4u + tokens[t * BATCH + row${row}] * ${total * units}u + firstUnit;`,
  );
  const lines = unroll(tile.rows, (row) =>
    unroll(gates.length, (index) =>
      unroll(tile.vectors, (vector) => `var ${name(gates[index], row, vector)} = ${first(gates[index], row, vector)};`),
    ),
  );
  // the input's part of a gate whose recurrent part stands apart must lie in its own plane before the activation reads it
  const apart = gates.filter((gate) => !isShared(gate) && input === 'tokens');
  const stores = unroll(tile.rows, (row) =>
    unroll(apart.length, (index) =>
      unroll(
        tile.vectors,
        (vector) =>
          `${storeGuard(options.batch, tile, row)}{ gates[((t * BATCH + row${row}) * PLANES + ${inputPlane(apart[index])}u) * UNITS + firstUnit + ${vector}u] = ${fromTokens(apart[index], row, vector)}; }`,
      ),
    ),
  );
  return [input === 'tokens' ? tokenRows : '', lines, stores].join('\n');
}

/** a += h[k] * U[k]: `state(row)` is the scalar h of that row at k. */
export function recurrentProduct(options: RecurrentOptions, gates: readonly number[], state: (row: number) => string): string {
  const { cell, hiddenSize, tile } = options;
  const stride = (CELLS[cell].gates * hiddenSize) / 4;
  const body = `${unroll(gates.length, (index) => unroll(tile.vectors, (vector) => `let w${gates[index]}_${vector} = weights[call.weightHidden / 4u + k * ${stride}u + ${(gates[index] * hiddenSize) / 4}u + firstUnit + ${vector}u];`))}
      ${unroll(tile.rows, (row) => `{ let h = ${state(row)}; ${unroll(gates.length, (index) => unroll(tile.vectors, (vector) => `${name(gates[index], row, vector)} += h * w${gates[index]}_${vector};`, ' '), ' ')} }`)}`;
  return loopTurns(tile, hiddenSize, body);
}

/** Declares h, the state of (row, unit) after step t: `step` computes it, past the end of the row the state before it holds. */
export function nextState({ cell, lengths }: RecurrentOptions, step: string): string {
  if (!lengths) return `let h = ${step};`;
  const holdCell = CELLS[cell].hasCell ? 'cells[state + ROW] = cells[state];' : '';
  return `var h = states[state];
        if (t < lengths[row]) { h = ${step}; } else { ${holdCell} }`;
}

/** What sets a kernel apart from one without lengths, in its variant. */
export const lengthsLabel = ({ lengths }: { readonly lengths?: boolean }): string => (lengths ? ' lengths' : '');

/** Stores the accumulators in the planes from which the activation reads them. */
export function storeAccumulators({ batch, cell, tile }: RecurrentOptions, gates: readonly number[]): string {
  const { recurrentPlane } = CELLS[cell];
  return unroll(tile.rows, (row) =>
    unroll(gates.length, (index) =>
      unroll(
        tile.vectors,
        (vector) =>
          `${storeGuard(batch, tile, row)}{ gates[((t * BATCH + row${row}) * PLANES + ${recurrentPlane(gates[index])}u) * UNITS + firstUnit + ${vector}u] = ${name(gates[index], row, vector)}; }`,
      ),
    ),
  );
}

export const allGates = (cell: CellKind): readonly number[] => Array.from({ length: CELLS[cell].gates }, (_, gate) => gate);
