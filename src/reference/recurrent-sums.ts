import { type Buffers, type Call, gateCount, planeCount, type RecurrentBackwardOptions, type RecurrentForwardOptions } from './options.ts';

/** The input's share of gate g of unit j: x·W + b_ih. */
export function inputSum(
  options: RecurrentForwardOptions,
  call: Call,
  buffers: Buffers,
  t: number,
  b: number,
  g: number,
  j: number,
): number {
  const { batch, cell, hiddenSize } = options;
  const position = t * batch + b;
  const column = g * hiddenSize + j;
  if (options.input === 'projected') return buffers.gates[position * planeCount(cell) * hiddenSize + column];
  const row = buffers.tokens[position] * gateCount(cell) * hiddenSize;
  const bias = options.inputBias ? buffers.weights[call.biasInput + column] : 0;
  return buffers.weights[call.weightInput + row + column] + bias;
}

/** The state's share of gate g of unit j: h·U + b_hh, where `operand` holds h from element `start` on. */
export function recurrentSum(
  options: RecurrentForwardOptions,
  call: Call,
  buffers: Buffers,
  operand: Buffers[string],
  start: number,
  g: number,
  j: number,
): number {
  const { hiddenSize } = options;
  const { weights } = buffers;
  const column = g * hiddenSize + j;
  const stride = gateCount(options.cell) * hiddenSize;
  const first = call.weightHidden + column;
  let sum = options.recurrentBias ? weights[call.biasHidden + column] : 0;
  for (let k = 0; k < hiddenSize; k++) sum += operand[start + k] * weights[first + k * stride];
  return sum;
}

/** What the gate gradients of one row send back to unit j: sum over the given gates of dz·U. `planes[g]` holds gate g's gradient. */
export function recurrentGradient(
  options: RecurrentBackwardOptions,
  call: Call,
  buffers: Buffers,
  t: number,
  b: number,
  planes: readonly { gate: number; plane: number }[],
  j: number,
): number {
  const { batch, cell, hiddenSize } = options;
  const row = (t * batch + b) * planeCount(cell) * hiddenSize;
  let sum = 0;
  for (const { gate, plane } of planes) {
    for (let k = 0; k < hiddenSize; k++) {
      const weight = buffers.parameters[call.weightHidden + (gate * hiddenSize + k) * hiddenSize + j];
      sum += buffers.gates[row + plane * hiddenSize + k] * weight;
    }
  }
  return sum;
}
