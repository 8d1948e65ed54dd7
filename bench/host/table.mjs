// The rows as a markdown table.

const columns = {
  peer: (row) => row.peer,
  work: (row) => row.work,
  size: (row) => row.size,
  cell: (row) => row.cell,
  'ms/step': (row) => number(row.ms, 1),
  quartiles: (row) => row.msQuartiles.map((ms) => number(ms, 1)).join(' to '),
  n: (row) => number(row.n, 0),
  'ms pipelined': (row) => number(row.msPipelined, 1),
  'first ms': (row) => number(row.firstMs, 0),
  'tokens/s': (row) => number(row.tokensPerSecond, 0),
  'GFLOP/s (executed)': (row) => `${number(row.gflops, 2)} (${number(row.gflopsExecuted, 2)})`,
  dispatches: (row) => number(row.dispatches, 0),
  submits: (row) => number(row.submits, 0),
  'live MB (peak)': (row) => (row.liveBytes == null ? '-' : `${number(row.liveBytes / 1e6, 1)} (${number(row.peakBytes / 1e6, 1)})`),
  'kB gzip': (row) => (row.downloadBytes == null ? '-' : number(row.downloadBytes / 1000, 0)),
  'loss 1, 20': (row) => (row.loss1 == null ? '-' : `${number(row.loss1, 3)}, ${number(row.loss20, 3)}`),
  'loss gap': (row) => exponential(row.lossGap),
  'output gap': (row) => exponential(row.outputGap),
  'times ours': (row, ours) => (ours?.ms ? number(row.ms / ours.ms, 2) : '-'),
  note: (row) => row.note ?? '',
};

function number(value, digits) {
  return value == null || Number.isNaN(value) ? '-' : value.toFixed(digits);
}

const exponential = (value) => (value == null ? '-' : value.toExponential(1));

const line = (cells) => `| ${cells.join(' | ')} |`;

/** Columns that say nothing where no row, or every row, has the usual. */
const isWorthIts = {
  work: (rows) => rows.some(({ work }) => work !== 'train'),
  'ms pipelined': (rows) => rows.some(({ msPipelined }) => msPipelined != null),
  'loss 1, 20': (rows) => rows.some(({ loss1 }) => loss1 != null),
  'loss gap': (rows) => rows.some(({ lossGap }) => lossGap != null),
  'output gap': (rows) => rows.some(({ outputGap }) => outputGap != null),
};

/**
 * A table of all rows; a failed row holds its error. `times ours` is its time over Retrograde's for the same work at the same size.
 *
 * @param {object[]} rows
 * @param {readonly string[]} without names of columns to leave out
 */
export function table(rows, without = []) {
  const names = Object.keys(columns).filter((name) => !without.includes(name) && (isWorthIts[name]?.(rows) ?? true));
  const heads = names.filter((name) => ['peer', 'work', 'size', 'cell'].includes(name));
  const body = rows.map((row) => {
    if (row.error) return line([...heads.map((name) => columns[name](row)), row.error, ...names.slice(heads.length + 1).map(() => '')]);
    const ours = rows.find(
      ({ peer, work, size, cell }) => peer === 'retrograde' && work === row.work && size === row.size && cell === row.cell,
    );
    return line(names.map((name) => columns[name](row, ours)));
  });
  return [line(names), line(names.map(() => '---')), ...body].join('\n');
}
