/** A whole model made of twins, forward and backward, as a plan would string the kernels together. For tests. */
import { type Chain, gradientScale } from './chain-buffers.ts';
import { gatherBatch } from './gather-batch.ts';
import { gruBeforeSequenceBackward } from './gru-before-sequence-backward.ts';
import { gruBeforeSequenceForward } from './gru-before-sequence-forward.ts';
import { matmul } from './matmul.ts';
import { planeCount } from './options.ts';
import { segmentSum } from './segment-sum.ts';
import { sequenceBackward } from './sequence-backward.ts';
import { sequenceForward } from './sequence-forward.ts';
import { sigmoidCrossEntropy } from './sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { squaredError } from './squared-error.ts';
import { weightGradient } from './weight-gradient.ts';

/** The kernels of a chain; a test may replace some. */
export const chainTwins = {
  gatherBatch,
  gruBeforeSequenceBackward,
  gruBeforeSequenceForward,
  /** weight-gradient again, for the head. */
  headGradient: weightGradient,
  matmul,
  segmentSum,
  sequenceBackward,
  sequenceForward,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  squaredError,
  weightGradient,
};
export type ChainTwins = typeof chainTwins;

const offsetOf = (chain: Chain, name: string): number => chain.parameters.get(name)?.offset ?? 0;

/** The offsets of a layer's parameters, by the names of the kernels' uniforms. */
function layerOffsets(chain: Chain, layer: number) {
  return {
    weightInput: offsetOf(chain, `rnn.weight_ih_l${layer}`),
    weightHidden: offsetOf(chain, `rnn.weight_hh_l${layer}`),
    biasInput: offsetOf(chain, `rnn.bias_ih_l${layer}`),
    biasHidden: offsetOf(chain, `rnn.bias_hh_l${layer}`),
  };
}

/** What layer reads: [T * B, size] in `values` from `offset` on; `size` is 0 for one-hot tokens. */
function layerInput({ options, sizes, buffers, layers }: Chain, layer: number) {
  if (layer > 0) return { values: layers[layer - 1].states, offset: options.batch * sizes.hidden, size: sizes.hidden };
  if (options.input.kind === 'one-hot') return { values: buffers.input, offset: 0, size: 0 };
  return { values: options.input.kind === 'embedding' ? buffers.embedded : buffers.input, offset: 0, size: sizes.input };
}

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
  const head = { rows, columns: sizes.classes, inner: sizes.hidden, leftStride: sizes.hidden, rightStride: sizes.classes };
  twins.matmul(
    { ...head, outStride: sizes.classes, left: 'rows', right: 'rows', bias: true, parts: 1 },
    { left: batch * sizes.hidden, right: offsetOf(chain, 'head.weight'), bias: offsetOf(chain, 'head.bias'), out: 0 },
    { left: chain.layers[options.layers - 1].states, right: weights, out: logits },
  );
  const loss = { rows, classes, stride: sizes.classes, gradient: true };
  const values = { control, logits, targets: buffers.values, losses };
  if (options.loss === 'softmax') twins.softmaxCrossEntropy({ ...loss, labelSmoothing }, {}, { ...values, targets: buffers.targets });
  if (options.loss === 'squared-error') twins.squaredError(loss, {}, values);
  if (options.loss === 'sigmoid') twins.sigmoidCrossEntropy(loss, {}, values);
  return gradientScale * Array.from(losses).reduce((sum, value) => sum + value, 0);
}

function forwardLayer(chain: Chain, twins: ChainTwins, layer: number): void {
  const { options, sizes } = chain;
  const { cell, batch, timeSteps, bias } = options;
  const { weights, tokens, lengths } = chain.buffers;
  const buffers = chain.layers[layer];
  const offsets = layerOffsets(chain, layer);
  const input = layerInput(chain, layer);
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
    },
    { ...offsets, begin: 0, end: timeSteps },
    { ...buffers, weights, tokens, lengths },
  );
}

