import type { CellKind } from '../../shaders/common/cell.ts';
import { WATCHED } from '../../shaders/common/watched.ts';

/** What a cell computes at each time step beside its states, by name, and in which plane of `gates` [T, B, P·H] a forward sweep leaves it; none for an RNN. */
export const gatePlanes = (cell: CellKind): readonly { readonly name: string; readonly plane: number }[] =>
  WATCHED[cell].flatMap(({ name, plane }) => (plane === undefined ? [] : [{ name, plane }]));
