/** How the norm of the gradient is cut into pieces: each lies in one parameter, so that the norms of parameters are known too. */
import type { PackedParameter, ParameterLayout } from './layout.ts';
import type { AdapterProfile } from './profile.ts';
import { chooseNorm } from './strategy.ts';

/** What of a layout says where gradients lie. */
interface Packing {
  readonly elements: number;
  readonly packed: readonly Pick<PackedParameter, 'rows' | 'columns' | 'offset'>[];
}

/**
 * The table of `gradient-norm`, [pieces, 4]: first vec4, vec4 behind the last, index of the parameter, 0. Every parameter is cut by itself, into
 * pieces no longer than a share of `pieces` equal ones.
 */
export function normPieces({ packed, elements }: Packing, pieces: number): Uint32Array<ArrayBuffer> {
  const longest = Math.ceil(elements / 4 / pieces);
  const rows = packed.flatMap(({ rows, columns, offset }, tensor) => {
    const [start, vectors] = [offset / 4, (rows * columns) / 4];
    const count = Math.ceil(vectors / longest);
    const cut = (piece: number): number => start + Math.floor((vectors * piece) / count);
    return Array.from({ length: count }, (_, piece) => [cut(piece), cut(piece + 1), tensor, 0]);
  });
  return new Uint32Array(rows.flat());
}

/** The pieces of a whole layout. */
export const normTable = (layout: ParameterLayout, profile: AdapterProfile): Uint32Array<ArrayBuffer> =>
  normPieces(layout, chooseNorm(profile, layout.elements).workgroups);
