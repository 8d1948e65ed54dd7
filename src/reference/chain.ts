/** A whole model made of twins, forward and backward, as a plan would string the kernels together. For tests. */
import { type Chain, gradientScale } from './chain-buffers.ts';
import { type Direction, directionsOfLayer, layerOutput, offsetOf, turned } from './chain-direction.ts';
import { backwardNormed, forwardNormed, normedGradients } from './chain-layer-norm.ts';
import { dropoutAbove } from './chain-layout.ts';
import { type ChainTwins, chainTwins } from './chain-twins.ts';
import { operandOf, planeCount, type Values } from './options.ts';

/** The forward copy of the parameters: matrices transposed, the rest as it is. */
function copyWeights({ parameters, buffers }: Chain): void {
  for (const { offset, rows, columns, isTransposed } of parameters.values()) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const index = isTransposed ? column * rows + row : row * columns + column;
        buffers.weights[offset + index] = buffers.parameters[offset + row * columns + column];
      }
    }
  }
}

const headWeight = (chain: Chain): number => offsetOf(chain, chain.options.tied ? 'embedding.weight' : 'head.weight');

/** Runs everything up to the loss, and the loss's own gradient; returns the loss. */
export function forwardChain(chain: Chain, twins: ChainTwins = chainTwins): number {
  const { options, sizes, buffers } = chain;
  const { batch, timeSteps, input, classes, labelSmoothing } = options;
  const { weights, control, logits, losses } = buffers;
  const rows = timeSteps * batch;
  copyWeights(chain);
  if (input.kind !== 'vectors') {
    const embedding = input.kind === 'embedding' ? sizes.input : 0;
    const gather = { batch, timeSteps, vocabulary: sizes.vocabulary, embedding, targets: true, sort: true };
    twins.gatherBatch(gather, { embedding: offsetOf(chain, 'embedding.weight') }, buffers);
  }
  for (let layer = 0; layer < options.layers; layer++) forwardLayer(chain, twins, layer);
  const head = { rows, columns: sizes.classes, inner: sizes.output, leftStride: sizes.output, rightStride: sizes.classes };
  twins.matmul(
    { ...head, outStride: sizes.classes, left: 'rows', right: 'rows', bias: true, parts: 1 },
    { left: batch * sizes.output, right: headWeight(chain), bias: offsetOf(chain, 'head.bias'), out: 0 },
    { left: layerOutput(chain, options.layers - 1).states, right: weights, out: logits },
  );
  const loss = { rows, classes, stride: sizes.classes, gradient: true };
  const values = { control, logits, targets: buffers.values, losses };
  if (options.loss === 'softmax') twins.softmaxCrossEntropy({ ...loss, labelSmoothing }, {}, { ...values, targets: buffers.targets });
  if (options.loss === 'squared-error') twins.squaredError(loss, {}, values);
  if (options.loss === 'sigmoid') twins.sigmoidCrossEntropy(loss, {}, values);
  return gradientScale * Array.from(losses).reduce((sum, value) => sum + value, 0);
}

function forwardLayer(chain: Chain, twins: ChainTwins, layer: number): void {
  const directions = directionsOfLayer(chain, twins, layer);
  for (const direction of directions) forwardDirection(chain, twins, direction);
  const out = chain.joined[layer]?.states;
  if (!out) return;
  const { options, call, buffers } = joinOf(chain, layer);
  const [forward, reverse] = directions.map((direction) => direction.buffers.states);
  twins.joinDirections(options, { ...call, forward: call.row, reverse: call.row, out: call.outRow }, { ...buffers, forward, reverse, out });
}

/** What both sides of a join have in common. */
function joinOf({ options, sizes, buffers }: Chain, layer: number) {
  const { batch, timeSteps, bidirectional, dropout = 0, lengths } = options;
  const probability = new Uint32Array(Float32Array.of(dropout).buffer)[0];
  return {
    options: {
      mode: bidirectional ? 'concat' : 'single',
      batch,
      timeSteps,
      hiddenSize: sizes.hidden,
      lengths: lengths !== undefined,
      dropout: dropoutAbove(options, layer) ? 'noise' : 'none',
    },
    call: { layer, probability, row: batch * sizes.hidden, outRow: batch * sizes.output },
    buffers: { lengths: buffers.lengths, control: buffers.control },
  } as const;
}

