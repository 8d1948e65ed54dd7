/** Every parameter gradient of a layer: each cell and the dense head, with and without input and biases, whole and in parts. */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import { type WeightGradientOptions, weightGradient } from '../../shaders/weight-gradient.ts';
import { weightGradient as weightGradientTwin } from '../reference/weight-gradient.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { isInUse } from './in-use.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { cellKinds } from './recurrent-shape.ts';
import { columnsFor, isSmall, productTiles } from './tiles.ts';
import { sums } from './tolerance.ts';

interface GradientShape extends Omit<WeightGradientOptions, 'partStride' | 'cell'> {
  readonly cell: CellKind | 'dense';
}

interface GradientVariety {
  /** Of the gate gradients; `tiny` ones are denormal. */
  readonly scale?: 'ordinary' | 'tiny' | 'huge';
  readonly pieces?: number;
}

const scales = { ordinary: 1, tiny: 1e-40, huge: 1e30 };

function gradientCase(shape: GradientShape, { scale = 'ordinary', pieces = 1 }: GradientVariety = {}): KernelCase {
  const { cell, batch, timeSteps, hiddenSize, inputSize, inputBias, hiddenBias, parts } = shape;
  const isDense = cell === 'dense';
  const { gates: count, planes } = isDense ? { gates: 1, planes: 1 } : CELLS[cell];
  const width = count * hiddenSize;
  const target = arena({
    weightInput: inputSize > 0 ? unwritten(width * inputSize) : undefined,
    weightHidden: isDense ? undefined : unwritten(width * hiddenSize),
    biasInput: inputBias ? unwritten(width) : undefined,
    biasHidden: hiddenBias ? unwritten(width) : undefined,
  });
  const partStride = target.values.length;
  const options = { ...shape, partStride };
  const kernel = weightGradient(options);
  const biases = [inputBias ? 'b_ih' : '', hiddenBias ? 'b_hh' : ''].filter(Boolean).join(' ') || 'no bias';
  return {
    kernel,
    label: `batch ${batch}, T ${timeSteps}, hidden ${hiddenSize}, input ${inputSize}, ${biases}, ${parts} parts, ${scale}, ${shape.tile.turn ?? 1} k a turn, ${pieces} pieces`,
    tolerance: sums,
    make() {
      const numbers = caseNumbers(31 + hiddenSize);
      const positions = batch * timeSteps;
      const input = arena({ before: numbers.signed(4), input: numbers.signed(positions * inputSize) });
      const call = {
        input: inputSize > 0 ? input.at('input') : 0,
        weightInput: target.at('weightInput'),
        weightHidden: target.at('weightHidden'),
        biasInput: target.at('biasInput'),
        biasHidden: target.at('biasHidden'),
        out: 4,
      };
      return {
        buffers: {
          gates: numbers.signed(positions * planes * hiddenSize, scales[scale]),
          input: input.values,
          states: numbers.signed((timeSteps + 1) * batch * hiddenSize),
          out: unwritten(4 + parts * partStride),
        },
        calls: [call],
        pieces,
        expected(twin) {
          weightGradientTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

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
  // column sums alone
  gradientCase({ ...dense, ...small[0], inputSize: 0 }),
  gradientCase({ ...dense, ...small[0], inputSize: 0, parts: 4 }),
  // 15 positions in parts of 4, 4, 4 and 3: the last ends within a turn of tiles that take four at a time
  ...small.filter(({ tile }) => tile.vectors === 1).map((tile) => gradientCase({ ...dense, ...tile, parts: 4 })),
  gradientCase({ ...dense, ...small[0] }, { scale: 'tiny' }),
  gradientCase({ ...dense, ...small[0] }, { scale: 'huge' }),
];
