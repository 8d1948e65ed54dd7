/** Norms of all parameters and of what an update changed: piece by piece, and from the pieces. */

import { changeNorms, changePieces } from '../../shaders/change-norms.ts';
import { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import { updateNorms } from '../../shaders/update-norms.ts';
import { changeNorms as changeNormsTwin } from '../reference/change-norms.ts';
import { updateNorms as updateNormsTwin } from '../reference/update-norms.ts';
import { caseNumbers, controlWords } from './case-buffers.ts';
import type { KernelCase } from './kernel-case.ts';
import { decodeNorm, encodeNorm, normOfRows } from './norm-cases.ts';
import { exact, perElement } from './tolerance.ts';

const squares = perElement(1e-5, 1e-36, 'sums of squares, all of one sign');

interface ChangeNormsCase {
  readonly elements: number;
  /** Of the parameters, and of their changes. */
  readonly scale?: number;
  readonly change?: number;
  readonly workgroupSize?: number;
  readonly dispatches?: number;
}

function changeNormsCase({ elements, scale = 1, change = 1e-3, workgroupSize = 16, dispatches = 1 }: ChangeNormsCase): KernelCase {
  return {
    kernel: changeNorms({ elements, workgroupSize }),
    label: `${elements} elements, parameters of ${scale}, changes of ${change}, ${dispatches} dispatches`,
    tolerance: squares,
    make() {
      const numbers = caseNumbers(67 + elements);
      const before = numbers.signed(elements, scale);
      const changed = numbers.signed(elements, change);
      const parameters = before.map((value, index) => value + changed[index]);
      return {
        buffers: { parameters, before, changes: new Uint32Array(4 * changePieces(elements)).fill(77) },
        calls: [{}],
        pieces: dispatches,
        expected: () => ({ norms: changeNormsTwin(parameters, before) }),
        actual: ({ changes }) => ({ norms: [0, 2].map((place) => normOfRows(Uint32Array.from(changes), place)) }),
      };
    },
  };
}

const slot = 3;
const pieceElements = 7;

function updateNormsCase({ pieces, scale = 1, change = 1e-3 }: { pieces: number; scale?: number; change?: number }): KernelCase {
  return {
    kernel: updateNorms({ pieces }),
    label: `${pieces} pieces, parameters of ${scale}, changes of ${change}`,
    tolerance: { norms: squares, rest: exact },
    make() {
      const numbers = caseNumbers(61 + pieces);
      const parameters = numbers.signed(pieces * pieceElements, scale);
      const changed = numbers.signed(pieces * pieceElements, change);
      const changes = new Uint32Array(4 * pieces).fill(77);
      const floats = new Float32Array(changes.buffer);
      for (let piece = 0; piece < pieces; piece++) {
        [parameters, changed].forEach((values, which) => {
          const { exponent, sum } = encodeNorm(values.subarray(piece * pieceElements, (piece + 1) * pieceElements));
          changes[4 * piece + 2 * which] = exponent;
          floats[4 * piece + 2 * which + 1] = sum;
        });
      }
      const metrics = new Uint32Array(5 * METRICS_ELEMENTS).fill(77);
      return {
        buffers: { control: controlWords(0, {}, { slot }), changes, metrics },
        calls: [{}],
        expected: () => ({ norms: updateNormsTwin(parameters, changed), rest: metrics.slice(0, slot * METRICS_ELEMENTS) }),
        actual({ metrics: left }) {
          const words = Uint32Array.from(left);
          const entry = words.subarray(slot * METRICS_ELEMENTS, (slot + 1) * METRICS_ELEMENTS);
          const sums = new Float32Array(entry.slice().buffer);
          return {
            norms: [METRICS.parameterNormExponent, METRICS.updateNormExponent].map((place) => decodeNorm(entry[place], sums[place + 1])),
            rest: words.subarray(0, slot * METRICS_ELEMENTS),
          };
        },
      };
    },
  };
}

export const updateNormsCases: readonly KernelCase[] = [
  ...[
    { elements: 20 },
    { elements: 20, change: 0 },
    { elements: 9000, workgroupSize: 64, dispatches: 2 },
    { elements: 4096, scale: 1e25, change: 1e20 },
    { elements: 4100, scale: 1e-25, change: 1e-27 },
  ].map(changeNormsCase),
  ...[{ pieces: 3 }, { pieces: 1, change: 1e-30 }, { pieces: 64, scale: 1e25, change: 1e-25 }, { pieces: 200 }].map(updateNormsCase),
];
