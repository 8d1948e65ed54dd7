/** The table of all kernel cases: what the tests run, and what `retrograde check` runs. The first case of a variant is its plainest. */
import { attentionCases } from './attention-cases.ts';
import { backwardCases } from './backward-cases.ts';
import { beamCases } from './beam-cases.ts';
import { besideCases } from './beside-cases.ts';
import { columnCases } from './column-cases.ts';
import { convolutionCases } from './convolution-cases.ts';
import { directionCases } from './direction-cases.ts';
import { feedCases } from './feed-cases.ts';
import { finiteStepsCases } from './finite-steps-cases.ts';
import { forwardCases } from './forward-cases.ts';
import { gatherCases } from './gather-cases.ts';
import { halvesCases } from './halves-cases.ts';
import type { KernelCase } from './kernel-case.ts';
import { layerNormCases } from './layer-norm-cases.ts';
import { lossCases } from './loss-cases.ts';
import { maskCases } from './mask-cases.ts';
import { normCases } from './norm-cases.ts';
import { poolCases } from './pool-cases.ts';
import { productCases } from './product-cases.ts';
import { sampleCases } from './sample-cases.ts';
import { startCases } from './start-cases.ts';
import { stateHealthCases } from './state-health-cases.ts';
import { timeNormsCases } from './time-norms-cases.ts';
import { updateCases } from './update-cases.ts';
import { updateNormsCases } from './update-norms-cases.ts';
import { weightGradientCases } from './weight-gradient-cases.ts';

export const kernelCases: readonly KernelCase[] = [
  ...gatherCases,
  ...productCases,
  ...maskCases,
  ...forwardCases,
  ...lossCases,
  ...backwardCases,
  ...layerNormCases,
  ...weightGradientCases,
  ...normCases,
  ...updateCases,
  ...updateNormsCases,
  ...sampleCases,
  ...feedCases,
  ...beamCases,
  ...columnCases,
  ...convolutionCases,
  ...attentionCases,
  ...directionCases,
  ...poolCases,
  ...startCases,
  ...timeNormsCases,
  ...finiteStepsCases,
  ...stateHealthCases,
  ...halvesCases,
  ...besideCases,
];
