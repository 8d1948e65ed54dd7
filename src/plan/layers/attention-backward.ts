/**
 * The reverse sweep of attention; forward, shapes and names are in attention.ts. What depends on a decoder step alone can be planned some steps at a time, the
 * last ones first (input feeding); what sums over the steps, parameters and the encoder's outputs, comes after it.
 */
import { attentionQueryBackward } from '../../../shaders/attention-query-backward.ts';
import { attentionScoreBackward } from '../../../shaders/attention-score-backward.ts';
import { attentionSourceBackward } from '../../../shaders/attention-source-backward.ts';
import { splitColumns } from '../../../shaders/split-columns.ts';
import { tanhRowsBackward } from '../../../shaders/tanh-rows-backward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import { chooseAttention, elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import type { Place } from './add-rows.ts';
import { type Attention, type AttentionRows, joinOptions } from './attention.ts';
import { planProduct } from './product.ts';
import { planWeightGradient } from './weight-gradient.ts';

/** Gradients on the way from the output to the decoder's states, all of them rows by decoder step. */
export interface AttentionSweep {
  /** ∂L/∂output [T, B, H], which becomes the gradient before the tanh in place. */
  readonly output: Tensor;
  readonly joined: Tensor;
  readonly context: Tensor;
  readonly scores: Tensor;
  readonly queries: Tensor;
  /** Shares of each step in the gradient of v. */
  readonly weightRows: Tensor;
  /** ∂L/∂h of the decoder's states through attention, rows [T, B, H] from there on. */
  readonly states: Place;
}

/** `states`: where ∂L/∂h goes; default a tensor of its own. */
export function attentionSweep(attention: Attention, output: Tensor, states?: Place): AttentionSweep {
  const { batch, targetSteps, queries, context, joined, alignment } = attention;
  const like = (name: string, of: Tensor): Tensor => tensor(`attention ${name}`, of.dimensions, of.shape);
  const own = () => tensor('attention stateGradient', ['T', 'B', 'H'], [targetSteps, batch, attention.states.columns]);
  return {
    output,
    joined: like('joinedGradient', joined),
    context: like('contextGradient', context),
    scores: like('scoreGradient', alignment),
    queries: like('queryGradient', queries),
    weightRows: like('weightRows', queries),
    states: states ?? { tensor: own(), offset: 0 },
  };
}

/** Through `steps` decoder steps from `first` on, from ∂L/∂output to ∂L/∂h; default: all. */
export function planAttentionSweep(
  builder: PlanBuilder,
  attention: Attention,
  parameters: Tensor,
  sweep: AttentionSweep,
  first = 0,
  steps = attention.targetSteps,
): void {
  const { batch, states, source, lengths, queries, keys, alignment, output, outputOffset } = attention;
  const { query, score, combine } = attention.parameters;
  const rows = steps * batch;
  const at = (of: Tensor): number => first * batch * of.shape[2];
  const workgroupSize = elementwiseWorkgroup(builder.profile);
  const stateOffset = sweep.states.offset + first * batch * states.columns;

  const slope = tanhRowsBackward({ elements: rows * combine.rows, workgroupSize });
  const slopePlaces = { rows: outputOffset + at(output), gradient: at(sweep.output) };
  builder.dispatch('backward', 'attention outputGradient', slope, { rows: output, gradient: sweep.output }, slopePlaces);
  planProduct(builder, {
    phase: 'backward',
    label: 'attention joinedGradient',
    rows,
    columns: combine.columns,
    inner: combine.rows,
    left: sweep.output,
    leftOffset: at(sweep.output),
    leftStride: combine.rows,
    right: parameters,
    rightOffset: combine.offset,
    out: sweep.joined,
    outOffset: at(sweep.joined),
    outStride: combine.columns,
  });
  const split = splitColumns({ ...joinOptions(attention, steps), workgroupSize });
  const parts = { joined: sweep.joined, first: sweep.context, second: sweep.states.tensor };
  const places = { joined: at(sweep.joined), first: at(sweep.context), second: stateOffset };
  builder.dispatch('backward', 'attention split', split, parts, places);

  const shape = { ...attention.shape, targetSteps: steps };
  const choice = chooseAttention(builder.profile, shape);
  const bound = {
    queries,
    keys: keys ?? source.rows,
    values: source.rows,
    parameters,
    lengths: lengths.tensor,
    alignment,
    contextGradient: sweep.context,
    scoreGradient: sweep.scores,
    queryGradient: sweep.queries,
    weightRows: sweep.weightRows,
  };
  const scores = attentionScoreBackward({ ...shape, rows: choice.rows, workgroupSize: choice.workgroupSize });
  builder.dispatch('backward', 'attention scoreGradient', scores, bound, {
    values: source.offset,
    lengths: lengths.offset,
    alignment: at(alignment),
    contextGradient: at(sweep.context),
    scoreGradient: at(sweep.scores),
  });
  const toQueries = attentionQueryBackward({ ...shape, tile: choice.query, workgroupSize: choice.threads });
  builder.dispatch('backward', 'attention queryGradient', toQueries, bound, {
    queries: at(queries),
    keys: keys ? 0 : source.offset,
    score: score?.offset ?? 0,
    lengths: lengths.offset,
    scoreGradient: at(sweep.scores),
    queryGradient: at(sweep.queries),
    weightRows: at(sweep.weightRows),
  });
  planThroughProjection(builder, 'query', parameters, query, sweep.queries, first * batch, rows, {
    tensor: sweep.states.tensor,
    offset: stateOffset,
  });
}

