/** The reverse sweep of attention; forward, shapes and names are in attention.ts. */
import { attentionQueryBackward } from '../../../shaders/attention-query-backward.ts';
import { attentionScoreBackward } from '../../../shaders/attention-score-backward.ts';
import { attentionSourceBackward } from '../../../shaders/attention-source-backward.ts';
import { splitColumns } from '../../../shaders/split-columns.ts';
import { tanhRowsBackward } from '../../../shaders/tanh-rows-backward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { type Attention, type AttentionRows, joinOptions } from './attention.ts';
import { planProduct } from './product.ts';
import { planWeightGradient } from './weight-gradient.ts';

export interface AttentionGradients {
  /** ∂L/∂h of the decoder's states through attention, [T, B, H]. */
  readonly states: Tensor;
  /** ∂L/∂(encoder's outputs), [S, B, C]. */
  readonly source: Tensor;
}

/**
 * From ∂L/∂output [T, B, H], which becomes the gradient before the tanh in place: the gradients of every parameter, of the decoder's states and of the
 * encoder's outputs. `sourceGradient`: a tensor [S, B, C] that already holds a gradient, to which this one is added; default: a new one.
 */
export function planAttentionBackward(
  builder: PlanBuilder,
  attention: Attention,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: Tensor,
  sourceGradient?: Tensor,
): AttentionGradients {
  const { batch, targetSteps, sourceSteps, states, source, queries, keys, context, joined } = attention;
  const like = (name: string, of: Tensor): Tensor => tensor(`attention ${name}`, of.dimensions, of.shape);
  const stateGradient = tensor('attention stateGradient', ['T', 'B', 'H'], [targetSteps, batch, states.columns]);
  const contextGradient = like('contextGradient', context);
  const joinedGradient = like('joinedGradient', joined);
  planCombineBackward(builder, attention, parameters, gradients, outputGradient, joinedGradient);
  const split = splitColumns({ ...joinOptions(attention, targetSteps), workgroupSize: elementwiseWorkgroup(builder.profile) });
  builder.dispatch('backward', 'attention split', split, { joined: joinedGradient, first: contextGradient, second: stateGradient });

  const own = {
    contextGradient,
    scoreGradient: like('scoreGradient', attention.alignment),
    queryGradient: like('queryGradient', queries),
    keyGradient: keys ? like('keyGradient', keys) : undefined,
    weightRows: like('weightRows', queries),
    valueGradient: sourceGradient ?? tensor('attention sourceGradient', ['S', 'B', 'C'], [sourceSteps, batch, source.columns]),
  };
  planScoresBackward(builder, attention, parameters, own, sourceGradient !== undefined);

  const { query, key, score } = attention.parameters;
  // one row of numbers even where the parameter is a matrix [1, A], whose padding rows nobody may touch
  if (score) planColumnSums(builder, attention, gradients, own.weightRows, { ...score, rows: 1 });
  planProjectionBackward(builder, attention, 'query', [parameters, gradients], query, own.queryGradient, states, stateGradient);
  if (key && own.keyGradient)
    planProjectionBackward(builder, attention, 'key', [parameters, gradients], key, own.keyGradient, source, own.valueGradient);
  return { states: stateGradient, source: own.valueGradient };
}

/** Through the tanh and W_c. */
function planCombineBackward(
  builder: PlanBuilder,
  { batch, targetSteps, output, joined, parameters: { combine } }: Attention,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: Tensor,
  joinedGradient: Tensor,
): void {
  const slope = tanhRowsBackward({ elements: output.elements, workgroupSize: elementwiseWorkgroup(builder.profile) });
  builder.dispatch('backward', 'attention outputGradient', slope, { rows: output, gradient: outputGradient });
  planWeightGradient(builder, {
    label: 'gradient_attention combine',
    cell: 'dense',
    batch,
    timeSteps: targetSteps,
    hiddenSize: combine.rows,
    inputSize: combine.columns,
    gates: outputGradient,
    input: joined,
    gradients,
    weightInput: combine,
  });
  planProduct(builder, {
    phase: 'backward',
    label: 'attention joinedGradient',
    rows: targetSteps * batch,
    columns: combine.columns,
    inner: combine.rows,
    left: outputGradient,
    leftStride: combine.rows,
    right: parameters,
    rightOffset: combine.offset,
    out: joinedGradient,
    outStride: combine.columns,
  });
}

