/** Batches gathered from token ids, the gradient of that gather, and the input of one generated token. */
import { embeddingGather } from '../../shaders/embedding-gather.ts';
import { gatherBatch } from '../../shaders/gather-batch.ts';
import { segmentSum } from '../../shaders/segment-sum.ts';
import { embeddingGather as embeddingGatherTwin } from '../reference/embedding-gather.ts';
import { gatherBatch as gatherBatchTwin } from '../reference/gather-batch.ts';
import { segmentSum as segmentSumTwin } from '../reference/segment-sum.ts';
import { arena, caseNumbers, controlOffset, controlWords, unwritten } from './case-buffers.ts';
import { type HostBuffers, type KernelCase, written } from './kernel-case.ts';
import { exact, sums } from './tolerance.ts';

interface GatherShape {
  readonly batch: number;
  readonly timeSteps: number;
  readonly vocabulary: number;
  readonly embedding: number;
  readonly targets: boolean;
  readonly sort: boolean;
  readonly lanes?: boolean;
  readonly workgroupSize: number;
  readonly pieces?: number;
}

function gatherCase({ pieces = 1, ...options }: GatherShape): KernelCase {
  const { batch, timeSteps, vocabulary, embedding, targets, sort } = options;
  const kernel = gatherBatch(options);
  const outputs = [targets ? 'targets' : '', sort ? 'sorted' : '', embedding ? `embedding ${embedding}` : 'one-hot']
    .filter(Boolean)
    .join(', ');
  return {
    kernel,
    label: `batch ${batch}, T ${timeSteps}, vocabulary ${vocabulary}, ${outputs}, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const numbers = caseNumbers(11);
      const positions = batch * timeSteps;
      // windows overlap; every third ends early, one of them after its first token; targets lie elsewhere
      const lanes = Array.from({ length: batch }, (_, b) => ({
        start: 2 * b,
        target: 2 * b + 3,
        end: 2 * b + (b % 3 === 1 ? 1 : timeSteps),
      }));
      const windows = [...lanes.map(({ start }) => start), ...lanes.map(({ target }) => target), ...lanes.map(({ end }) => end)];
      const data = numbers.below(2 * batch + timeSteps + 4, vocabulary);
      // an id that the vocabulary lacks
      data[1] = vocabulary + 5;
      const table = arena({ before: numbers.signed(4), table: numbers.signed(vocabulary * (embedding || 4)) });
      const buffers: HostBuffers = {
        control: controlWords(controlOffset, {}, {}, windows),
        data,
        tokens: new Uint32Array(positions).fill(77),
        targets: new Uint32Array(positions).fill(77),
        order: new Uint32Array(positions).fill(77),
        segments: new Uint32Array(vocabulary + 1).fill(77),
        parameters: table.values,
        embedded: unwritten(positions * embedding + 4),
      };
      const call = { control: controlOffset, embedding: embedding ? table.at('table') : 0 };
      return {
        buffers,
        calls: [call],
        pieces,
        expected(twin) {
          gatherBatchTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

const flags = [true, false];
const gather = { batch: 3, timeSteps: 4, vocabulary: 7, workgroupSize: 16 };

interface SegmentShape {
  readonly classes: number;
  readonly columns: number;
  readonly positions: number;
  readonly transposed: boolean;
  readonly accumulate?: boolean;
  readonly vectors?: number;
  readonly workgroupSize: number;
  readonly pieces?: number;
}

function segmentCase({ pieces = 1, ...shape }: SegmentShape): KernelCase {
  const { classes, columns, positions, transposed, accumulate } = shape;
  const options = { ...shape, stride: columns + 8, outStride: (transposed ? classes : columns) + 3 };
  const kernel = segmentSum(options);
  return {
    kernel,
    label: `${classes} classes, ${columns} columns, ${positions} positions, ${pieces} pieces`,
    tolerance: sums,
    make() {
      const numbers = caseNumbers(13);
      const { order, segments } = sortedPositions(positions, classes);
      const values = arena({ source: numbers.signed(positions * options.stride) });
      const out = 5;
      const elements = out + (transposed ? columns : classes) * options.outStride + 4;
      const gradients = accumulate ? numbers.signed(elements) : unwritten(elements);
      const call = { source: values.at('source'), out };
      return {
        buffers: { order, segments, source: values.values, gradients },
        calls: [call],
        pieces,
        expected(twin) {
          segmentSumTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

/** Positions by class: class 1 has none, class 0 has half of them. */
function sortedPositions(positions: number, classes: number): { order: Uint32Array<ArrayBuffer>; segments: Uint32Array<ArrayBuffer> } {
  const drawn = caseNumbers(17).below(positions, classes);
  const classOf = Array.from(drawn, (value, position) => (position % 2 === 0 || value === 1 ? 0 : value));
  const order = Array.from(classOf.keys()).sort((a, b) => classOf[a] - classOf[b] || a - b);
  const segments = Uint32Array.from({ length: classes + 1 }, (_, v) => classOf.filter((value) => value < v).length);
  return { order: Uint32Array.from(order), segments };
}

function embeddingCase(positions: number, vocabulary: number, embedding: number, workgroupSize: number): KernelCase {
  const options = { positions, vocabulary, embedding, workgroupSize };
  const kernel = embeddingGather(options);
  return {
    kernel,
    label: `${positions} positions, vocabulary ${vocabulary}, embedding ${embedding}`,
    tolerance: exact,
    make() {
      const numbers = caseNumbers(19);
      const tokens = numbers.below(2 + positions, vocabulary);
      // an id that the vocabulary lacks
      tokens[2] = vocabulary + 1;
      const table = arena({ before: numbers.signed(4), table: numbers.signed(vocabulary * embedding) });
      const call = { tokens: 2, embedding: table.at('table'), out: 8 };
      return {
        buffers: { tokens, parameters: table.values, embedded: unwritten(8 + positions * embedding + 4) },
        calls: [call],
        expected(twin) {
          embeddingGatherTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

export const gatherCases: readonly KernelCase[] = [
  ...[0, 8].flatMap((embedding) => flags.flatMap((sort) => flags.map((targets) => gatherCase({ ...gather, embedding, sort, targets })))),
  gatherCase({ ...gather, embedding: 8, sort: true, targets: true, pieces: 3 }),
  gatherCase({ batch: 13, timeSteps: 5, vocabulary: 30, embedding: 0, sort: true, targets: true, workgroupSize: 64 }),
  gatherCase({ batch: 1, timeSteps: 1, vocabulary: 2, embedding: 4, sort: true, targets: true, workgroupSize: 64 }),
  ...[0, 8].map((embedding) => gatherCase({ ...gather, embedding, sort: true, targets: true, lanes: true })),
  // 13 tokens for three subgroups and a thread, 5 time steps for a turn and one step, the copying threads in two pieces
  gatherCase({ batch: 4, timeSteps: 5, vocabulary: 13, embedding: 0, sort: true, targets: true, lanes: true, workgroupSize: 4, pieces: 2 }),
  segmentCase({ classes: 7, columns: 20, positions: 23, transposed: true, workgroupSize: 16 }),
  segmentCase({ classes: 7, columns: 20, positions: 23, transposed: true, workgroupSize: 16, pieces: 2 }),
  segmentCase({ classes: 7, columns: 20, positions: 23, transposed: false, workgroupSize: 16 }),
  segmentCase({ classes: 7, columns: 20, positions: 23, transposed: false, workgroupSize: 16, pieces: 2 }),
  segmentCase({ classes: 7, columns: 20, positions: 23, transposed: false, accumulate: true, workgroupSize: 16, pieces: 2 }),
  ...flags.flatMap((transposed) =>
    [2, 4].map((vectors) => segmentCase({ classes: 7, columns: 16, positions: 23, transposed, vectors, workgroupSize: 16 })),
  ),
  segmentCase({ classes: 7, columns: 16, positions: 23, transposed: false, accumulate: true, vectors: 4, workgroupSize: 4, pieces: 2 }),
  segmentCase({ classes: 2, columns: 4, positions: 1, transposed: true, workgroupSize: 64 }),
  segmentCase({ classes: 33, columns: 8, positions: 65, transposed: false, workgroupSize: 64 }),
  embeddingCase(3, 7, 8, 16),
  embeddingCase(13, 30, 20, 64),
  embeddingCase(1, 2, 4, 16),
];
