// The rows as a markdown table.

const columns = {
  peer: (row) => row.peer,
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
  'loss 1, 20': (row) => `${number(row.loss1, 3)}, ${number(row.loss20, 3)}`,
  'loss gap': (row) => (row.lossGap == null ? '-' : row.lossGap.toExponential(1)),
  'times ours': (row, ours) => (ours?.ms ? number(row.ms / ours.ms, 2) : '-'),
  note: (row) => row.note ?? '',
};

function number(value, digits) {
  return value == null || Number.isNaN(value) ? '-' : value.toFixed(digits);
}

const line = (cells) => `| ${cells.join(' | ')} |`;

/** A table of all rows; a failed row holds its error. `times ours` is its time per step over Retrograde's at the same size. */
export function table(rows) {
  const names = Object.keys(columns);
  const body = rows.map((row) => {
    if (row.error) return line([row.peer, row.size, row.cell, row.error, ...names.slice(4).map(() => '')]);
    const ours = rows.find((other) => other.peer === 'retrograde' && other.size === row.size && other.cell === row.cell);
    return line(names.map((name) => columns[name](row, ours)));
  });
  return [line(names), line(names.map(() => '---')), ...body].join('\n');
}
