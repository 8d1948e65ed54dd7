import { expect, it } from 'vitest';
import { declareTile, type Tile, tileLabel, withoutTile } from './product.ts';

const tile: Tile = { rows: 8, vectors: 4 };

it('names a tile by its size and form, both of which leave the bits as they are', () => {
  const forms: readonly Tile[] = [tile, { ...tile, staged: true }, { ...tile, lanes: 4, staged: true }];
  expect(forms.map(tileLabel)).toEqual(['8x16', '8x16 staged', '8x16 lanes']);
  for (const form of forms) expect(withoutTile(`lstm tokens ${tileLabel(form)} lengths`)).toBe('lstm tokens lengths');
});

it('has no tile with lanes that is not staged', () => {
  expect(() => declareTile({ ...tile, lanes: 4 })).toThrow('must be staged');
});
