/** Matrix products and sums of whole tensors. */
import { accumulate } from '../../shaders/accumulate.ts';
import { type MatmulOptions, matmul } from '../../shaders/matmul.ts';
import { sumParts } from '../../shaders/sum-parts.ts';
import { accumulate as accumulateTwin } from '../reference/accumulate.ts';
import { matmul as matmulTwin } from '../reference/matmul.ts';
import { sumParts as sumPartsTwin } from '../reference/sum-parts.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { isInUse } from './in-use.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { columnsFor, isSmall, type ProductTile, productTiles } from './tiles.ts';
import { exact, ofLargest, sums } from './tolerance.ts';

/** Values of the operands; `tiny` are denormal, `huge` have products of 1e30. */
const scales = { ordinary: 1, tiny: 1e-40, huge: 1e15 } as const;

interface MatmulCase {
  readonly shape: Partial<MatmulOptions> & Pick<MatmulOptions, 'tile' | 'workgroupSize'>;
  readonly scale?: keyof typeof scales;
  readonly pieces?: number;
}

/** One row block too few, one column block that is cut (where the tile may be), an inner size that no part length divides. */
function matmulCase({ shape, scale = 'ordinary', pieces }: MatmulCase): KernelCase {
  const { tile, left = 'rows' } = shape;
  const rows = left === 'columns' ? 2 * tile.rows + 4 : 2 * tile.rows + 1;
  const columns = columnsFor(tile);
  // a tile that takes several k a turn does so only where they divide K
  const { inner = tile.turn ? 24 : 23 } = shape;
  const options: MatmulOptions = {
    rows,
    columns,
    inner,
    left,
    leftStride: left === 'rows' ? inner + 2 : rows + 4,
    right: 'rows',
    rightStride: shape.right === 'columns' ? inner + 3 : columns + 8,
    outStride: columns + 4,
    bias: true,
    parts: 1,
    ...shape,
  };
  const { right, parts, bias, leftStride, rightStride, outStride } = options;
  const kernel = matmul(options);
  return {
    kernel,
    label: [
      `[${rows}, ${inner}] x [${inner}, ${columns}]`,
      bias ? 'bias' : 'no bias',
      `${parts} parts`,
      scale,
      `${tile.turn ?? 1} k a turn, ${pieces ?? 1} pieces`,
    ].join(', '),
    tolerance: sums,
    make() {
      const numbers = caseNumbers(7);
      const matrix = (height: number, width: number, stride: number): Float32Array => {
        const values = unwritten(height * stride);
        for (let row = 0; row < height; row++) values.set(numbers.signed(width, scales[scale]), row * stride);
        return values;
      };
      const operand = arena({ left: left === 'rows' ? matrix(rows, inner, leftStride) : matrix(inner, rows, leftStride) });
      const other = arena({
        right: right === 'rows' ? matrix(inner, columns, rightStride) : matrix(columns, inner, rightStride),
        bias: bias ? numbers.signed(columns, scales[scale]) : undefined,
      });
      const out = 8;
      const buffers = {
        left: operand.values,
        right: other.values,
        out: options.accumulate ? numbers.signed(out + rows * outStride + 4) : unwritten(out + parts * rows * outStride + 4),
      };
      const call = { left: operand.at('left'), right: other.at('right'), bias: other.at('bias'), out };
      return {
        buffers,
        calls: [call],
        pieces,
        expected(twin) {
          matmulTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

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

function sumPartsCase(elements: number, parts: number, workgroupSize: number, pieces = 1): KernelCase {
  const stride = elements + 4;
  const options = { elements, parts, stride, workgroupSize };
  const kernel = sumParts(options);
  return {
    kernel,
    label: `${elements} elements, ${parts} parts, ${pieces} pieces`,
    tolerance: sums,
    make() {
      const first = 8;
      const buffers = { parts: caseNumbers(3).signed(first + parts * stride), out: unwritten(4 + elements + 4) };
      const call = { parts: first, out: 4 };
      return {
        buffers,
        calls: [call],
        pieces,
        expected(twin) {
          sumPartsTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function accumulateCase(elements: number, workgroupSize: number, first: 0 | 1, pieces = 1): KernelCase {
  const kernel = accumulate({ elements, workgroupSize });
  return {
    kernel,
    label: `${elements} elements, ${first ? 'first' : 'later'} micro-batch, ${pieces} pieces`,
    tolerance: first ? exact : ofLargest(1e-6, 'one f32 addition'),
    make() {
      const numbers = caseNumbers(5);
      const values = {
        source: numbers.signed(elements + 8),
        accumulated: first ? unwritten(elements + 16) : numbers.signed(elements + 16),
      };
      const call = { first, source: 4, accumulated: 12 };
      return {
        buffers: values,
        calls: [call],
        pieces,
        expected(twin) {
          accumulateTwin({ elements }, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

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
