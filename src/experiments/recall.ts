/** Which cells and initializations still learn what they saw 10, 50 and 200 time steps ago. */
import type { Experiment, Row } from './experiment.ts';
import { CHANCE, endOf, type Learner, learnRecall, nameOf } from './recall-task.ts';

const LAGS = [10, 50, 200] as const;

const learners: readonly Learner[] = [
  { cell: 'rnn-tanh', initialization: 'orthogonal', parts: () => 'default' },
  { cell: 'rnn-relu', initialization: 'identity', parts: () => ({ recurrent: 'identity' }) },
  { cell: 'gru', initialization: 'uniform', parts: () => 'pytorch' },
  { cell: 'gru', initialization: 'chrono', parts: (lag) => ({ preset: 'pytorch', chrono: lag }) },
  { cell: 'lstm', initialization: 'forget bias 1', parts: () => ({ preset: 'pytorch', forgetBias: 1 }) },
  { cell: 'lstm', initialization: 'chrono', parts: (lag) => ({ preset: 'pytorch', chrono: lag }) },
];

/** A loss below this share of chance has been learned in part, one above it has not left chance. */
const LEFT_CHANCE = 0.9;

export const recallExperiment: Experiment = {
  name: 'recall',
  summary: 'one of 8 symbols, then noise, asked at the end: which cell and initialization still learns after 10, 50 and 200 steps',
  async run(device, report, signal) {
    const rows: Row[] = [];
    const series = [];
    for (const learner of learners) {
      const points: [number, number][] = [];
      for (const lag of LAGS) {
        signal?.throwIfAborted();
        const { losses } = await learnRecall(device, learner, lag, signal);
        const loss = endOf(losses);
        const row = {
          cell: learner.cell,
          initialization: learner.initialization,
          lag,
          loss,
          chance: CHANCE,
          leavesChance: loss < LEFT_CHANCE * CHANCE,
        };
        rows.push(row);
        report?.(row);
        points.push([lag, loss]);
      }
      series.push({ name: nameOf(learner), family: learner.cell, points });
    }
    return {
      rows,
      plot: {
        title: 'Recall after 400 training steps (a guess: 2.08)',
        x: 'time steps between symbol and question',
        y: 'loss in nats',
        series,
      },
      sentence: `${LAGS.map((lag) => `At lag ${lag} ${leaving(rows, lag)}`).join('; ')}.`,
    };
  },
};

function leaving(rows: readonly Row[], lag: number): string {
  const chosen = rows.filter((row) => row.lag === lag && row.leavesChance === true);
  return `${chosen.length === 0 ? 'nobody leaves' : `${chosen.map(({ cell, initialization }) => `${cell} (${initialization})`).join(', ')} leave`} chance`;
}
