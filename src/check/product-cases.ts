/** Matrix products and sums of whole tensors, in every tile. */
import { isInUse } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';
import { matmulCase } from './matmul-case.ts';
import { accumulateCase, sumPartsCase } from './sum-case.ts';
import { isSmall, type ProductTile, productTiles } from './tiles.ts';

const middle = { tile: { rows: 4, vectors: 2 }, workgroupSize: 4 };
const isMiddle = ({ tile: { rows, vectors, turn } }: ProductTile): boolean =>
  rows === middle.tile.rows && vectors === middle.tile.vectors && !turn;
const layouts = ['rows', 'columns'] as const;

const matmulCases: readonly KernelCase[] = [
  ...productTiles(false).flatMap((shape) => (isMiddle(shape) ? [] : [matmulCase({ shape }), matmulCase({ shape, pieces: 2 })])),
  ...productTiles(true)
    .filter((shape) => isSmall(shape) && !isMiddle(shape))
    .map((shape) => matmulCase({ shape: { ...shape, left: 'columns' } })),
  ...layouts.flatMap((left) =>
    layouts.flatMap((right) =>
      [true, false].flatMap((bias) =>
        // 23 in 2 parts of 12 and 11, in 4 parts of 8, 8, 7 and nothing
        [1, 2, 4].map((parts) => matmulCase({ shape: { ...middle, left, right, bias, parts } })),
      ),
    ),
  ),
  matmulCase({ shape: { ...middle, parts: 2 }, pieces: 3 }),
  // in parts of 12 and 11: the second ends within a turn
  matmulCase({ shape: { tile: { rows: 4, vectors: 1, turn: 4 }, workgroupSize: 64, inner: 23, parts: 2 } }),
  ...productTiles(false)
    .filter(isSmall)
    .map((shape) => matmulCase({ shape: { ...shape, bias: false, accumulate: true } })),
  matmulCase({ shape: { ...middle, left: 'columns', right: 'columns', accumulate: true }, pieces: 2 }),
  matmulCase({ shape: middle, scale: 'tiny' }),
  matmulCase({ shape: middle, scale: 'huge' }),
];

/** Numbers of parts that default models split a product into; the variant of the kernel is named after them. */
const partsInUse = [2, 4, 8, 16, 32].filter((parts) => isInUse({ name: 'sum-parts', variant: `${parts}` }));

export const productCases: readonly KernelCase[] = [
  ...matmulCases,
  sumPartsCase(4, 1, 16),
  sumPartsCase(132, 3, 16),
  sumPartsCase(132, 3, 16, 2),
  ...partsInUse.map((parts) => sumPartsCase(260, parts, 64)),
  sumPartsCase(260, 31, 64),
  accumulateCase(4, 16, 1),
  accumulateCase(132, 16, 1),
  accumulateCase(132, 16, 0, 2),
  accumulateCase(260, 64, 0),
];