/** What recurrent dropout and zoneout add to a recurrent kernel's options and call. */
function noiseOf({ options: { recurrentDropout = 0, zoneout = 0, zoneoutCell = 0 }, buffers }: Chain, { noise }: Direction) {
  const bits = (rate: number): number => new Uint32Array(Float32Array.of(rate).buffer)[0];
  return {
    options: { recurrentDropout: recurrentDropout > 0, ...(zoneout > 0 || zoneoutCell > 0 ? { zoneout: 'noise' as const } : {}) },
    call: { layer: noise, recurrentDropout: bits(recurrentDropout), zoneout: bits(zoneout), zoneoutCell: bits(zoneoutCell) },
    buffers: { control: buffers.control },
  };
}

function forwardDirection(chain: Chain, twins: ChainTwins, direction: Direction): void {
  if (chain.options.layerNorm) {
    forwardNormed(chain, twins, direction, noiseOf(chain, direction));
    return;
  }
  const { buffers, offsets, input } = direction;
  const noise = noiseOf(chain, direction);
  const { options, sizes } = chain;
  const { cell, batch, timeSteps, bias } = options;
  const { weights, lengths } = chain.buffers;
  if (input.size > 0) {
    const shape = { rows: timeSteps * batch, columns: sizes.gates, inner: input.size, leftStride: input.size, rightStride: sizes.gates };
    twins.matmul(
      { ...shape, outStride: planeCount(cell) * sizes.hidden, left: 'rows', right: 'rows', bias: bias !== 'none', parts: 1 },
      { left: input.offset, right: offsets.weightInput, bias: offsets.biasInput, out: 0 },
      { left: input.values, right: weights, out: buffers.gates },
    );
  }
  const forward = options.reset === 'before' ? twins.gruBeforeSequenceForward : twins.sequenceForward;
  const biases = { inputBias: bias !== 'none', recurrentBias: bias === 'both' };
  forward(
    {
      cell,
      batch,
      hiddenSize: sizes.hidden,
      input: input.size > 0 ? 'projected' : 'tokens',
      ...biases,
      lengths: options.lengths !== undefined,
      ...noise.options,
    },
    { ...offsets, ...noise.call, begin: 0, end: timeSteps },
    { ...buffers, ...noise.buffers, weights, tokens: input.tokens, lengths },
  );
}

/** After forwardChain: fills `gradients`, and `inputGradient` (its rows behind one more, as those of outputGradient) unless the input is one-hot. */
export function backwardChain(chain: Chain, twins: ChainTwins = chainTwins): void {
  const { options, sizes, buffers } = chain;
  const { parameters, gradients, logits } = buffers;
  const { batch, timeSteps } = options;
  const top = layerOutput(chain, options.layers - 1);
  const weight = headWeight(chain);
  const shape = { rows: timeSteps * batch, columns: sizes.output, inner: sizes.classes, leftStride: sizes.classes };
  twins.matmul(
    { ...shape, rightStride: sizes.output, outStride: sizes.output, left: 'rows', right: 'rows', bias: false, parts: 1 },
    { left: 0, right: weight, bias: 0, out: batch * sizes.output },
    { left: logits, right: parameters, out: top.outputGradient },
  );
  const dense = { cell: 'dense', batch, timeSteps, hiddenSize: sizes.classes, inputSize: sizes.output } as const;
  twins.headGradient(
    { ...dense, inputBias: true, hiddenBias: false, parts: 1 },
    { input: batch * sizes.output, weightInput: weight, biasInput: offsetOf(chain, 'head.bias') },
    { gates: logits, input: top.states, out: gradients },
  );
  for (let layer = options.layers - 1; layer >= 0; layer--) backwardLayer(chain, twins, layer);
}

