/**
 * What the gain of the recurrent weights does to learning, with and without a bound on the gradient's norm: tanh networks that start from an
 * orthogonal matrix times 0.5, 1.0 or 1.5, on recall over 20 time steps, by gradient descent with momentum.
 */
import type { Experiment, Row } from './experiment.ts';
import { CHANCE, endOf, type Learner, learnRecall, STEPS, smooth } from './recall-task.ts';

const LAG = 20;
const GAINS = [0.5, 1, 1.5] as const;
const CLIPS = [undefined, 1] as const;
const OPTIMIZER = { kind: 'momentum', learningRate: 0.05 } as const;

export const gainExperiment: Experiment = {
  name: 'gain',
  summary: 'recurrent gain 0.5, 1.0 and 1.5 with and without a clip, on recall over 20 time steps',
  async run(device, report, signal) {
    const rows: Row[] = [];
    const series = [];
    for (const gain of GAINS) {
      for (const clip of CLIPS) {
        signal?.throwIfAborted();
        const learner: Learner = {
          cell: 'rnn-tanh',
          initialization: `gain ${gain}`,
          parts: () => ({ recurrent: 'orthogonal', gain }),
          training: { optimizer: OPTIMIZER, ...(clip !== undefined && { clip: { globalNorm: clip } }) },
        };
        const { losses, gradientNorms, clipped, ratio } = await learnRecall(device, learner, LAG, signal, true);
        const row: Row = {
          cell: learner.cell,
          gain,
          clip: clip ?? 'none',
          ratio,
          largestNorm: Math.max(...gradientNorms),
          clippedShare: clipped / STEPS,
          loss: endOf(losses),
          chance: CHANCE,
        };
        rows.push(row);
        report?.(row);
        series.push({
          name: `gain ${gain.toFixed(1)}, ${clip === undefined ? 'no clip' : `clip ${clip}`}`,
          family: `gain ${gain}`,
          points: smooth(losses),
        });
      }
    }
    return {
      rows,
      plot: {
        title: `Recall over ${LAG} time steps by the gain of the recurrent weights (a guess: 2.08)`,
        x: 'training step',
        y: 'loss in nats',
        series,
      },
      sentence: sentenceOf(rows),
    };
  },
};

/** From the figures alone: how much arrives before training, and where the loss is after it. */
function sentenceOf(rows: readonly Row[]): string {
  const parts = GAINS.map((gain) => {
    const [free, bounded] = rows.filter((row) => row.gain === gain);
    const loss = (row: Row): string => Number(row.loss).toPrecision(2);
    return `with gain ${gain} the gradient at the first time step is ${Number(free.ratio).toPrecision(2)} times that at the last, and the loss ends at ${loss(free)} without a clip and at ${loss(bounded)} with one`;
  });
  return `Before training, ${parts.join('; ')}; a guess has ${CHANCE.toFixed(2)}.`;
}
