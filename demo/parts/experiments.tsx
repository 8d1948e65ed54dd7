import { experiments, state } from '../state/run.ts';
import { runExperiment, stopExperiment } from '../state/session.ts';
import { views } from '../state/views.ts';

export function Experiments() {
  const loaded = views.value;
  if (!loaded) return null;
  return (
    <loaded.ExperimentCards states={experiments.value} onRun={runExperiment} onStop={stopExperiment} isBusy={state.value === 'running'} />
  );
}
