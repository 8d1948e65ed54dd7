/** The buffers of a test model made of twins, filled with repeatable random numbers; padding is zero. */
import {
  type ChainOptions,
  type ChainParameter,
  type ChainSizes,
  chainParameters,
  chainSizes,
  dropoutAbove,
  kernelCell,
  randomNumbers,
} from './chain-layout.ts';
import { normPlaces } from './layer-norm.ts';
import { type Buffers, controlStarts, ignoredTarget, planeCount } from './options.ts';

export interface Chain {
  readonly options: ChainOptions;
  readonly sizes: ChainSizes;
  readonly parameters: ReadonlyMap<string, ChainParameter>;
  /** Everything that is not a layer's: parameters, weights, gradients, input, logits and so on. */
  readonly buffers: Buffers;
  /** gates, states, cells, outputGradient, carry of each layer. */
  readonly layers: readonly Buffers[];
  /** The same of each layer's reverse direction, backwards in time; none without one. */
  readonly reverse: readonly Buffers[];
  /** What a layer of two directions, or below dropout, hands upwards: states and outputGradient, [T + 1, B, D * H]; otherwise none. */
  readonly joined: readonly (Buffers | undefined)[];
}

/** A power of two, so that the f32 in `control` is the same number. */
export const gradientScale = 0.5;

export function createChain(options: ChainOptions, seed = 1): Chain {
  const { batch, timeSteps, input, classes } = options;
  const sizes = chainSizes(options);
  const parameters = chainParameters(options);
  const rows = timeSteps * batch;
  const random = randomNumbers(seed);
  const signed = () => random() * 2 - 1;
  const elements = [...parameters.values()].reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const real = (count: number, width: number, reals: number) =>
    Float64Array.from({ length: count }, (_, i) => (i % width < reals ? signed() : 0));
  const buffers: Buffers = {
    parameters: new Float64Array(elements),
    weights: new Float64Array(elements),
    gradients: new Float64Array(elements).fill(NaN),
    input: real(rows * sizes.input, sizes.input, input.kind === 'vectors' ? input.size : 0),
    inputGradient: new Float64Array((rows + batch) * sizes.input),
    embedded: new Float64Array(rows * sizes.input),
    logits: new Float64Array(rows * sizes.classes),
    losses: new Float64Array(rows),
    values: Float64Array.from({ length: rows * sizes.classes }, random),
    control: new Uint32Array(controlStarts + 4 * batch),
    data: Uint32Array.from({ length: 40 }, () => Math.floor(random() * Math.min(input.vocabulary, classes))),
    tokens: new Uint32Array(rows),
    targets: Uint32Array.from({ length: rows }, (_, row) => (row === 5 ? ignoredTarget : Math.floor(random() * classes))),
    lengths: Uint32Array.from({ length: batch }, (_, b) => options.lengths?.[b] ?? timeSteps),
    order: new Uint32Array(rows),
    segments: new Uint32Array(sizes.vocabulary + 1),
  };
  new Float32Array(buffers.control.buffer)[0] = gradientScale;
  for (let b = 0; b < batch; b++) {
    const start = b * 7;
    buffers.control[controlStarts + b] = start;
    buffers.control[controlStarts + batch + b] = start + 1;
    // The last row ends one position early: its last target does not count.
    buffers.control[controlStarts + 2 * batch + b] = start + timeSteps - (b === batch - 1 ? 1 : 0);
  }
  buffers.targets.forEach((_, row) => {
    if (Math.floor(row / batch) >= buffers.lengths[row % batch]) buffers.targets[row] = ignoredTarget;
  });
  for (const { offset, rows, columns, isReal } of parameters.values()) {
    for (let i = 0; i < rows * columns; i++) {
      if (isReal(Math.floor(i / columns), i % columns)) buffers.parameters[offset + i] = signed();
    }
  }
  const direction = (): Buffers => {
    const states = new Float64Array((timeSteps + 1) * batch * sizes.hidden);
    const cells = new Float64Array(states.length);
    states.set(real(batch * sizes.hidden, sizes.hidden, options.units));
    cells.set(real(batch * sizes.hidden, sizes.hidden, options.units));
    return {
      states,
      cells,
      gates: new Float64Array(rows * planeCount(options.cell) * sizes.hidden),
      // what the recurrent product reads under recurrent dropout
      operand: new Float64Array(states.length),
      outputGradient: new Float64Array(states.length),
      // the GRU with reset before has a second half where its products are layer-normalised
      carry: new Float64Array((options.layerNorm && options.reset === 'before' ? 2 : 1) * batch * sizes.hidden).fill(NaN),
      inputNorms: new Float64Array(rows * (sizes.gates + 4)),
      norms: new Float64Array(normPlaces(kernelCell(options), rows, sizes.hidden).elements),
    };
  };
  const together = (): Buffers => {
    const states = new Float64Array((timeSteps + 1) * batch * sizes.output);
    return { states, outputGradient: states.slice() };
  };
  const layers = Array.from({ length: options.layers }, direction);
  const reverse = Array.from({ length: options.bidirectional ? options.layers : 0 }, direction);
  const joined = layers.map((_, layer) => (options.bidirectional || dropoutAbove(options, layer) ? together() : undefined));
  return { options, sizes, parameters, buffers, layers, reverse, joined };
}
