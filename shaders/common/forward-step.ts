/** What a forward recurrent kernel does with its accumulators once the product is there: the step of the cell, at once or by way of the gates' planes. */
import { CELLS, forwardInPlanes } from './cell.ts';
import { storeGuard } from './product.ts';
import { declareMask, declareMaskedPast } from './recurrent-dropout.ts';
import { declareNoise } from './recurrent-noise.ts';
import { allGates, batchRow, forRows, type RecurrentOptions, sumsOfGates } from './recurrent-tile.ts';
import { emptySums, forStagedSums, stagedSum, zeroSums } from './tile-sums.ts';
import { declareZoned, zonedStep } from './zoneout.ts';

/** The cell's forward functions, and what noise adds to them; `sum` says where accumulated values are, if not in their planes. */
export const declareForward = (options: RecurrentOptions, sum?: (gate: number) => string): string =>
  [
    (options.layerNorm && CELLS[options.cell].normed?.forward) ||
      (sum ? CELLS[options.cell].forward(sum) : forwardInPlanes(CELLS[options.cell])),
    declareNoise(options),
    declareMask(options),
    options.cell === 'gru-before' ? declareMaskedPast(options) : '',
    declareZoned(options.cell, options),
  ].join('\n');

/** Declares h, the state of (row, unit) after step t: `step` computes it, past the end of the row the state before it holds. */
export function nextState(options: RecurrentOptions, step: string): string {
  const { cell, lengths } = options;
  const next = zonedStep(options, step);
  if (!lengths) return `let h = ${next};`;
  const holdCell = CELLS[cell].hasCell ? 'cells[state + ROW] = cells[state];' : '';
  return `var h = states[state];
        if (t < lengths[row]) { h = ${next}; } else { ${holdCell} }`;
}

/** Where a step of the cell that follows its product at once, `activate`, finds the accumulated values. */
export const sumsOfStep = ({ tile }: RecurrentOptions): ((gate: number) => string) | undefined => (tile.staged ? stagedSum : undefined);

/**
 * The step of the cell right after its product: `body` for each (t, row, unit) of the tile. Staged, the step takes the accumulators as they are; else they go through
 * their planes, so that activations need not be unrolled.
 */
export function activate(options: RecurrentOptions, body: string): string {
  const { cell, batch, tile } = options;
  const every = allGates(cell);
  if (!tile.staged) return `${storeAccumulators(options, every)}\n${forRows(batch, tile, body)}`;
  const { keptSums = [], recurrentPlane } = CELLS[cell];
  const kept = keptSums.map(
    (gate) => `gates[((t * BATCH + row) * PLANES + ${recurrentPlane(gate)}u) * UNITS + unit] = ${stagedSum(gate)};`,
  );
  return forStagedSums(sumsOfGates(options, every), ({ vector }) => `let unit = firstUnit + ${vector};\n${kept.join('\n')}\n${body}`, {
    ofRow: batchRow(options),
    guard: (place) => storeGuard(batch, tile, place),
  });
}

/** Stores the accumulators in the planes from which the activation reads them. */
export function storeAccumulators(options: RecurrentOptions, gates: readonly number[]): string {
  const { recurrentPlane } = CELLS[options.cell];
  return storeSums(options, gates, (gate, row) => `gates[((t * BATCH + ${row}) * PLANES + ${recurrentPlane(gate)}u) * UNITS`);
}

/** Stores the accumulators as they are, where the normalisation finds the products. */
export function storeProducts(options: RecurrentOptions, gates: readonly number[]): string {
  const { gates: count } = CELLS[options.cell];
  return storeSums(options, gates, (gate, row) => `norms[NORMED + ((t * BATCH + ${row}) * ${count}u + ${gate}u) * UNITS`);
}

/** `target`: the beginning of an index, to which the unit is added. */
const storeSums = (options: RecurrentOptions, gates: readonly number[], target: (gate: number, row: string) => string): string =>
  emptySums(
    sumsOfGates(options, gates),
    (gate, { rowTag, vector }, sum) => `${target(gate, `row${rowTag}`)} + firstUnit + ${vector}] = ${sum};`,
    { ofRow: batchRow(options), guard: (place) => storeGuard(options.batch, options.tile, place) },
  );

/** Declares the accumulators of these gates for a product alone. */
export const emptyAccumulators = (options: RecurrentOptions, gates: readonly number[]): string => zeroSums(sumsOfGates(options, gates));
