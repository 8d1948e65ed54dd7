// What the documents show of the file of results, between their marks.
import { withBetween } from '../../scripts/results-table.mjs';
import { isSweep, parts, rowsOfPart } from './results-plan.mjs';
import { endsOfLines, sweepPlot } from './sweep-plot.mjs';
import { table } from './table.mjs';

const unique = (values) => [...new Set(values.filter(Boolean))].join(', ');

/** One line: machines, adapters and dates of these rows. */
export const measuredOn = (rows) =>
  `${unique(rows.map(({ machine }) => machine))}; ${unique(rows.map(({ host }) => host))}; adapter ${unique(rows.map(({ adapter }) => adapter))}; ${unique(rows.map(({ date }) => date))}`;

/** Columns that only the file has. */
const without = ['ms pipelined', 'loss 1, 20', 'note'];

const plotPath = (axis) => `bench/time-over-${axis}.svg`;

/** The text of one part of docs/performance.md. */
function partText(part, rows) {
  const lines = [`${measuredOn(rows)}:`, ''];
  if (isSweep(part)) {
    lines.push(`![${sweepPlot(rows, part).title}](${plotPath(part)})`);
    const ends = endsOfLines(rows);
    if (ends.length > 0) lines.push('', ends.join(' '));
  } else lines.push(table(rows, without));
  return lines.join('\n');
}

const marksOf = (part) => [`<!-- made by npm run bench:results: ${part} -->`, `<!-- end of ${part} -->`];

/** docs/performance.md with every part of which the file has rows made anew. */
export const performanceText = (text, rows) =>
  Object.keys(parts).reduce((made, part) => {
    const found = rowsOfPart(rows, part);
    return found.length === 0 ? made : withBetween(made, ...marksOf(part), partText(part, found));
  }, text);

/** The README with its table of one size made anew, where the file has its rows. */
export function readmeText(text, rows) {
  const found = rowsOfPart(rows, 'training').filter(({ size }) => size === '16x32x64');
  if (found.length === 0) return text;
  const intro =
    'One training step of an LSTM (batch 16, T 32, H 64, vocabulary 64; forward, BPTT, clip, Adam), same data, weights and losses, all in one run;';
  const columns = ['size', 'cell', 'loss gap', 'n', 'tokens/s', ...without];
  return withBetween(text, ...marksOf('speed'), `${intro} ${measuredOn(found)}:\n\n${table(found, columns)}`);
}

/** The plots of the sweeps of which the file has rows. */
export const sweepPlots = (rows) =>
  Object.keys(parts)
    .filter(isSweep)
    .map((axis) => ({ file: plotPath(axis), found: rowsOfPart(rows, axis), axis }))
    .filter(({ found }) => found.length > 0)
    .map(({ file, found, axis }) => ({ file, plot: sweepPlot(found, axis) }));
