/** The parameters of a small model as f16, and kernels that read such weights. */
import { readingHalves } from '../../shaders/common/halves.ts';
import { withoutTile } from '../../shaders/common/product.ts';
import { packHalves } from '../../shaders/pack-halves.ts';
import { CHUNK_FIELDS } from '../../shaders/update.ts';
import { fromHalf } from '../plan/halves.ts';
import { chunkTable, planLayout } from '../plan/layout.ts';
import { packHalves as packTwin } from '../reference/pack-halves.ts';
import { modelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { caseNumbers } from './case-buffers.ts';
import { forwardCases } from './forward-cases.ts';
import type { KernelCase } from './kernel-case.ts';
import { layerNormCases } from './layer-norm-cases.ts';
import { productCases } from './product-cases.ts';
import { startCases } from './start-cases.ts';
import { exact } from './tolerance.ts';

/** Matrices with a bias, and an embedding, which has no copy. */
const layout = planLayout(
  parameterTable(
    modelSpec({
      input: { kind: 'tokens', vocabulary: 37, embedding: 6 },
      recurrent: { cell: 'lstm', hiddenSize: 20 },
      output: { kind: 'softmax', classes: 37 },
    }),
  ),
);

/** Among f16's normal numbers, where they become denormal, where they vanish, and beyond what f16 holds. */
const scales = { ordinary: 1, small: 2 ** -14, tiny: 2 ** -24, huge: 1e5 } as const;

function packCase(scale: keyof typeof scales, workgroupSize: number, pieces = 1): KernelCase {
  const { packed, elements, weightElements } = layout;
  const chunks = chunkTable(layout);
  const kernel = packHalves({ chunks: chunks.length / CHUNK_FIELDS, elements: weightElements, workgroupSize });
  return {
    kernel,
    label: `${scale} parameters, workgroups of ${workgroupSize}, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const parameters = caseNumbers(97).signed(elements, scales[scale]);
      return {
        buffers: { chunks, parameters, weights: new Uint32Array(weightElements / 2).fill(0x7e007e00) },
        calls: [{}],
        pieces,
        expected(twin) {
          const weights = new Float64Array(weightElements);
          packTwin({ copies: packed }, twin, weights);
          return { weights };
        },
        actual: ({ weights }) => ({
          weights: Float64Array.from({ length: weightElements }, (_, element) =>
            fromHalf((weights[element >> 1] >>> (16 * (element & 1))) & 0xffff),
          ),
        }),
      };
    },
  };
}

/** The first case of each variant that reads weights, whatever its tile, with weights of f16. */
function firstOf(
  cases: readonly KernelCase[],
  binding: 'weights' | 'right',
  isRight: (tested: KernelCase) => boolean = () => true,
): KernelCase[] {
  const reads = cases.filter(
    (tested) => isRight(tested) && tested.kernel.bindings.some(({ name, access }) => name === binding && access === 'read'),
  );
  const first = new Map(reads.toReversed().map((tested) => [`${tested.kernel.name} ${withoutTile(tested.kernel.variant)}`, tested]));
  return [...first.values()].map((tested) => ({ ...tested, kernel: readingHalves(tested.kernel, [binding]) }));
}

export const packCases: readonly KernelCase[] = [
  packCase('ordinary', 4),
  packCase('small', 64),
  packCase('tiny', 4),
  packCase('huge', 64, 3),
];

export const halvesCases: readonly KernelCase[] = [
  ...packCases,
  ...firstOf([...forwardCases, ...layerNormCases, ...startCases], 'weights'),
  ...firstOf(
    productCases,
    'right',
    ({ kernel, label }) => kernel.variant.includes('rows ') && kernel.code.includes('right: array<vec4f>') && !/tiny|huge/.test(label),
  ),
];
