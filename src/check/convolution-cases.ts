/** What a convolution is made of besides its product: patches, their gradient, and the rectifier behind it. */
import { type PatchesOptions, patches, patchSizes } from '../../shaders/patches.ts';
import { patchesBackward } from '../../shaders/patches-backward.ts';
import { reluRows } from '../../shaders/relu-rows.ts';
import { reluRowsBackward } from '../../shaders/relu-rows-backward.ts';
import { patches as patchesTwin } from '../reference/patches.ts';
import { patchesBackward as patchesBackwardTwin } from '../reference/patches-backward.ts';
import { reluRows as reluTwin } from '../reference/relu-rows.ts';
import { reluRowsBackward as reluBackwardTwin } from '../reference/relu-rows-backward.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { exact, ofLargest } from './tolerance.ts';

type Shape = Omit<PatchesOptions, 'workgroupSize'>;

const nameOf = ({ batch, width, height, channels, pixelStride, imageStride }: Shape, pieces: number): string =>
  `${batch} images of ${width}x${height}, ${channels} of ${pixelStride} channels in ${imageStride}, ${pieces} pieces`;

function patchesCase(shape: Shape, workgroupSize: number, pieces = 1): KernelCase {
  const kernel = patches({ ...shape, workgroupSize });
  const { rows, columns } = patchSizes(shape);
  return {
    kernel,
    label: nameOf(shape, pieces),
    tolerance: exact,
    make() {
      const numbers = caseNumbers(101);
      const source = arena({ before: numbers.signed(4), source: numbers.signed(shape.batch * shape.imageStride) });
      const call = { source: source.at('source') };
      return {
        buffers: { source: source.values, patches: unwritten(rows * columns) },
        calls: [call],
        pieces,
        expected(twin) {
          patchesTwin(shape, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function patchesBackwardCase(shape: Shape, workgroupSize: number, pieces = 1): KernelCase {
  const kernel = patchesBackward({ ...shape, workgroupSize });
  const { rows, columns } = patchSizes(shape);
  return {
    kernel,
    label: nameOf(shape, pieces),
    tolerance: ofLargest(1e-6, 'sums of at most four f32'),
    make() {
      return {
        buffers: { patchesGradient: caseNumbers(103).signed(rows * columns), sourceGradient: unwritten(shape.batch * shape.imageStride) },
        calls: [{}],
        pieces,
        expected(twin) {
          patchesBackwardTwin(shape, {}, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function reluCase(elements: number, workgroupSize: number, pieces = 1): KernelCase {
  const kernel = reluRows({ elements, workgroupSize });
  return {
    kernel,
    label: `${elements} elements, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const rows = arena({ rows: caseNumbers(107).signed(elements, 3) });
      const call = { rows: rows.at('rows') };
      return {
        buffers: { rows: rows.values },
        calls: [call],
        pieces,
        expected(twin) {
          reluTwin({ elements }, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function reluBackwardCase(elements: number, workgroupSize: number, pieces = 1): KernelCase {
  const kernel = reluRowsBackward({ elements, workgroupSize });
  return {
    kernel,
    label: `${elements} elements, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const numbers = caseNumbers(109);
      // outputs of a rectifier: half of them are 0
      const rows = arena({ rows: numbers.signed(elements).map((value) => Math.max(value, 0)) });
      const gradient = arena({ before: numbers.signed(4), gradient: numbers.signed(elements, 3) });
      const call = { rows: rows.at('rows'), gradient: gradient.at('gradient') };
      return {
        buffers: { rows: rows.values, gradient: gradient.values },
        calls: [call],
        pieces,
        expected(twin) {
          reluBackwardTwin({ elements }, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

/** Odd and even sizes, with and without padding of pixels and of images; one pixel. */
const shapes: readonly Shape[] = [
  { batch: 2, width: 5, height: 4, channels: 3, pixelStride: 3, imageStride: 60 },
  { batch: 3, width: 3, height: 7, channels: 1, pixelStride: 1, imageStride: 24 },
  { batch: 2, width: 4, height: 3, channels: 6, pixelStride: 8, imageStride: 96 },
  { batch: 1, width: 1, height: 1, channels: 2, pixelStride: 4, imageStride: 4 },
];

export const convolutionCases: readonly KernelCase[] = [
  ...shapes.flatMap((shape) => [patchesCase(shape, 16), patchesBackwardCase(shape, 16)]),
  patchesCase(shapes[0], 4, 3),
  patchesBackwardCase(shapes[0], 4, 3),
  reluCase(132, 16),
  reluCase(260, 64, 2),
  reluBackwardCase(132, 16),
  reluBackwardCase(260, 64, 2),
];
