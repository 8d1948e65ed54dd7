/** What the training worker asks of the GPU so that the page can show it; see `Inspectable` in protocol.ts. */
export { inspectRow } from './inspect-row.ts';
export { measurePlan } from './measure-plan.ts';
export { readHealth, readTimeNorms } from './read-watched.ts';
export { runExperiment } from './run-experiment.ts';
