/** What the accumulators of a forward recurrent kernel start from: the input's part of every gate, and the biases. */
import { unroll } from '../wgsl.ts';
import { CELLS } from './cell.ts';
import { storeGuard } from './product.ts';
import { batchRow, type RecurrentOptions, sumsOfGates } from './recurrent-tile.ts';
import { fillSums, LANE, type TilePlace } from './tile-sums.ts';

/** The biases of these gates for one vector of units, or where their names have no tag, of the vector at hand. */
function biasesOf({ hiddenSize, input, recurrentBias, inputBias }: RecurrentOptions, gates: readonly number[], place: TilePlace): string {
  const load = (name: string, uniform: string): string =>
    unroll(gates.length, (index) => {
      const first = `weights[call.${uniform} / 4u + ${(gates[index] * hiddenSize) / 4}u + firstUnit`;
      return `let ${name}${gates[index]}_${place.vectorTag} = ${first} + ${place.vector}];`;
    });
  return [inputBias && input === 'tokens' && load('inputBias', 'biasInput'), recurrentBias && load('hiddenBias', 'biasHidden')]
    .filter(Boolean)
    .join('\n');
}

/** Whether a loop that goes over vectors of units has but one, or there is none. */
const namesBiases = ({ tile }: RecurrentOptions): boolean => !tile.staged || tile.vectors === 1;

/** Ahead of a loop over time, which then loads no bias, where each can have a name. */
export function declareBiases(options: RecurrentOptions, gates: readonly number[]): string {
  const { tile } = options;
  if (tile.alone || !namesBiases(options)) return '';
  return unroll(tile.vectors, (vector) =>
    biasesOf(options, gates, { row: '', rowTag: '', vector: `${vector}u`, vectorTag: tile.staged ? '' : `${vector}` }),
  );
}

/** The same of a thread alone, for the units at hand: those that are its own in the product. */
const declareOwnBiases = (options: RecurrentOptions, gates: readonly number[]): string =>
  unroll(options.tile.vectors, (vector) =>
    biasesOf(options, gates, { row: '', rowTag: '', vector: `${LANE} * ${options.tile.vectors}u + ${vector}u`, vectorTag: `${vector}` }),
  );

/** `gates` of the list start from the input's part (if their plane holds it) plus the recurrent bias; `isLoop`: `declareBiases` came before. */
export function initialAccumulators(options: RecurrentOptions, gates: readonly number[], isLoop = false): string {
  const { cell, batch, hiddenSize, input, recurrentBias, inputBias, tile } = options;
  const { gates: total, recurrentPlane, inputPlane } = CELLS[cell];
  const units = hiddenSize / 4;
  const isShared = (gate: number): boolean => recurrentPlane(gate) === inputPlane(gate);
  const hasTokens = input === 'tokens';
  const hasInputBias = inputBias && hasTokens;
  // lanes alone add biases once they have swapped
  const later = tile.alone === true;
  const fromTokens = (gate: number, { rowTag, vector, vectorTag }: TilePlace, isLater = later): string =>
    `weights[x${rowTag} + ${gate * units}u + ${vector}]${hasInputBias && !isLater ? ` + inputBias${gate}_${vectorTag}` : ''}`;
  const planeOf = (gate: number, { rowTag, vector }: TilePlace): string =>
    `gates[((t * BATCH + row${rowTag}) * PLANES + ${inputPlane(gate)}u) * UNITS + firstUnit + ${vector}]`;
  const inputPart = hasTokens ? fromTokens : planeOf;
  const first = (gate: number, place: TilePlace): string => {
    const hasBias = recurrentBias && !later;
    const hiddenPart = hasBias ? `hiddenBias${gate}_${place.vectorTag}` : 'vec4f()';
    if (!isShared(gate)) return hiddenPart;
    return hasBias ? `${inputPart(gate, place)} + ${hiddenPart}` : inputPart(gate, place);
  };
  const more = (gate: number, vector: number): string =>
    `${hasInputBias && isShared(gate) ? ` + inputBias${gate}_${vector}` : ''}${recurrentBias ? ` + hiddenBias${gate}_${vector}` : ''}`;
  // the input's part of a gate whose recurrent part stands apart must lie in its own plane before the activation reads it
  const apart = gates.filter((gate) => !isShared(gate) && hasTokens);
  const filled = fillSums(sumsOfGates(options, gates), first, {
    ofVector: (place) => (later || (isLoop && namesBiases(options)) ? '' : biasesOf(options, gates, place)),
    ofRow: (place) => {
      const token = `let x${place.rowTag} = call.weightInput / 4u + tokens[t * BATCH + row${place.rowTag}] * ${total * units}u + firstUnit;`;
      return `${batchRow(options)(place)} ${hasTokens ? token : ''}`;
    },
    beside: (place) => {
      if (apart.length === 0) return '';
      const guard = storeGuard(batch, tile, place);
      const bias = later ? biasesOf(options, apart, place) : '';
      const stores = apart.map((gate) => `${planeOf(gate, place)} = ${fromTokens(gate, place, false)};`);
      return `${guard && `if (${guard}) `}{ ${bias} ${stores.join(' ')} }`;
    },
    ...(later && { more }),
  });
  return later ? `${declareOwnBiases(options, gates)}\n${filled}` : filled;
}
