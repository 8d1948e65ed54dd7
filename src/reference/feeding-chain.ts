/**
 * A decoder layer whose attention's output is part of its next input (input feeding), made of twins step by step as the plan strings its kernels together;
 * loss = sum of coefficients · output. For tests.
 */
import { type AttentionChain, attentionOffset, attentionTwins, gradient, placed, product } from './attention-chain.ts';
import type { ChainParameter } from './chain-layout.ts';
import { chainTwins } from './chain-twins.ts';
import type { FeedingChain } from './feeding-buffers.ts';
import { type Buffers, gateCount, planeCount, type Values } from './options.ts';

export const feedingTwins = { ...chainTwins, ...attentionTwins };
export type FeedingTwins = typeof feedingTwins;

const offsetsOf = ({ parameters }: FeedingChain) => {
  const at = (name: string): number => parameters.get(`rnn.${name}_l0`)?.offset ?? 0;
  return { weightInput: at('weight_ih'), weightHidden: at('weight_hh'), biasInput: at('bias_ih'), biasHidden: at('bias_hh') };
};

function copyWeights(parameters: Iterable<ChainParameter>, { parameters: from, weights: to }: Buffers): void {
  for (const { offset, rows, columns, isTransposed } of parameters) {
    for (let i = 0; i < rows * columns; i++)
      to[offset + (isTransposed ? (i % columns) * rows + Math.floor(i / columns) : i)] = from[offset + i];
  }
}

export function forwardFeeding(chain: FeedingChain, twins: FeedingTwins = feedingTwins): number {
  const { attention, buffers, joined } = chain;
  const { shape } = attention;
  const { batch, sourceSteps, attentionSize, valueSize } = shape;
  const { source, keys, coefficients } = attention.buffers;
  copyWeights(chain.parameters.values(), buffers);
  copyWeights(attention.parameters.values(), attention.buffers);
  const { weights } = attention.buffers;
  const projection = { left: source, right: weights, out: keys };
  if (shape.kind === 'additive')
    product(twins, [sourceSteps * batch, valueSize, attentionSize], projection, attentionOffset(attention, 'key'));
  else keys.set(source);
  for (let time = 0; time < shape.targetSteps; time++) {
    const row = time * batch;
    const places = { first: row * joined.firstStride, second: row * joined.secondStride, joined: row * joined.stride };
    twins.joinColumns(joined, places, { first: buffers.embedded, second: buffers.output, joined: buffers.joined });
    forwardCell(chain, twins, time);
    attend(chain, twins, time);
  }
  const said = buffers.output.subarray(batch * attention.hiddenSize);
  return Array.from(said).reduce((sum: number, value, i) => sum + value * coefficients[i], 0);
}

function forwardCell(chain: FeedingChain, twins: FeedingTwins, time: number): void {
  const { attention, options, buffers, joined } = chain;
  const { cell, reset } = options;
  const { hiddenSize, shape } = attention;
  const { batch } = shape;
  const columns = gateCount(cell) * hiddenSize;
  const outStride = planeCount(cell) * hiddenSize;
  const offsets = offsetsOf(chain);
  const layout = { left: 'rows', right: 'rows', leftStride: joined.stride, rightStride: columns, outStride, bias: true, parts: 1 } as const;
  twins.matmul(
    { ...layout, rows: batch, columns, inner: joined.stride },
    { left: time * batch * joined.stride, right: offsets.weightInput, bias: offsets.biasInput, out: time * batch * outStride },
    { left: buffers.joined, right: buffers.weights, out: buffers.gates },
  );
  const forward = reset === 'before' ? twins.gruBeforeSequenceForward : twins.sequenceForward;
  const shapeOf = { cell, batch, hiddenSize, input: 'projected', inputBias: true, recurrentBias: true } as const;
  forward(shapeOf, { ...offsets, begin: time, end: time + 1 }, buffers);
}

function attend({ attention, buffers }: FeedingChain, twins: FeedingTwins, time: number): void {
  const { shape, hiddenSize, columns, buffers: own } = attention;
  const { batch, attentionSize, valueSize } = shape;
  const row = time * batch;
  const state = (row + batch) * hiddenSize;
  const { weights, queries, source, context, joined } = own;
  const toQueries = { left: buffers.states, right: weights, out: queries };
  const places = { left: state, out: row * attentionSize };
  product(twins, [batch, hiddenSize, attentionSize], toQueries, attentionOffset(attention, 'query'), false, places);
  const call = { queries: row * attentionSize, alignment: row * strideOf(attention), context: row * valueSize };
  twins.attentionForward({ ...shape, targetSteps: 1 }, placed({ ...call, score: attentionOffset(attention, 'score') }), {
    ...own,
    values: source,
  });
  const join = { first: row * valueSize, second: state, joined: row * columns.stride };
  twins.joinColumns({ ...columns, rows: batch }, join, { first: context, second: buffers.states, joined });
  const combined = { left: joined, right: weights, out: buffers.output };
  const combine = attentionOffset(attention, 'combine');
  product(twins, [batch, columns.stride, hiddenSize], combined, combine, false, { left: row * columns.stride, out: state });
  twins.tanhRows({ elements: batch * hiddenSize }, { rows: state }, { rows: buffers.output });
}

const strideOf = ({ shape, buffers }: AttentionChain): number => buffers.alignment.length / shape.targetSteps / shape.batch;

