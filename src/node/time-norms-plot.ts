/** What `--monitor` saw last, as a plot for a terminal. */
import { textPlot } from '../experiments/text-plot.ts';
import type { MeasuredNorms } from '../index.ts';

/** Norms of the gradient at each time step, a line for each layer and direction and for an LSTM's cells, and in words how each goes back. */
export function timeNormsPlot({ step, layers }: MeasuredNorms, columns: number): string {
  const lines = layers.flatMap(({ name, norms, words, cell }) => [
    { name: `${name}: ${words}`, norms },
    ...(cell ? [{ name: `${name}, cells: ${cell.words}`, norms: cell.norms }] : []),
  ]);
  const plot = {
    title: `Gradient through time, step ${step}`,
    x: 'time step',
    y: 'norm of the gradient, logarithmic',
    logarithmic: true,
    series: lines.map(({ name, norms }) => ({ name, points: Array.from(norms, (norm, t): [number, number] => [t + 1, norm]) })),
  };
  return textPlot(plot, columns, 12);
}
