/** The operand of the first step under recurrent dropout. */
import { maskStates } from '../../shaders/mask-states.ts';
import { maskStates as maskTwin } from '../reference/mask-states.ts';
import { caseNumbers } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { noiseBuffers, noiseValues } from './recurrent-noise.ts';
import { perElement } from './tolerance.ts';

const scaled = perElement(1e-6, 1e-10, 'a division and a product, each within a few 6e-8');

function maskCase(batch: number, hiddenSize: number, workgroupSize: number, pieces = 1): KernelCase {
  const kernel = maskStates({ batch, hiddenSize, workgroupSize });
  return {
    kernel,
    label: `batch ${batch}, hidden ${hiddenSize}, ${pieces} pieces`,
    tolerance: scaled,
    make() {
      const numbers = caseNumbers(83);
      const call = noiseValues(kernel);
      return {
        buffers: { states: numbers.signed(2 * batch * hiddenSize), ...noiseBuffers({ batch, hiddenSize, timeSteps: 1 }) },
        calls: [call],
        pieces,
        expected(twin) {
          maskTwin({ batch, hiddenSize }, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

export const maskCases: readonly KernelCase[] = [maskCase(5, 20, 16), maskCase(1, 4, 4), maskCase(13, 8, 4, 3)];