interface ScoreGradients {
  readonly contextGradient: Tensor;
  readonly scoreGradient: Tensor;
  readonly queryGradient: Tensor;
  readonly keyGradient?: Tensor;
  readonly weightRows: Tensor;
  readonly valueGradient: Tensor;
}

/** Through the weighted sum, the softmax and the scores: to queries, keys and values. */
function planScoresBackward(
  builder: PlanBuilder,
  { source, lengths, shape, choice, queries, keys, alignment, parameters: { score } }: Attention,
  parameters: Tensor,
  { keyGradient, ...own }: ScoreGradients,
  accumulate: boolean,
): void {
  const { rows, workgroupSize, threads } = choice;
  const bound = {
    queries,
    keys: keys ?? source.rows,
    values: source.rows,
    parameters,
    lengths: lengths.tensor,
    alignment,
    ...own,
    ...(keyGradient ? { keyGradient } : {}),
  };
  const places = { keys: keys ? 0 : source.offset, score: score?.offset ?? 0 };
  const scores = attentionScoreBackward({ ...shape, rows, workgroupSize });
  builder.dispatch('backward', 'attention scoreGradient', scores, bound, { values: source.offset, lengths: lengths.offset });
  const query = attentionQueryBackward({ ...shape, tile: choice.query, workgroupSize: threads });
  builder.dispatch('backward', 'attention queryGradient', query, bound, { ...places, lengths: lengths.offset });
  const sources = attentionSourceBackward({
    ...shape,
    keys: keyGradient ? 'own' : 'values',
    accumulate,
    tile: choice.source,
    workgroupSize: threads,
  });
  builder.dispatch('backward', 'attention sourceGradient', sources, bound, places);
}

/** The gradient of v: the column sums of its shares, [T, B, A], as those of a bias. */
function planColumnSums(
  builder: PlanBuilder,
  { batch, targetSteps, shape }: Attention,
  gradients: Tensor,
  rows: Tensor,
  biasInput: PackedParameter,
): void {
  planWeightGradient(builder, {
    label: 'gradient_attention score',
    cell: 'dense',
    batch,
    timeSteps: targetSteps,
    hiddenSize: shape.attentionSize,
    inputSize: 0,
    gates: rows,
    gradients,
    biasInput,
  });
}

/** Through a projection y = W x: the gradient of W, and that of x added to `into`. */
function planProjectionBackward(
  builder: PlanBuilder,
  { batch }: Attention,
  name: string,
  [parameters, gradients]: readonly [parameters: Tensor, gradients: Tensor],
  weight: PackedParameter,
  gates: Tensor,
  input: AttentionRows,
  into: Tensor,
): void {
  const timeSteps = gates.shape[0];
  planWeightGradient(builder, {
    label: `gradient_attention ${name}`,
    cell: 'dense',
    batch,
    timeSteps,
    hiddenSize: weight.rows,
    inputSize: input.columns,
    gates,
    input: input.rows,
    inputOffset: input.offset,
    gradients,
    weightInput: weight,
  });
  planProduct(builder, {
    phase: 'backward',
    label: `attention through ${name}`,
    rows: timeSteps * batch,
    columns: input.columns,
    inner: weight.rows,
    left: gates,
    leftStride: weight.rows,
    right: parameters,
    rightOffset: weight.offset,
    out: into,
    outStride: input.columns,
    accumulate: true,
  });
}
