/**
 * A case for any kernel of any plan, quick to run. Kernels with tiles are tried as they are, with the plan's own WGSL, so that the pipeline which is
 * tested is the one that will run; of all others the table has every variant, of which the shortest case is taken. What is not asked for is not loaded.
 */
import type { BesideOptions } from '../../shaders/beside.ts';
import { readingHalves } from '../../shaders/common/halves.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import type { KernelCase } from './kernel-case.ts';

const forward = async () => (await import('./forward-case.ts')).forwardCaseOf;
const backward = async () => (await import('./backward-case.ts')).backwardCaseOf;
const normedForward = async () => (await import('./layer-norm-forward-case.ts')).normedForwardCaseOf;
const normedBackward = async () => (await import('./layer-norm-backward-case.ts')).normedBackwardCaseOf;
const normedRows = async () => (await import('./layer-norm-rows-case.ts')).normedRowsCaseOf;

/** Kernels whose variants are too many for a table: those that the strategy has several tiles for, and the update; and one that takes long to compile. */
const makers: Readonly<Record<string, () => Promise<(kernel: Kernel) => KernelCase>>> = {
  matmul: async () => (await import('./matmul-case.ts')).matmulCaseOf,
  'weight-gradient': async () => (await import('./weight-gradient-case.ts')).weightGradientCaseOf,
  'sum-parts': async () => (await import('./sum-case.ts')).sumPartsCaseOf,
  update: async () => (await import('./update-case.ts')).updateCaseOf,
  'sequence-forward': forward,
  'step-forward': forward,
  'gru-before-sequence-forward': forward,
  'gru-before-gates-forward': forward,
  'gru-before-candidate-forward': forward,
  'sequence-backward': backward,
  'step-backward': backward,
  'step-clip-backward': backward,
  'gru-before-sequence-backward': backward,
  'gru-before-candidate-backward': backward,
  'gru-before-gates-backward': backward,
  'layer-norm-sequence-forward': normedForward,
  'layer-norm-step-forward': normedForward,
  'layer-norm-sequence-backward': normedBackward,
  'layer-norm-step-backward': normedBackward,
  'layer-norm-rows': normedRows,
  'layer-norm-rows-backward': normedRows,
  'layer-norm-gradient': normedRows,
  'state-health': async () => (await import('./state-health-cases.ts')).stateHealthCaseOf,
};

/** All others, by what their cases have in common. */
const tables: readonly (readonly [names: readonly string[], load: () => Promise<readonly KernelCase[]>])[] = [
  [['gather-batch', 'segment-sum', 'embedding-gather'], async () => (await import('./gather-cases.ts')).gatherCases],
  [
    ['softmax-cross-entropy', 'squared-error', 'sigmoid-cross-entropy', 'loss-sum'],
    async () => (await import('./loss-cases.ts')).lossCases,
  ],
  [['gradient-norm'], async () => (await import('./norm-cases.ts')).normCases],
  [['change-norms', 'update-norms'], async () => (await import('./update-norms-cases.ts')).updateNormsCases],
  [['accumulate'], async () => [(await import('./sum-case.ts')).accumulateCase(132, 16, 0)]],
  [['pack-halves'], async () => (await import('./halves-cases.ts')).packCases],
  [['start-rows', 'start-rows-backward'], async () => (await import('./start-cases.ts')).startCases],
  [['mask-states'], async () => (await import('./mask-cases.ts')).maskCases],
  [['feed-token', 'sort-tokens'], async () => (await import('./feed-cases.ts')).feedCases],
  [['sample'], async () => (await import('./sample-cases.ts')).sampleCases],
  [['beam-step', 'reorder-rows', 'repeat-rows'], async () => (await import('./beam-cases.ts')).beamCases],
  [['tanh-rows', 'tanh-rows-backward', 'join-columns', 'split-columns'], async () => (await import('./column-cases.ts')).columnCases],
  [
    ['patches', 'patches-backward', 'relu-rows', 'relu-rows-backward'],
    async () => (await import('./convolution-cases.ts')).convolutionCases,
  ],
  [
    ['attention-forward', 'attention-query-backward', 'attention-score-backward', 'attention-source-backward'],
    async () => (await import('./attention-cases.ts')).attentionCases,
  ],
  [['reverse-rows', 'join-directions', 'join-directions-backward'], async () => (await import('./direction-cases.ts')).directionCases],
  [['pool-rows', 'pool-rows-backward'], async () => (await import('./pool-cases.ts')).poolCases],
  [['time-norms'], async () => (await import('./time-norms-cases.ts')).timeNormsCases],
  // of different kernels; of equal ones there is the case of one
  [['beside'], async () => (await import('./beside-cases.ts')).besideCases],
  [['finite-steps'], async () => (await import('./finite-steps-cases.ts')).finiteStepsCases],
];

export async function caseOf(kernel: Kernel): Promise<KernelCase> {
  const found = await caseInF32(kernel);
  return { ...found, kernel: found.kernel.halves ? found.kernel : readingHalves(found.kernel, kernel.halves ?? []) };
}

const hasEqualParts = ({ options }: Kernel): boolean =>
  new Set((options as BesideOptions).parts.map((part) => part.kernel.code)).size === 1;

async function caseInF32(kernel: Kernel): Promise<KernelCase> {
  if (kernel.name === 'beside' && hasEqualParts(kernel)) return (await import('./beside-case.ts')).besideCaseOf(kernel, caseOf);
  const maker = makers[kernel.name];
  if (maker) return (await maker())(kernel);
  const table = tables.find(([names]) => names.includes(kernel.name));
  // the whole table has what is in no part of it, but takes a second to make
  const all = table ? await table[1]() : (await import('./cases.ts')).kernelCases;
  const cases = all.filter((tested) => tested.kernel.name === kernel.name);
  if (cases.length === 0) throw new Error(`every kernel must have a case, got none for ${kernel.name}`);
  const variant = kernel.halves ? kernel.variant.replace(/ f16$/, '') : kernel.variant;
  const same = cases.filter((tested) => tested.kernel.variant === variant);
  return (same.length > 0 ? same : cases).reduce((short, next) => (next.kernel.code.length < short.kernel.code.length ? next : short));
}