/**
 * After the sweep: the gradients of every parameter and of the encoder's outputs, [S, B, C] from `into` on, overwritten or, with `accumulate`, added to what
 * stands there.
 */
export function planAttentionGradients(
  builder: PlanBuilder,
  attention: Attention,
  parameters: Tensor,
  gradients: Tensor,
  sweep: AttentionSweep,
  into: Place,
  accumulate = false,
): void {
  const { batch, targetSteps, sourceSteps, source, shape, choice, queries, keys, alignment, states, joined } = attention;
  const { query, key, score, combine } = attention.parameters;
  planWeightGradient(builder, {
    label: 'gradient_attention combine',
    cell: 'dense',
    batch,
    timeSteps: targetSteps,
    hiddenSize: combine.rows,
    inputSize: combine.columns,
    gates: sweep.output,
    input: joined,
    gradients,
    weightInput: combine,
  });
  const keyGradient = keys && tensor('attention keyGradient', keys.dimensions, keys.shape);
  const toSource = attentionSourceBackward({
    ...shape,
    keys: keyGradient ? 'own' : 'values',
    accumulate,
    tile: choice.source,
    workgroupSize: choice.threads,
  });
  const bound = {
    queries,
    keys: keys ?? source.rows,
    parameters,
    alignment,
    contextGradient: sweep.context,
    scoreGradient: sweep.scores,
    valueGradient: into.tensor,
    ...(keyGradient ? { keyGradient } : {}),
  };
  builder.dispatch('backward', 'attention sourceGradient', toSource, bound, {
    keys: keys ? 0 : source.offset,
    score: score?.offset ?? 0,
    valueGradient: into.offset,
  });
  // one row of numbers even where the parameter is a matrix [1, A], whose padding rows nobody may touch
  if (score) planColumnSums(builder, attention, gradients, sweep.weightRows, { ...score, rows: 1 });
  planProjectionGradient(builder, attention, 'query', gradients, query, sweep.queries, states);
  if (!key || !keyGradient) return;
  planProjectionGradient(builder, attention, 'key', gradients, key, keyGradient, source);
  planThroughProjection(builder, 'key', parameters, key, keyGradient, 0, sourceSteps * batch, into);
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

/** The gradient of W of a projection y = W x. */
function planProjectionGradient(
  builder: PlanBuilder,
  { batch }: Attention,
  name: string,
  gradients: Tensor,
  weight: PackedParameter,
  gates: Tensor,
  input: AttentionRows,
): void {
  planWeightGradient(builder, {
    label: `gradient_attention ${name}`,
    cell: 'dense',
    batch,
    timeSteps: gates.shape[0],
    hiddenSize: weight.rows,
    inputSize: input.columns,
    gates,
    input: input.rows,
    inputOffset: input.offset,
    gradients,
    weightInput: weight,
  });
}

/** ∂L/∂x of a projection y = W x of `rows` rows, added to what `into` holds. */
function planThroughProjection(
  builder: PlanBuilder,
  name: string,
  parameters: Tensor,
  weight: PackedParameter,
  gates: Tensor,
  firstRow: number,
  rows: number,
  into: Place,
): void {
  planProduct(builder, {
    phase: 'backward',
    label: `attention through ${name}`,
    rows,
    columns: weight.columns,
    inner: weight.rows,
    left: gates,
    leftOffset: firstRow * weight.rows,
    leftStride: weight.rows,
    right: parameters,
    rightOffset: weight.offset,
    out: into.tensor,
    outOffset: into.offset,
    outStride: weight.columns,
    accumulate: true,
  });
}
