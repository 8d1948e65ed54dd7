// The rows as a markdown table.
import { isTimed, type Row, type TimedRow } from './row.ts';

const fixed = (value: number | undefined, digits = 2): string => (value === undefined ? '-' : value.toFixed(digits));
const percent = (share: number): string => (Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %` : '-');

const columns: Readonly<Record<string, (row: TimedRow) => string>> = {
  engine: nameOf,
  size: ({ size }) => size,
  cell: ({ cell }) => cell,
  'ms one by one': ({ ms }) => fixed(ms),
  quartiles: ({ msQuartiles }) => msQuartiles.map((ms) => fixed(ms)).join(' to '),
  n: ({ n }) => String(n),
  'ms pipelined': ({ msPipelined }) => fixed(msPipelined),
  'ms kernels': ({ kernelMs }) => fixed(kernelMs),
  'first ms': ({ firstMs }) => fixed(firstMs, 0),
  'GFLOP/s': ({ gflops }) => fixed(gflops, 1),
  'of fp32': ({ flopShare }) => percent(flopShare),
  'of bandwidth': ({ bandwidthShare }) => percent(bandwidthShare),
  'times ours': ({ timesOurs, timesOursPipelined }) =>
    timesOurs === undefined ? '-' : `${fixed(timesOurs)} (${fixed(timesOursPipelined)} pipelined)`,
  'loss 1, 20': ({ losses }) => `${fixed(losses[0], 4)}, ${fixed(losses[19], 4)}`,
  'loss gap': ({ lossGap }) => lossGap?.toExponential(1) ?? '-',
};

function nameOf({ peer, tf32 }: Row): string {
  return peer === 'pytorch' && tf32 ? 'pytorch, TF32' : peer;
}

const line = (items: readonly string[]): string => `| ${items.join(' | ')} |`;

/** One line per row; a failed one holds its error. */
export function table(rows: readonly Row[]): string {
  const names = Object.keys(columns);
  const body = rows.map((row) => {
    if (isTimed(row)) return line(names.map((name) => columns[name](row)));
    return line([nameOf(row), row.size, row.cell, row.error, ...names.slice(4).map(() => '')]);
  });
  return `${[line(names), line(names.map(() => '---')), ...body].join('\n')}\n`;
}
