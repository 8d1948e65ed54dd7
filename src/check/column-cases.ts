/** Elementwise kernels: tanh of rows and its gradient, columns joined and split. */
import { joinColumns } from '../../shaders/join-columns.ts';
import { type SplitColumnsOptions, splitColumns } from '../../shaders/split-columns.ts';
import { tanhRows } from '../../shaders/tanh-rows.ts';
import { tanhRowsBackward } from '../../shaders/tanh-rows-backward.ts';
import { joinColumns as joinTwin } from '../reference/join-columns.ts';
import { splitColumns as splitTwin } from '../reference/split-columns.ts';
import { tanhRows as tanhTwin } from '../reference/tanh-rows.ts';
import { tanhRowsBackward as tanhBackwardTwin } from '../reference/tanh-rows-backward.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { activations, exact, ofLargest } from './tolerance.ts';

function tanhCase(elements: number, workgroupSize: number, scale: number, pieces = 1): KernelCase {
  const kernel = tanhRows({ elements, workgroupSize });
  return {
    kernel,
    label: `${elements} elements up to ${scale}, ${pieces} pieces`,
    tolerance: activations,
    make() {
      const rows = arena({ rows: caseNumbers(71).signed(elements, scale) });
      const call = { rows: rows.at('rows') };
      return {
        buffers: { rows: rows.values },
        calls: [call],
        pieces,
        expected(twin) {
          tanhTwin({ elements }, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function tanhBackwardCase(elements: number, workgroupSize: number, pieces = 1): KernelCase {
  const kernel = tanhRowsBackward({ elements, workgroupSize });
  return {
    kernel,
    label: `${elements} elements, ${pieces} pieces`,
    tolerance: ofLargest(1e-6, 'three f32 operations'),
    make() {
      const numbers = caseNumbers(73);
      const rows = arena({ rows: numbers.signed(elements) });
      const gradient = arena({ before: numbers.signed(4), gradient: numbers.signed(elements, 3) });
      const call = { rows: rows.at('rows'), gradient: gradient.at('gradient') };
      return {
        buffers: { rows: rows.values, gradient: gradient.values },
        calls: [call],
        pieces,
        expected(twin) {
          tanhBackwardTwin({ elements }, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

type Columns = Omit<SplitColumnsOptions, 'workgroupSize'>;

function columnCase(kernelOf: typeof joinColumns, options: Columns, workgroupSize: number, pieces = 1): KernelCase {
  const { rows, firstColumns, firstStride, firstBlocks, secondColumns, secondStride, stride } = options;
  const kernel = kernelOf({ ...options, workgroupSize });
  const isJoin = kernelOf === joinColumns;
  const isAdded = options.addsSecond === true;
  return {
    kernel,
    label: `${rows} rows, ${firstColumns} of ${firstStride} in ${firstBlocks} blocks and ${secondColumns} of ${secondStride} columns in ${stride}, ${pieces} pieces`,
    tolerance: isAdded ? ofLargest(1e-6, 'one f32 addition') : exact,
    make() {
      const numbers = caseNumbers(79);
      const part = (count: number, isRead: boolean) => (isRead ? numbers.signed(count) : unwritten(count));
      const first = arena({ first: part(rows * firstStride, isJoin) });
      const second = arena({ before: numbers.signed(4), second: part(rows * secondStride, isJoin || isAdded) });
      const joined = arena({ before: numbers.signed(8), joined: part(rows * stride, !isJoin) });
      const call = { first: first.at('first'), second: second.at('second'), joined: joined.at('joined') };
      return {
        buffers: { first: first.values, second: second.values, joined: joined.values },
        calls: [call],
        pieces,
        expected(twin) {
          (isJoin ? joinTwin : splitTwin)(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

const columns: readonly Columns[] = [
  { rows: 7, firstColumns: 3, firstStride: 4, firstBlocks: 1, secondColumns: 6, secondStride: 8, stride: 12 },
  { rows: 5, firstColumns: 8, firstStride: 8, firstBlocks: 1, secondColumns: 4, secondStride: 4, stride: 12 },
  { rows: 1, firstColumns: 1, firstStride: 4, firstBlocks: 1, secondColumns: 1, secondStride: 4, stride: 4 },
  { rows: 3, firstColumns: 10, firstStride: 16, firstBlocks: 2, secondColumns: 7, secondStride: 8, stride: 20 },
];

export const columnCases: readonly KernelCase[] = [
  tanhCase(132, 16, 3),
  tanhCase(132, 16, 1e4, 2),
  tanhCase(4, 64, 1e-3),
  tanhBackwardCase(132, 16),
  tanhBackwardCase(260, 64, 2),
  ...[joinColumns, splitColumns].flatMap((kernelOf) => [
    ...columns.map((options) => columnCase(kernelOf, options, 16)),
    columnCase(kernelOf, columns[0], 4, 2),
  ]),
  ...columns.map((options) => columnCase(splitColumns, { ...options, addsSecond: true }, 16)),
];
