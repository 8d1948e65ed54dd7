/**
 * Tiles in workgroup memory: the threads of a workgroup own neighbouring tiles, `down` rows of `across`, and hand each other the operands of a product, `slice` k's at a time. Each number is then
 * read from storage once per workgroup and not once per thread, which is what products of a GPU wait for; a software adapter only pays for the copy.
 *
 * In scope: `local`, the thread's index in its workgroup. The flow around must be uniform: there are barriers in the loop.
 */
import type { Columns, LeftOperand, ProductCode, Tile } from './product.ts';

/** How a workgroup's threads lie, and how many k's of the operands it holds. */
export interface SharedTile {
  readonly across: number;
  readonly down: number;
  readonly slice: number;
}

/** The operands of a whole workgroup: rows, groups of four rows and vec4s of columns counted from its first, as expressions. */
export interface SharedOperands {
  readonly left: { readonly one: (row: string, k: string) => string } | { readonly four: (group: string, k: string) => string };
  readonly right: (column: string, k: string) => string;
}

/** Rows that a workgroup with this tile owns; of a thread alone, where nothing is shared. */
export const rowsTogether = ({ rows, shared }: Tile): number => rows * (shared?.down ?? 1);
/** The vec4s of columns of it. */
export const vectorsTogether = ({ vectors, shared }: Tile): number => vectors * (shared?.across ?? 1);

/** Where the tiles' rows come in fours, so do the left operand's numbers. */
const hasFours = ({ rows }: Tile): boolean => rows % 4 === 0;
/** Of the left operand at one k; one more than there are, so that threads which store neighbouring k's store in different banks. */
const pitchOf = (tile: Tile): number => rowsTogether(tile) / (hasFours(tile) ? 4 : 1) + 1;

/** Module scope: what the workgroup holds of both operands, the right one's columns of so many groups. */
export function declareSharedTile(tile: Tile, groups: number): string {
  if (!tile.shared) return '';
  const { slice } = tile.shared;
  return /* wgsl */ `
var<workgroup> shared_left: array<${hasFours(tile) ? 'vec4f' : 'f32'}, ${slice * pitchOf(tile)}>;
var<workgroup> shared_right: array<vec4f, ${slice * vectorsTogether(tile) * groups}>;`;
}

/** Bytes of both. */
export const sharedBytes = (tile: Tile, groups: number): number =>
  (tile.shared?.slice ?? 0) * (pitchOf(tile) * (hasFours(tile) ? 16 : 4) + vectorsTogether(tile) * groups * 16);

/** How many workgroups cover rows x vectors. */
export const workgroupsOf = (tile: Tile, rows: number, vectors: number): number =>
  Math.ceil(rows / rowsTogether(tile)) * Math.ceil(vectors / vectorsTogether(tile));

/** Declares, of the workgroup numbered `place`, first row and column, and as `row` and `column` those of the thread. */
export function declareSharedPlace(tile: Tile, vectors: number, place: string, row: string, column: string): string {
  const { across = 1 } = tile.shared ?? {};
  const columnBlocks = Math.ceil(vectors / vectorsTogether(tile));
  return /* wgsl */ `
    let workgroupRow = ${place} / ${columnBlocks}u * ${rowsTogether(tile)}u;
    let workgroupColumn = ${place} % ${columnBlocks}u * ${vectorsTogether(tile)}u;
    let ${row} = workgroupRow + local / ${across}u * ${tile.rows}u;
    let ${column} = workgroupColumn + local % ${across}u * ${tile.vectors}u;`;
}

/** The loop sum += left * right over slices of k, in the order of every other product; `ownLoop` makes the loop within a slice. */
export function sharedLoop(
  code: ProductCode,
  { across, down, slice }: SharedTile,
  operands: SharedOperands,
  ownLoop: (code: ProductCode) => string,
): string {
  const { tile, inner, columns, first = '0u', bound } = code;
  const size = across * down;
  const pitch = pitchOf(tile);
  const width = vectorsTogether(tile);
  const rightWidth = (width * columns.length) / tile.vectors;
  const isRagged = bound !== undefined || inner % slice !== 0;
  const kOf = (index: string): string => (isRagged ? `min(begun + ${index}, limit - 1u)` : `begun + ${index}`);
  const rowsHeld = pitch - 1;
  const own: LeftOperand = hasFours(tile)
    ? { four: (group, k) => `shared_left[${k} * ${pitch}u + shared_row + ${group}u]` }
    : { one: (row, k) => `shared_left[${k} * ${pitch}u + shared_row + ${row}u]` };
  const ownColumns = columns.map(
    ({ sum }, index): Columns => ({
      sum,
      right: (k) =>
        `shared_right[${k} * ${rightWidth}u + shared_column + ${Math.floor(index / tile.vectors) * width + (index % tile.vectors)}u]`,
    }),
  );
  return /* wgsl */ `{
    let shared_row = local / ${across}u * ${hasFours(tile) ? tile.rows / 4 : tile.rows}u;
    let shared_column = local % ${across}u * ${tile.vectors}u;
    let start = ${first};
    ${isRagged ? `let limit = ${bound ? `min(start + ${inner}u, ${bound})` : `start + ${inner}u`};` : ''}
    for (var piece = 0u; piece < ${Math.ceil(inner / slice)}u; piece++) {
      let begun = start + piece * ${slice}u;
      for (var place = local; place < ${slice * rowsHeld}u; place += ${size}u) { ${fillLeft(tile, operands, slice, rowsHeld, kOf)} }
      for (var place = local; place < ${slice * rightWidth}u; place += ${size}u) {
        let k = ${kOf(`place / ${rightWidth}u`)};
        shared_right[place] = ${operands.right(`(place % ${rightWidth}u)`, 'k')};
      }
      workgroupBarrier();
      ${ownLoop({
        tile: { ...tile, shared: undefined },
        inner: slice,
        left: own,
        columns: ownColumns,
        bound: isRagged ? '(limit - min(begun, limit))' : undefined,
      })}
      workgroupBarrier();
    }
  }`;
}

/** One number, or four, of the left operand: neighbouring threads read neighbours in storage, k's of a row or fours of rows. */
function fillLeft(tile: Tile, { left }: SharedOperands, slice: number, rowsHeld: number, kOf: (index: string) => string): string {
  const pitch = pitchOf(tile);
  if ('four' in left) {
    const value = left.four(`(place % ${rowsHeld}u)`, 'k');
    return `let k = ${kOf(`place / ${rowsHeld}u`)}; shared_left[place / ${rowsHeld}u * ${pitch}u + place % ${rowsHeld}u] = ${value};`;
  }
  const row = `(place / ${slice}u${hasFours(tile) ? ' * 4u' : ''})`;
  const value = hasFours(tile)
    ? `vec4f(${[0, 1, 2, 3].map((lane) => left.one(`(${row} + ${lane}u)`, 'k')).join(', ')})`
    : left.one(row, 'k');
  return `let k = ${kOf(`place % ${slice}u`)}; shared_left[place % ${slice}u * ${pitch}u + place / ${slice}u] = ${value};`;
}