/** After forwardFeeding: fills the gradients of both tables, stateGradient (row 0: of the first state), embeddedGradient and the attention's sourceGradient. */
export function backwardFeeding(chain: FeedingChain, twins: FeedingTwins = feedingTwins): void {
  const { attention, options, buffers, joined } = chain;
  const { shape, hiddenSize } = attention;
  const { batch, targetSteps } = shape;
  const { cell, reset } = options;
  const offsets = offsetsOf(chain);
  const [inner, stride] = [gateCount(cell) * hiddenSize, planeCount(cell) * hiddenSize];
  buffers.writtenGradient.set(attention.buffers.coefficients);
  const backward = reset === 'before' ? twins.gruBeforeSequenceBackward : twins.sequenceBackward;
  const sweep = { cell, batch, timeSteps: targetSteps, hiddenSize, initial: true };
  const swept = { ...buffers, outputGradient: buffers.stateGradient };
  for (let time = targetSteps - 1; time >= 0; time--) {
    attendBackward(chain, twins, time);
    backward(sweep, { ...offsets, begin: time === 0 ? 0 : time + 1, end: time + 2 }, swept);
    const row = time * batch;
    const layout = { left: 'rows', right: 'rows', leftStride: stride, rightStride: joined.stride, outStride: joined.stride } as const;
    twins.matmul(
      { ...layout, rows: batch, columns: joined.stride, inner, bias: false, parts: 1 },
      { left: row * stride, right: offsets.weightInput, bias: 0, out: row * joined.stride },
      { left: buffers.gates, right: buffers.parameters, out: buffers.inputGradient },
    );
    const isFirst = time === 0;
    const second = isFirst ? buffers.beforeFirst : buffers.writtenGradient;
    twins.splitColumns(
      { ...joined, addsSecond: !isFirst },
      { joined: row * joined.stride, first: row * joined.firstStride, second: isFirst ? 0 : (row - batch) * hiddenSize },
      { joined: buffers.inputGradient, first: buffers.embeddedGradient, second },
    );
  }
  sumGradients(chain, twins);
  twins.weightGradient(
    { cell, reset, batch, timeSteps: targetSteps, hiddenSize, inputSize: joined.stride, inputBias: true, hiddenBias: true, parts: 1 },
    { ...offsets, input: 0, partStride: 0 },
    { gates: buffers.gates, states: buffers.states, input: buffers.joined, out: buffers.gradients },
  );
}

/** From ∂L/∂(what is said) of a step to ∂L/∂h. */
function attendBackward({ attention, buffers }: FeedingChain, twins: FeedingTwins, time: number): void {
  const { shape, hiddenSize, columns, buffers: own } = attention;
  const { batch, attentionSize, valueSize } = shape;
  const { parameters, source, joinedGradient, contextGradient } = own;
  const row = time * batch;
  const state = (row + batch) * hiddenSize;
  const slope = { rows: state, gradient: row * hiddenSize };
  twins.tanhRowsBackward({ elements: batch * hiddenSize }, slope, { rows: buffers.output, gradient: buffers.writtenGradient });
  const operands = { left: buffers.writtenGradient, right: parameters, out: joinedGradient };
  const through = { left: row * hiddenSize, out: row * columns.stride };
  product(twins, [batch, hiddenSize, columns.stride], operands, attentionOffset(attention, 'combine'), false, through);
  const split = { joined: row * columns.stride, first: row * valueSize, second: state };
  const parts = { first: contextGradient, second: buffers.stateGradient, joined: joinedGradient };
  twins.splitColumns({ ...columns, rows: batch }, split, parts);
  const alignment = row * strideOf(attention);
  const query = row * attentionSize;
  const call = placed({
    score: attentionOffset(attention, 'score'),
    alignment,
    scoreGradient: alignment,
    contextGradient: row * valueSize,
    queries: query,
    queryGradient: query,
    weightRows: query,
  });
  const all = { ...own, values: source };
  twins.attentionScoreBackward({ ...shape, targetSteps: 1 }, call, all);
  twins.attentionQueryBackward({ ...shape, targetSteps: 1 }, call, all);
  const back = { left: own.queryGradient, right: parameters, out: buffers.stateGradient };
  product(twins, [batch, attentionSize, hiddenSize], back, attentionOffset(attention, 'query'), true, { left: query, out: state });
}

/** What sums over the steps: the attention's parameters, and ∂L/∂(encoder's outputs). */
function sumGradients({ attention, buffers }: FeedingChain, twins: FeedingTwins): void {
  const { shape, hiddenSize, columns, buffers: own } = attention;
  const { batch, targetSteps, sourceSteps, attentionSize, valueSize } = shape;
  const { gradients, parameters, source, joined, queryGradient, keyGradient, weightRows, sourceGradient } = own;
  const isAdditive = shape.kind === 'additive';
  const [targets, sources] = [targetSteps * batch, sourceSteps * batch];
  const at = (name: string): number => attentionOffset(attention, name);
  const sum = (name: string, rows: number, width: number, gates: Values, input: Values, first = 0, height = attentionSize): void =>
    gradient(twins, rows, [height, width], { gates, input, out: gradients }, at(name), first);
  sum('combine', targets, columns.stride, buffers.writtenGradient, joined, 0, hiddenSize);
  twins.attentionSourceBackward({ ...shape, keys: isAdditive ? 'own' : 'values', accumulate: false }, placed({ score: at('score') }), {
    ...own,
    values: source,
    valueGradient: sourceGradient,
  });
  sum('query', targets, hiddenSize, queryGradient, buffers.states, batch * hiddenSize);
  if (!isAdditive) return;
  sum('score', targets, 0, weightRows, weightRows);
  sum('key', sources, valueSize, keyGradient, source);
  product(twins, [sources, attentionSize, valueSize], { left: keyGradient, right: parameters, out: sourceGradient }, at('key'), true);
}
