/** Recurrent dropout (Gal and Ghahramani 2016) and zoneout (Krueger et al. 2016): masks, and the states and gradients that they let through. */
import { type Buffers, type Call, type Cell, float32View, planeCount } from './options.ts';
import { pcg4d } from './sample.ts';

export interface RecurrentNoise {
  readonly recurrentDropout?: boolean;
  readonly zoneout?: 'noise' | 'expected';
}

/** What keeps the noises of a layer apart. */
const domains = { recurrentDropout: 0xb0000000, zoneout: 0xa0000000, zoneoutCell: 0x90000000 } as const;

/** Where the seed lies in `control`. */
const seedPlace = 7;

const rateOf = (call: Call, name: keyof typeof domains): number => float32View(Uint32Array.of(call[name]))[0];

/** Whether column `j` at a position is hit, with probability `call[name]`, given as f32 bits. */
function isHit(name: keyof typeof domains, call: Call, buffers: Buffers, position: number, j: number): boolean {
  const seed = buffers.control[(call.control ?? 0) + seedPlace];
  const noise = pcg4d([seed, domains[name] + (call.layer ?? 0), position, Math.floor(j / 4)])[j % 4];
  return noise >>> 8 < Math.floor(rateOf(call, name) * 2 ** 24);
}

/** What unit j of row b is multiplied by before the recurrent product reads it, at every time step. */
export function recurrentMask({ recurrentDropout }: RecurrentNoise, call: Call, buffers: Buffers, b: number, j: number): number {
  if (!recurrentDropout) return 1;
  return isHit('recurrentDropout', call, buffers, b, j) ? 0 : 1 / (1 - rateOf(call, 'recurrentDropout'));
}

/** The share of h (or c) before the step that unit j at position t * B + b keeps: 0 or 1 in training, the probability otherwise. */
export function zoneoutShare(
  { zoneout }: RecurrentNoise,
  name: 'zoneout' | 'zoneoutCell',
  call: Call,
  buffers: Buffers,
  position: number,
  j: number,
): number {
  if (!zoneout) return 0;
  if (zoneout === 'expected') return rateOf(call, name);
  return isHit(name, call, buffers, position, j) ? 1 : 0;
}

/** After a step of row b has written the states: what the units keep instead, and what the next product reads. */
export function finishStep(
  options: RecurrentNoise & { readonly cell: Cell; readonly batch: number; readonly hiddenSize: number },
  call: Call,
  buffers: Buffers,
  t: number,
  b: number,
  isOver: boolean,
): void {
  const { cell, batch, hiddenSize } = options;
  const { states, cells, operand, gates } = buffers;
  const position = t * batch + b;
  const previous = position * hiddenSize;
  const next = previous + batch * hiddenSize;
  for (let j = 0; j < hiddenSize; j++) {
    if (options.zoneout && !isOver) {
      const keep = (name: 'zoneout' | 'zoneoutCell', values: Buffers[string]): void => {
        const share = zoneoutShare(options, name, call, buffers, position, j);
        values[next + j] = share * values[previous + j] + (1 - share) * values[next + j];
      };
      if (planeCount(cell) === 1 && options.zoneout === 'noise') gates[previous + j] = states[next + j];
      if (cell === 'lstm') keep('zoneoutCell', cells);
      keep('zoneout', states);
    }
    if (options.recurrentDropout) operand[next + j] = states[next + j] * recurrentMask(options, call, buffers, b, j);
  }
}

/** Row 0 of what the products read. */
export function firstOperand(
  options: RecurrentNoise & { readonly batch: number; readonly hiddenSize: number },
  call: Call,
  buffers: Buffers,
  t: number,
): void {
  const { batch, hiddenSize, recurrentDropout } = options;
  if (!recurrentDropout) return;
  for (let b = 0; b < batch; b++) {
    for (let j = 0; j < hiddenSize; j++) {
      const place = (t * batch + b) * hiddenSize + j;
      buffers.operand[place] = buffers.states[place] * recurrentMask(options, call, buffers, b, j);
    }
  }
}
