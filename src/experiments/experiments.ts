/** All experiments, in the order in which lists show them. */
import type { Experiment } from './experiment.ts';
import { explosionExperiment } from './explosion.ts';
import { gradientsExperiment } from './gradients.ts';
import { recallExperiment } from './recall.ts';
import { reluExperiment } from './relu.ts';

export const experiments: readonly Experiment[] = [gradientsExperiment, explosionExperiment, recallExperiment, reluExperiment];
