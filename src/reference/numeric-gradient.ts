/** The numeric gradient check: the backward chain against central differences of the forward chain. */
import { backwardChain, forwardChain } from './chain.ts';
import type { Chain } from './chain-buffers.ts';
import { type ChainTwins, chainTwins } from './chain-twins.ts';
import type { Values } from './options.ts';

const epsilon = 1e-6;
const relativeTolerance = 1e-3;
const absoluteTolerance = 1e-5;

export interface Mismatch {
  readonly name: string;
  readonly index: number;
  readonly gradient: number;
  readonly numeric: number;
}

/** Every element of every parameter and of a vector input whose gradient is not the numeric one; padding's must be 0. */
export function gradientMismatches(chain: Chain, twins: ChainTwins = chainTwins): readonly Mismatch[] {
  const { parameters, buffers, options } = chain;
  const loss = () => forwardChain(chain, twins);
  loss();
  backwardChain(chain, twins);
  const mismatches: Mismatch[] = [];
  const compare = (name: string, values: Values, gradients: Values, index: number, isReal: boolean) => {
    const gradient = gradients[index];
    // Padding needs no difference: nothing may depend on it.
    const numeric = isReal ? centralDifference(loss, values, index) : 0;
    const tolerance = isReal ? absoluteTolerance + relativeTolerance * Math.abs(numeric) : 0;
    if (!(Math.abs(gradient - numeric) <= tolerance)) mismatches.push({ name, index, gradient, numeric });
  };
  for (const { name, offset, rows, columns, isReal } of parameters.values()) {
    for (let i = 0; i < rows * columns; i++) {
      compare(name, buffers.parameters, buffers.gradients, offset + i, isReal(Math.floor(i / columns), i % columns));
    }
  }
  if (options.input.kind === 'vectors') {
    const isReal = (i: number) => i % chain.sizes.input < options.input.size;
    const inputGradient = buffers.inputGradient.subarray(options.batch * chain.sizes.input);
    for (let i = 0; i < buffers.input.length; i++) compare('input', buffers.input, inputGradient, i, isReal(i));
  }
  return mismatches;
}

/** (loss(x + ε) - loss(x - ε)) / 2ε in one element, which is put back. */
export function centralDifference(loss: () => number, values: Values, index: number): number {
  const value = values[index];
  values[index] = value + epsilon;
  const above = loss();
  values[index] = value - epsilon;
  const below = loss();
  values[index] = value;
  return (above - below) / (2 * epsilon);
}