/** After forwardChain: fills `gradients`, and `inputGradient` (its rows behind one more, as those of outputGradient) unless the input is one-hot. */
export function backwardChain(chain: Chain, twins: ChainTwins = chainTwins): void {
  const { options, sizes, buffers, layers } = chain;
  const { parameters, gradients, logits } = buffers;
  const { batch, timeSteps } = options;
  const top = layers[options.layers - 1];
  const weight = offsetOf(chain, 'head.weight');
  const shape = { rows: timeSteps * batch, columns: sizes.hidden, inner: sizes.classes, leftStride: sizes.classes };
  twins.matmul(
    { ...shape, rightStride: sizes.hidden, outStride: sizes.hidden, left: 'rows', right: 'rows', bias: false, parts: 1 },
    { left: 0, right: weight, bias: 0, out: batch * sizes.hidden },
    { left: logits, right: parameters, out: top.outputGradient },
  );
  const dense = { cell: 'dense', batch, timeSteps, hiddenSize: sizes.classes, inputSize: sizes.hidden } as const;
  twins.headGradient(
    { ...dense, inputBias: true, hiddenBias: false, parts: 1 },
    { input: batch * sizes.hidden, weightInput: weight, biasInput: offsetOf(chain, 'head.bias') },
    { gates: logits, input: top.states, out: gradients },
  );
  for (let layer = options.layers - 1; layer >= 0; layer--) backwardLayer(chain, twins, layer);
}

function backwardLayer(chain: Chain, twins: ChainTwins, layer: number): void {
  const { options, sizes } = chain;
  const { cell, reset, batch, timeSteps, bias } = options;
  const { parameters, gradients, order, segments, inputGradient } = chain.buffers;
  const buffers = chain.layers[layer];
  const hiddenSize = sizes.hidden;
  const stride = planeCount(cell) * hiddenSize;
  const offsets = layerOffsets(chain, layer);
  const input = layerInput(chain, layer);
  const backward = reset === 'before' ? twins.gruBeforeSequenceBackward : twins.sequenceBackward;
  const { lengths, initial } = options;
  backward(
    { cell, batch, timeSteps, hiddenSize, lengths: lengths !== undefined, initial },
    { ...offsets, begin: 0, end: timeSteps + (initial ? 1 : 0) },
    { ...buffers, parameters, lengths: chain.buffers.lengths },
  );
  twins.weightGradient(
    { cell, reset, batch, timeSteps, hiddenSize, inputSize: input.size, inputBias: bias !== 'none', hiddenBias: bias === 'both', parts: 1 },
    { ...offsets, input: input.offset, partStride: 0 },
    { gates: buffers.gates, states: buffers.states, input: input.values, out: gradients },
  );
  const sums = { order, segments, gradients };
  const classes = sizes.vocabulary;
  if (input.size === 0) {
    const shape = { classes, columns: sizes.gates, stride, transposed: true, outStride: sizes.input };
    twins.segmentSum(shape, { source: 0, out: offsets.weightInput }, { ...sums, source: buffers.gates });
    return;
  }
  const shape = { rows: timeSteps * batch, columns: input.size, inner: sizes.gates, leftStride: stride };
  twins.matmul(
    { ...shape, rightStride: input.size, outStride: input.size, left: 'rows', right: 'rows', bias: false, parts: 1 },
    { left: 0, right: offsets.weightInput, bias: 0, out: batch * input.size },
    { left: buffers.gates, right: parameters, out: layer > 0 ? chain.layers[layer - 1].outputGradient : inputGradient },
  );
  if (layer === 0 && options.input.kind === 'embedding') {
    const rows = { classes, columns: sizes.input, stride: sizes.input, transposed: false, outStride: sizes.input };
    twins.segmentSum(rows, { source: batch * sizes.input, out: offsetOf(chain, 'embedding.weight') }, { ...sums, source: inputGradient });
  }
}
