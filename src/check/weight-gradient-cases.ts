/** Every parameter gradient of a layer: each cell and the dense head, with and without input and biases, whole and in parts. */
import { isInUse } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';
import { cellKinds } from './recurrent-shape.ts';
import { columnsFor, isSmall, productTiles } from './tiles.ts';
import { gradientCase } from './weight-gradient-case.ts';

const tiles = productTiles(true);
const small = tiles.filter(isSmall);

/** Both biases, the input's alone, none. */
const biases = [
  { inputBias: true, hiddenBias: true },
  { inputBias: true, hiddenBias: false },
  { inputBias: false, hiddenBias: false },
];

/** Every cell meets every choice of biases, with and without input in turn; so do small tiles, sizes and parts. 13 positions in 2 parts are 7 and 6. */
const recurrentCases = cellKinds.flatMap((cell, turn) =>
  biases.flatMap((bias, number) => {
    const index = 3 * turn + number;
    const shape = {
      cell,
      batch: [13, 3, 1][index % 3],
      timeSteps: [1, 4, 5][index % 3],
      hiddenSize: [20, 8, 4][(index + turn) % 3],
      inputSize: index % 2 === 0 ? 12 : 0,
      ...bias,
      parts: [1, 2, 5][(number + turn) % 3],
      ...small[index % small.length],
    };
    return [gradientCase(shape), gradientCase(shape, { pieces: 2 })];
  }),
);

const layer = { batch: 3, timeSteps: 5, hiddenSize: 20, inputSize: 12, inputBias: true, hiddenBias: true, parts: 1 };
const dense = { ...layer, cell: 'dense', hiddenBias: false } as const;

/** Every tile once, and each cell with the tiles of default models, whose input is one-hot. */
const ordinaryCases = [...cellKinds, 'dense' as const]
  .flatMap((cell) =>
    tiles.map((choice) => {
      const width = choice.tile.lanes ? columnsFor(choice.tile) : undefined;
      const sizes = cell === 'dense' ? { ...dense, inputSize: width ?? 12 } : { ...layer, cell, hiddenSize: width ?? 20, inputSize: 0 };
      // 20 positions, so that tiles take several k a turn
      return gradientCase({ ...sizes, batch: 4, ...choice });
    }),
  )
  .filter(({ kernel }) => kernel.variant.startsWith('dense') || isInUse(kernel));

export const weightGradientCases: readonly KernelCase[] = [
  ...ordinaryCases,
  ...recurrentCases,
  gradientCase({ ...dense, ...small[0], inputBias: false }),
  // the input's alone, as where the products are layer-normalised
  ...cellKinds.map((cell) => gradientCase({ ...layer, cell, inputBias: false, hiddenBias: false, hidden: false, ...small[0] })),
  // column sums alone
  gradientCase({ ...dense, ...small[0], inputSize: 0 }),
  gradientCase({ ...dense, ...small[0], inputSize: 0, parts: 4 }),
  // 15 positions in parts of 4, 4, 4 and 3: the last ends within a turn of tiles that take four at a time
  ...small.filter(({ tile }) => tile.vectors === 1).map((tile) => gradientCase({ ...dense, ...tile, parts: 4 })),
  gradientCase({ ...dense, ...small[0] }, { scale: 'tiny' }),
  gradientCase({ ...dense, ...small[0] }, { scale: 'huge' }),
];
