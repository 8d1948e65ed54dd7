/** One sum of whole tensors in one shape: of the parts of a product, and over micro-batches. */
import { accumulate } from '../../shaders/accumulate.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { sumParts } from '../../shaders/sum-parts.ts';
import { accumulate as accumulateTwin } from '../reference/accumulate.ts';
import { sumParts as sumPartsTwin } from '../reference/sum-parts.ts';
import { caseNumbers, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { exact, ofLargest, sums } from './tolerance.ts';

export function sumPartsCase(elements: number, parts: number, workgroupSize: number, pieces = 1): KernelCase {
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

export function accumulateCase(elements: number, workgroupSize: number, first: 0 | 1, pieces = 1): KernelCase {
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

/** A case of a plan's kernel: as many parts, of few elements. */
export const sumPartsCaseOf = ({ variant, workgroupSize }: Kernel): KernelCase => sumPartsCase(132, Number(variant), workgroupSize[0]);
