/**
 * How the accumulators of a tile begin and end. A load or a store of a vec4 is long code on SwiftShader, and those of a whole tile, unrolled, took half of the
 * time in which a kernel compiled. There accumulators pass through an array of the thread, which loops fill and empty.
 */
import { unroll } from '../wgsl.ts';
import type { Tile } from './product.ts';

/** The accumulators of a tile: for each of its rows those of some groups, such as gates, `vectors` of each. */
export interface TileSums {
  readonly tile: Tile;
  readonly groups: readonly number[];
  readonly name: (group: number, row: number, vector: number) => string;
}

/** One vec4 of the tile as expressions; tags tell names apart where code is unrolled, and are empty in loops. */
export interface TilePlace {
  readonly row: string;
  readonly rowTag: string;
  readonly vector: string;
  readonly vectorTag: string;
}

/** Statements that come before those of each vec4: what is known of a vector for every row, and of a row. */
interface TileFrame {
  readonly ofVector?: (place: TilePlace) => string;
  readonly ofRow?: (place: TilePlace) => string;
}

/** Which of four neighbouring threads this is; `lane` counts on where a subgroup has more. */
export const LANE = '(lane & 3u)';

/** What the lane `lane ^ (row & 3)` has: SwiftShader swaps lanes by one instruction and broadcasts by eleven, so accumulator `row` of a lane is row `row ^ lane` of the tile. */
export const ofLane = (value: string, row: number): string =>
  [value, `quadSwapX(${value})`, `quadSwapY(${value})`, `quadSwapDiagonal(${value})`][row & 3];

const none = (): string => '';
const unrolled = (row: number, vector: number): TilePlace => ({
  row: `${row}u`,
  rowTag: `${row}`,
  vector: `${vector}u`,
  vectorTag: `${vector}`,
});
/** The place that b and n of the loops stand for; of lanes alone once they have swapped: a row of the thread's own, in the columns of the lane whose accumulator it was. */
function looped({ vectors, lanes, alone }: Tile): TilePlace {
  const tags = { rowTag: '', vectorTag: '' };
  if (alone) return { ...tags, row: `((b & ~3u) | ${LANE})`, vector: `(((b ^ lane) & 3u) * ${vectors}u + n)` };
  return { ...tags, row: lanes ? `(b ^ ${LANE})` : 'b', vector: 'n' };
}

/** The array of a thread through which the accumulators of a staged tile pass, of at most so many groups. */
export const declareStage = ({ rows, vectors, staged }: Tile, groups: number): string =>
  staged ? `var<private> staged: array<vec4f, ${rows * vectors * groups}>;\nvar<private> first_staged: u32;` : '';

/** In a function that `forStagedSums` calls: the accumulator of the group at this index. */
export const stagedSum = (index: number): string => `staged[first_staged + ${index}u]`;

const stagedAt = ({ tile: { vectors }, groups }: TileSums, row: number, vector: number, index: number): string =>
  `staged[${(row * vectors + vector) * groups.length + index}u]`;
const stagedInLoop = ({ tile: { vectors }, groups }: TileSums, index: number): string =>
  `staged[(b * ${vectors}u + n) * ${groups.length}u + ${index}u]`;

/** A line for every accumulator. */
const forSums = ({ tile, groups }: TileSums, line: (group: number, row: number, vector: number, index: number) => string): string =>
  unroll(tile.rows, (row) => unroll(groups.length, (index) => unroll(tile.vectors, (vector) => line(groups[index], row, vector, index))));

const loops = (
  tile: Tile,
  { ofVector = none, ofRow = none }: TileFrame,
  body: string,
): string => `for (var n = 0u; n < ${tile.vectors}u; n++) {
      ${ofVector(looped(tile))}
      for (var b = 0u; b < ${tile.rows}u; b++) {
        ${ofRow(looped(tile))}
        ${body}
      }
    }`;

const frames = ({ rows, vectors }: Tile, { ofVector = none, ofRow = none }: TileFrame): string =>
  `${unroll(vectors, (vector) => ofVector(unrolled(0, vector)))}\n${unroll(rows, (row) => ofRow(unrolled(row, 0)))}`;

/** Declares the accumulators at zero. */
export const zeroSums = (sums: TileSums): string =>
  forSums(sums, (group, row, vector) => `var ${sums.name(group, row, vector)} = vec4f();`);

/** An accumulator as loops have it, or out of what they have: lanes alone swap. */
const swapped = ({ alone }: Tile, row: number, value: string): string => (alone ? ofLane(value, row) : value);

/** Declares the accumulators, each with its value; `beside`: statements at every place, `more`: what is added to each of a staged tile behind its loops. */
export function fillSums(
  sums: TileSums,
  value: (group: number, place: TilePlace) => string,
  {
    beside = none,
    more = none,
    ...frame
  }: TileFrame & { readonly beside?: (place: TilePlace) => string; readonly more?: (group: number, vector: number) => string } = {},
): string {
  const { tile, groups, name } = sums;
  if (!tile.staged) {
    const lines = forSums(sums, (group, row, vector) => `var ${name(group, row, vector)} = ${value(group, unrolled(row, vector))};`);
    const others = unroll(tile.rows, (row) => unroll(tile.vectors, (vector) => beside(unrolled(row, vector))));
    return `${frames(tile, frame)}\n${lines}\n${others}`;
  }
  const body = unroll(groups.length, (index) => `${stagedInLoop(sums, index)} = ${value(groups[index], looped(tile))};`);
  return `${loops(tile, frame, `${body}\n${beside(looped(tile))}`)}
    ${forSums(sums, (group, row, vector, index) => `var ${name(group, row, vector)} = ${swapped(tile, row, stagedAt(sums, row, vector, index))}${more(group, vector)};`)}`;
}

/** Statements that store the accumulators at places where `guard`, if it says anything, holds. */
export function emptySums(
  sums: TileSums,
  store: (group: number, place: TilePlace, value: string) => string,
  { guard = none, ...frame }: TileFrame & { readonly guard?: (place: TilePlace) => string } = {},
): string {
  const { tile, groups, name } = sums;
  const guarded = (place: TilePlace, body: string): string => `${guard(place) && `if (${guard(place)}) `}{ ${body} }`;
  if (!tile.staged) {
    const line = (group: number, row: number, vector: number): string => {
      const place = unrolled(row, vector);
      return guarded(place, store(group, place, name(group, row, vector)));
    };
    return `${frames(tile, frame)}\n${forSums(sums, line)}`;
  }
  const body = unroll(groups.length, (index) => store(groups[index], looped(tile), stagedInLoop(sums, index)));
  return `${stage(sums)}
    ${loops(tile, frame, guarded(looped(tile), body))}`;
}

const stage = (sums: TileSums): string =>
  forSums(
    sums,
    (group, row, vector, index) => `${stagedAt(sums, row, vector, index)} = ${swapped(sums.tile, row, sums.name(group, row, vector))};`,
  );

/** Statements at every place of a staged tile, where functions that they call find the accumulators as `stagedSum`. */
export function forStagedSums(
  sums: TileSums,
  statements: (place: TilePlace) => string,
  { guard = none, ...frame }: TileFrame & { readonly guard?: (place: TilePlace) => string } = {},
): string {
  const place = looped(sums.tile);
  const body = `first_staged = (b * ${sums.tile.vectors}u + n) * ${sums.groups.length}u;
        ${statements(place)}`;
  return `${stage(sums)}
    ${loops(sums.tile, frame, guard(place) ? `if (${guard(place)}) { ${body} }` : body)}`;
}
