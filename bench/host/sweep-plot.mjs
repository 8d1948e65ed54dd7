// The rows of a sweep as lines, and why a line ends.
import { parseSize } from './sizes.mjs';
import { wasTried } from './sweep.mjs';

/**
 * A plot for src/experiments/svg-plot.ts: milliseconds per training step over one axis, one line per peer; a failed row is a gap.
 *
 * @param {object[]} rows of one sweep
 * @param {'T' | 'H' | 'B'} axis
 */
export function sweepPlot(rows, axis) {
  const peers = [...new Set(rows.map(({ peer }) => peer))];
  const fixed = ['B', 'T', 'H'].filter((name) => name !== axis).map((name) => `${name} ${rows.length > 0 ? sizeOf(rows[0])[name] : '?'}`);
  return {
    title: `Time per training step over ${axis} (LSTM, ${fixed.join(', ')})`,
    x: `${axis}, ${{ T: 'time steps', H: 'hidden size', B: 'batch' }[axis]}`,
    y: 'milliseconds per step, median',
    logarithmic: true,
    doubling: true,
    series: peers.map((peer) => ({
      name: peer,
      points: rows.filter((row) => row.peer === peer).map((row) => [sizeOf(row)[axis], row.error ? Number.NaN : row.ms]),
    })),
  };
}

const sizeOf = ({ size }) => parseSize(size).workload;

/** A sentence for each peer whose line ends early: at its first row with an error. */
export function endsOfLines(rows) {
  const peers = [...new Set(rows.map(({ peer }) => peer))];
  return peers.flatMap((peer) => {
    const end = rows.find((row) => row.peer === peer && row.error);
    if (!end) return [];
    return [`${peer} ${wasTried(end) ? `failed at ${end.size}: ${end.error}` : `was ${end.error}`}.`];
  });
}
