/** An experiment inside of the worker: on the same device as training, one case after the other. */
import type { ExperimentResult, Row } from '../../src/experiments/experiment.ts';
import { InputError } from '../../src/index.ts';

/** The library behind is loaded with the first experiment. Rejects when `signal` is aborted. */
export async function runExperiment(
  device: GPUDevice,
  name: string,
  report: (row: Row) => void,
  signal?: AbortSignal,
): Promise<ExperimentResult> {
  const { experiments } = await import('../../src/experiments/experiments.ts');
  const experiment = experiments.find((candidate) => candidate.name === name);
  if (!experiment) throw new InputError(`experiment must be one of ${experiments.map((each) => each.name).join(', ')}, got '${name}'`);
  return experiment.run(device, report, signal);
}
