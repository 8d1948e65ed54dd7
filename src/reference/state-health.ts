import { type Buffers, type Call, type Cell, planeCount } from './options.ts';
import { lengthOf, type RowsOptions } from './rows.ts';

export interface StateHealthOptions extends RowsOptions {
  readonly cell: Cell;
  readonly hiddenSize: number;
}

const gates = { low: Math.fround(0.01), high: Math.fround(0.99) };
const tanh = { low: -Math.fround(0.99), high: Math.fround(0.99) };
/** tanh(c) leaves ±0.99 where c leaves this. */
const cell = { low: -Math.fround(2.6466524), high: Math.fround(2.6466524) };
/** Silent: what WGSL may flush is as good as zero. */
const relu = { low: Math.fround(1.1754944e-38), high: Math.fround(3.4e38) };

/** What is counted of each cell: plane of the gates, states or cells, and the limits. */
function watchedOf(kind: Cell): readonly { readonly from: number | 'states' | 'cells'; readonly low: number; readonly high: number }[] {
  if (kind === 'rnn-tanh') return [{ from: 'states', ...tanh }];
  if (kind === 'rnn-relu') return [{ from: 'states', ...relu }];
  const first = [
    { from: 0, ...gates },
    { from: 1, ...gates },
    { from: 2, ...tanh },
  ];
  return kind === 'lstm' ? [...first, { from: 3, ...gates }, { from: 'cells', ...cell }] : first;
}

/** counts [H / 4, vectors, 4]: real positions, then per watched thing how often it is below and above its limits, for each of four units. */
export function stateHealth(options: StateHealthOptions, call: Call, buffers: Buffers): void {
  const { batch, hiddenSize } = options;
  const watched = watchedOf(options.cell);
  const planes = planeCount(options.cell);
  const vectors = 1 + 2 * watched.length;
  for (let j = 0; j < hiddenSize; j++) {
    const place = (vector: number) => (call.counts ?? 0) + (Math.floor(j / 4) * vectors + vector) * 4 + (j % 4);
    for (let vector = 0; vector < vectors; vector++) buffers.counts[place(vector)] = 0;
    for (let b = 0; b < batch; b++) {
      for (let t = 0; t < lengthOf(options, call, buffers, b); t++) {
        buffers.counts[place(0)]++;
        for (const [index, { from, low, high }] of watched.entries()) {
          const value =
            typeof from === 'number'
              ? buffers.gates[((t * batch + b) * planes + from) * hiddenSize + j]
              : buffers[from][((t + 1) * batch + b) * hiddenSize + j];
          if (value < low) buffers.counts[place(1 + 2 * index)]++;
          if (value > high) buffers.counts[place(2 + 2 * index)]++;
        }
      }
    }
  }
}
