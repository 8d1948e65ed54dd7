/** ReLU networks that start from the identity (Le, Jaitly and Hinton 2015), from an orthogonal matrix, and from small random numbers. */
import type { Experiment, Row } from './experiment.ts';
import { CHANCE, endOf, type Learner, learnRecall, nameOf, smooth } from './recall-task.ts';

const LAG = 10;

const learners: readonly Learner[] = [
  { cell: 'rnn-relu', initialization: 'identity', parts: () => ({ recurrent: 'identity' }) },
  { cell: 'rnn-relu', initialization: 'orthogonal', parts: () => ({ recurrent: 'orthogonal' }) },
  { cell: 'rnn-relu', initialization: 'uniform', parts: () => 'pytorch' },
];

export const reluExperiment: Experiment = {
  name: 'relu',
  summary: 'ReLU networks with and without identity initialization, on recall over 10 time steps',
  async run(device, report, signal) {
    const rows: Row[] = [];
    const series = [];
    for (const learner of learners) {
      signal?.throwIfAborted();
      const { losses } = await learnRecall(device, learner, LAG, signal);
      const row = { cell: learner.cell, initialization: learner.initialization, lag: LAG, loss: endOf(losses), chance: CHANCE };
      rows.push(row);
      report?.(row);
      series.push({ name: nameOf(learner), points: smooth(losses) });
    }
    const order = [...rows].sort((a, b) => Number(a.loss) - Number(b.loss));
    return {
      rows,
      plot: {
        title: `ReLU networks learn to recall over ${LAG} time steps (a guess: 2.08)`,
        x: 'training step',
        y: 'loss in nats',
        series,
      },
      sentence: `After 400 steps the losses are ${order.map(({ initialization, loss }) => `${Number(loss).toFixed(2)} (${initialization})`).join(', ')}; a guess has ${CHANCE.toFixed(2)}.`,
    };
  },
};
