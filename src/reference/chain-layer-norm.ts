/** A layer-normalised direction of a chain, forward and backward beside each other. */
import type { Chain } from './chain-buffers.ts';
import type { Direction } from './chain-direction.ts';
import { kernelCell } from './chain-layout.ts';
import type { ChainTwins } from './chain-twins.ts';
import { normPlaces } from './layer-norm.ts';
import { type Buffers, type Call, gateCount, planeCount, type Values } from './options.ts';
import type { RecurrentNoise } from './recurrent-noise.ts';

interface Noise {
  readonly options: RecurrentNoise;
  readonly call: Call;
  readonly buffers: Buffers;
}

/** What the kernels of one layer share. */
function shapeOf({ options, sizes }: Chain) {
  const { batch, timeSteps, units } = options;
  const cell = kernelCell(options);
  const rows = timeSteps * batch;
  const [gates, planes] = [gateCount(cell), planeCount(cell)];
  const { hidden: hiddenSize } = sizes;
  const recurrent = { cell, batch, timeSteps, hiddenSize, lengths: options.lengths !== undefined, layerNorm: { units, timeSteps } };
  return { recurrent, rowsOf: { rows, positions: rows, gates, planes, hiddenSize, units }, planes, gates, rows, hiddenSize, cell };
}

export function forwardNormed(chain: Chain, twins: ChainTwins, { buffers, offsets, input }: Direction, noise: Noise): void {
  const { options, sizes } = chain;
  const { weights, lengths } = chain.buffers;
  const { recurrent, rowsOf, rows } = shapeOf(chain);
  const isTokens = input.size === 0;
  if (!isTokens) {
    const shape = { rows, columns: sizes.gates, inner: input.size, leftStride: input.size, rightStride: sizes.gates };
    twins.matmul(
      { ...shape, outStride: sizes.gates, left: 'rows', right: 'rows', bias: false, parts: 1 },
      { left: input.offset, right: offsets.weightInput, bias: 0, out: 0 },
      { left: input.values, right: weights, out: buffers.inputNorms },
    );
  }
  twins.layerNormRows(
    { ...rowsOf, tokens: isTokens, bias: options.bias !== 'none' },
    { first: 0, gain: offsets.gainInput, bias: offsets.biasInput, weightInput: offsets.weightInput },
    { weights, tokens: input.tokens, norms: buffers.inputNorms, gates: buffers.gates },
  );
  twins.layerNormSequenceForward(
    { ...recurrent, input: 'projected', recurrentBias: options.bias === 'both', inputBias: false, ...noise.options },
    { ...offsets, ...noise.call, begin: 0, end: options.timeSteps },
    { ...buffers, ...noise.buffers, weights, lengths },
  );
}

export function backwardNormed(chain: Chain, twins: ChainTwins, { buffers, offsets }: Direction, noise: Noise): void {
  const { initial, timeSteps } = chain.options;
  const { parameters, lengths } = chain.buffers;
  twins.layerNormSequenceBackward(
    { ...shapeOf(chain).recurrent, initial, ...noise.options },
    { ...offsets, ...noise.call, begin: 0, end: timeSteps + (initial ? 1 : 0) },
    { ...buffers, ...noise.buffers, parameters, lengths },
  );
}

/** The gradients of gains, biases and weights; dL/dz in gates becomes dL/d(W x) between them. `operand`: what U has read. */
export function normedGradients(chain: Chain, twins: ChainTwins, { buffers, offsets, input }: Direction, operand: Values): void {
  const { options } = chain;
  const { parameters, gradients } = chain.buffers;
  const { recurrent, rowsOf, planes, gates, rows, hiddenSize, cell } = shapeOf(chain);
  const places = normPlaces(cell, rows, hiddenSize);
  const { norms, inputNorms } = buffers;
  const ofGates = (isApart: boolean): readonly number[] => Array.from({ length: gates }, (_, gate) => (isApart && gate === 2 ? 3 : gate));
  const shape = { rows, hiddenSize, deltaStride: planes * hiddenSize, normedStride: gates * hiddenSize };
  twins.layerNormGradient(
    { ...shape, planes: ofGates(false), bias: options.bias !== 'none' },
    { delta: 0, normed: 0, gain: offsets.gainInput, bias: offsets.biasInput },
    { delta: buffers.gates, normed: inputNorms, gradients },
  );
  twins.layerNormGradient(
    { ...shape, planes: ofGates(cell === 'gru'), bias: options.bias === 'both' },
    { delta: 0, normed: places.normed, gain: offsets.gainHidden, bias: offsets.biasHidden },
    { delta: buffers.gates, normed: norms, gradients },
  );
  if (cell === 'lstm') {
    twins.layerNormGradient(
      { rows, hiddenSize, planes: [0], deltaStride: hiddenSize, normedStride: hiddenSize, bias: true },
      { delta: places.cellDelta, normed: places.cellNormed, gain: offsets.gainCell, bias: offsets.biasCell },
      { delta: norms, normed: norms, gradients },
    );
  }
  twins.layerNormRowsBackward(rowsOf, { first: 0, gain: offsets.gainInput }, { parameters, norms: inputNorms, gates: buffers.gates });
  const { batch, timeSteps } = recurrent;
  const none = { inputBias: false, hiddenBias: false, parts: 1 };
  twins.weightGradient(
    { cell, batch, timeSteps, hiddenSize, inputSize: 0, ...none },
    { ...offsets, input: 0, partStride: 0 },
    { gates: norms, states: operand, input: input.values, out: gradients },
  );
  if (input.size === 0) return;
  twins.weightGradient(
    { cell, batch, timeSteps, hiddenSize, inputSize: input.size, hidden: false, ...none },
    { ...offsets, input: input.offset, partStride: 0 },
    { gates: buffers.gates, states: operand, input: input.values, out: gradients },
  );
}