function backwardLayer(chain: Chain, twins: ChainTwins, layer: number): void {
  const { options, sizes, buffers } = chain;
  const { batch } = options;
  const directions = directionsOfLayer(chain, twins, layer);
  const outGradient = chain.joined[layer]?.outputGradient;
  if (outGradient) {
    const join = joinOf(chain, layer);
    const [forwardGradient, reverseGradient] = directions.map((direction) => direction.buffers.outputGradient);
    twins.joinDirectionsBackward(
      join.options,
      { ...join.call, outGradient: join.call.outRow, forwardGradient: join.call.row, reverseGradient: join.call.row },
      { ...join.buffers, outGradient, forwardGradient, reverseGradient },
    );
  }
  const inputGradient = layer > 0 ? layerOutput(chain, layer - 1).outputGradient : buffers.inputGradient;
  for (const direction of directions) {
    const { size } = direction.input;
    if (!direction.isReversed) backwardDirection(chain, twins, direction, inputGradient);
    else {
      const reversed = new Float64Array(inputGradient.length);
      backwardDirection(chain, twins, direction, reversed);
      turned(chain, twins, reversed, size, batch * size).forEach((value, index) => {
        inputGradient[batch * size + index] += value;
      });
    }
  }
  if (layer === 0 && options.input.kind === 'embedding') {
    const shape = { classes: sizes.vocabulary, columns: sizes.input, stride: sizes.input, transposed: false, outStride: sizes.input };
    const rows = { ...shape, accumulate: options.tied === true };
    const { order, segments, gradients } = buffers;
    const call = { source: batch * sizes.input, out: offsetOf(chain, 'embedding.weight') };
    twins.segmentSum(rows, call, { order, segments, gradients, source: inputGradient });
  }
}

/** The gradients of its parameters and, unless it reads one-hot tokens, ∂L/∂input into `inputGradient`, behind B rows. */
function backwardDirection(chain: Chain, twins: ChainTwins, direction: Direction, inputGradient: Values): void {
  const { options, sizes } = chain;
  const { cell, reset, batch, timeSteps, bias, lengths, initial } = options;
  const { parameters, gradients, order, segments } = chain.buffers;
  const { buffers, offsets, input, isReversed } = direction;
  const hiddenSize = sizes.hidden;
  const stride = planeCount(cell) * hiddenSize;
  const noise = noiseOf(chain, direction);
  if (options.layerNorm) {
    backwardNormed(chain, twins, direction, noise);
    normedGradients(chain, twins, direction, operandOf(noise.options, buffers));
  } else {
    const backward = reset === 'before' ? twins.gruBeforeSequenceBackward : twins.sequenceBackward;
    backward(
      { cell, batch, timeSteps, hiddenSize, lengths: lengths !== undefined, initial, ...noise.options },
      { ...offsets, ...noise.call, begin: 0, end: timeSteps + (initial ? 1 : 0) },
      { ...buffers, ...noise.buffers, parameters, lengths: chain.buffers.lengths },
    );
    const biases = { inputBias: bias !== 'none', hiddenBias: bias === 'both' };
    twins.weightGradient(
      { cell, reset, batch, timeSteps, hiddenSize, inputSize: input.size, ...biases, parts: 1 },
      { ...offsets, input: input.offset, partStride: 0 },
      { gates: buffers.gates, states: operandOf(noise.options, buffers), input: input.values, out: gradients },
    );
  }
  if (input.size === 0) {
    // the list of positions speaks of them in the order of time
    const source = isReversed ? turned(chain, twins, buffers.gates, stride) : buffers.gates;
    const shape = { classes: sizes.vocabulary, columns: sizes.gates, stride, transposed: true, outStride: sizes.input };
    twins.segmentSum(shape, { source: 0, out: offsets.weightInput }, { order, segments, gradients, source });
    return;
  }
  const shape = { rows: timeSteps * batch, columns: input.size, inner: sizes.gates, leftStride: stride };
  twins.matmul(
    { ...shape, rightStride: input.size, outStride: input.size, left: 'rows', right: 'rows', bias: false, parts: 1 },
    { left: 0, right: offsets.weightInput, bias: 0, out: batch * input.size },
    { left: buffers.gates, right: parameters, out: inputGradient },
  );
}
