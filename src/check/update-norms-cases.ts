/** Norms of all parameters and of their changes, from what each workgroup of `update` leaves. */
import { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import { updateNorms } from '../../shaders/update-norms.ts';
import { updateNorms as updateNormsTwin } from '../reference/update-norms.ts';
import { caseNumbers, controlWords } from './case-buffers.ts';
import type { KernelCase } from './kernel-case.ts';
import { decodeNorm, encodeNorm } from './norm-cases.ts';
import { exact, perElement } from './tolerance.ts';

/** Rows of other partials before those of the chunks. */
const first = 5;
const slot = 3;
const chunkElements = 7;

function updateNormsCase({ chunks, scale = 1, change = 1e-3 }: { chunks: number; scale?: number; change?: number }): KernelCase {
  return {
    kernel: updateNorms({ first, chunks }),
    label: `${chunks} chunks, parameters of ${scale}, changes of ${change}`,
    tolerance: { norms: perElement(1e-5, 1e-36, 'sums of squares, all of one sign'), rest: exact },
    make() {
      const numbers = caseNumbers(61 + chunks);
      const parameters = numbers.signed(chunks * chunkElements, scale);
      const changes = numbers.signed(chunks * chunkElements, change);
      const partials = new Uint32Array(4 * (first + chunks)).fill(77);
      const floats = new Float32Array(partials.buffer);
      for (let chunk = 0; chunk < chunks; chunk++) {
        [parameters, changes].forEach((values, which) => {
          const { exponent, sum } = encodeNorm(values.subarray(chunk * chunkElements, (chunk + 1) * chunkElements));
          partials[4 * (first + chunk) + 2 * which] = exponent;
          floats[4 * (first + chunk) + 2 * which + 1] = sum;
        });
      }
      const metrics = new Uint32Array(5 * METRICS_ELEMENTS).fill(77);
      return {
        buffers: { control: controlWords(0, {}, { slot }), partials, metrics },
        calls: [{}],
        expected: () => ({ norms: updateNormsTwin(parameters, changes), rest: metrics.slice(0, slot * METRICS_ELEMENTS) }),
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
  { chunks: 3 },
  { chunks: 1, change: 1e-30 },
  { chunks: 64, scale: 1e25, change: 1e-25 },
  { chunks: 200 },
].map(updateNormsCase);
