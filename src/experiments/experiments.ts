/** All experiments, in the order in which lists show them. */
import type { Experiment } from './experiment.ts';
import { explosionExperiment } from './explosion.ts';
import { gainExperiment } from './gain.ts';
import { gradientsExperiment } from './gradients.ts';
import { recallExperiment } from './recall.ts';
import { reluExperiment } from './relu.ts';

export const experiments: readonly Experiment[] = [
  gradientsExperiment,
  gainExperiment,
  explosionExperiment,
  recallExperiment,
  reluExperiment,
];
