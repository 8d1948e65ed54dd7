/**
 * Attention of a decoder over the outputs of an encoder, after the decoder has run over all its time steps (Luong et al. 2015, an open loop):
 * output = tanh(W_c [context; h]), with context = sum over the encoder's real steps of alignment · values. The reverse sweep is in attention-backward.ts.
 *
 * S is the number of the encoder's steps, A the width of queries and keys, C that of the encoder's outputs, H that of the decoder's states.
 */
import { attentionForward } from '../../../shaders/attention-forward.ts';
import { type AttentionShape, alignmentStride } from '../../../shaders/common/attention.ts';
import { joinColumns } from '../../../shaders/join-columns.ts';
import { tanhRows } from '../../../shaders/tanh-rows.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import { padded } from '../legend.ts';
import { type AttentionChoice, chooseAttention, elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { planProduct } from './product.ts';
import type { Rows } from './recurrent.ts';

/** Rows [steps, B, columns] that begin `offset` elements into a tensor: a layer's outputs begin at B·H of its states. */
export interface AttentionRows {
  readonly rows: Tensor;
  readonly offset: number;
  readonly columns: number;
  /** Equal blocks of the columns, each padded by itself; default 1, 2 where two directions lie side by side. */
  readonly blocks?: number;
}

export interface AttentionParameters {
  /** `attention.query.weight` [A, H]; A = C where there is no key weight. */
  readonly query: PackedParameter;
  /** `attention.key.weight` [A, C]; additive only. */
  readonly key?: PackedParameter;
  /** `attention.score.weight` [1, A] or [A]; additive only. */
  readonly score?: PackedParameter;
  /** `attention.combine.weight` [H, C + H]: the columns of the context come first. */
  readonly combine: PackedParameter;
}

export interface AttentionOptions {
  readonly kind: AttentionShape['kind'];
  readonly batch: number;
  readonly targetSteps: number;
  readonly sourceSteps: number;
  /** Factor of multiplicative scores, default 1. */
  readonly scale?: number;
  /** The decoder's states h [T, B, H]. */
  readonly states: AttentionRows;
  /** The encoder's outputs [S, B, C]. */
  readonly source: AttentionRows;
  /** How many of the S steps are real for each row of the batch, [B] u32 from `offset` on; at least 1. */
  readonly lengths: { readonly tensor: Tensor; readonly offset: number };
  readonly parameters: AttentionParameters;
  /** Of the alignment; `kept` (the default) lets the host read it after the step. */
  readonly alignmentStorage?: Tensor['storage'];
  readonly outputStorage?: Tensor['storage'];
  /** The decoder reads the output of the step before (input feeding): a row of zeros lies ahead of it, which nobody writes; default false. */
  readonly isFed?: boolean;
}

export interface JoinedColumns {
  readonly context: number;
  readonly state: number;
  /** Equal blocks of the context's columns, each padded by itself in `context`. */
  readonly blocks: number;
}

export interface Attention extends Required<Omit<AttentionOptions, 'alignmentStorage' | 'outputStorage' | 'isFed'>> {
  readonly shape: AttentionShape;
  readonly choice: AttentionChoice;
  /** [T, B, A] */
  readonly queries: Tensor;
  /** [S, B, A]; absent where the keys are the encoder's outputs. */
  readonly keys?: Tensor;
  /** [T, B, S padded], a softmax over the real steps of each row and 0 behind them. */
  readonly alignment: Tensor;
  /** [T, B, C] */
  readonly context: Tensor;
  /** Context and state side by side, as the columns of combine.weight are: [T, B, columns of combine]. */
  readonly joined: Tensor;
  /** Columns of combine.weight that belong to the context, and to the state. */
  readonly joinedColumns: JoinedColumns;
  /** tanh(W_c [context; h]) [T, B, H]: what the head reads, from `outputOffset` on; where it is fed to the decoder [T + 1, B, H], zeros in front. */
  readonly output: Tensor;
  readonly outputOffset: number;
}

/**
 * The tensors of attention.
 *
 * @throws Error if the parameters do not fit the rows or the kind.
 */
export function attentionLayer(builder: PlanBuilder, options: AttentionOptions): Attention {
  const { kind, batch, targetSteps, sourceSteps, scale = 1, states, source, parameters, isFed = false } = options;
  const { query, key, score, combine } = parameters;
  const isAdditive = kind === 'additive';
  const attentionSize = query.rows;
  requireEqual('columns of attention.query.weight', query.columns, states.columns);
  if (isAdditive !== (key !== undefined) || isAdditive !== (score !== undefined))
    throw new Error(
      `${kind} attention must have key and score weights if it is additive, got ${key ? 'a' : 'no'} key and ${score ? 'a' : 'no'} score`,
    );
  if (key) requireEqual('rows of attention.key.weight', key.rows, attentionSize);
  requireEqual('width of the keys', key ? key.columns : attentionSize, source.columns);
  if (score) requireEqual('columns of attention.score.weight', score.columns, attentionSize);
  requireEqual('rows of attention.combine.weight', combine.rows, states.columns);
  const shape = { kind, batch, targetSteps, sourceSteps, attentionSize, valueSize: source.columns, scale };
  const perTarget = (name: string, letter: string, columns: number, storage?: Tensor['storage']) =>
    tensor(`attention ${name}`, ['T', 'B', letter], [targetSteps, batch, columns], storage);
  return {
    ...options,
    scale,
    shape,
    choice: chooseAttention(builder.profile, shape),
    queries: perTarget('queries', 'A', attentionSize),
    keys: key ? tensor('attention keys', ['S', 'B', 'A'], [sourceSteps, batch, attentionSize]) : undefined,
    alignment: perTarget('alignment', 'S', alignmentStride(sourceSteps), options.alignmentStorage ?? 'kept'),
    context: perTarget('context', 'C', source.columns),
    joined: perTarget('joined', 'C+H', combine.columns),
    joinedColumns: joinedColumns(combine, source, states),
    output: isFed
      ? tensor('attention output', ['T+1', 'B', 'H'], [targetSteps + 1, batch, combine.rows], 'kept')
      : perTarget('output', 'H', combine.rows, options.outputStorage),
    outputOffset: isFed ? batch * combine.rows : 0,
  };
}

function requireEqual(name: string, got: number, wanted: number): void {
  if (got !== wanted) throw new Error(`${name} must be ${wanted}, got ${got}`);
}

/** combine.weight [H, C + H] has no padding between its two parts, unless the layout pads each of its column blocks. */
function joinedColumns({ parameter, columns }: PackedParameter, source: AttentionRows, states: AttentionRows): JoinedColumns {
  if (parameter.columnBlocks > 1) {
    requireEqual('padded columns of attention.combine.weight', columns, source.columns + states.columns);
    return { context: source.columns, state: states.columns, blocks: 1 };
  }
  const [state, both] = parameter.shape;
  const { blocks = 1 } = source;
  const context = both - state;
  requireEqual('padded columns of the context in attention.combine.weight', blocks * padded(context / blocks), source.columns);
  return { context, state, blocks };
}

export const joinOptions = ({ batch, joined, joinedColumns: { context, state, blocks }, source, states }: Attention, steps: number) => ({
  rows: steps * batch,
  firstColumns: context,
  firstStride: source.columns,
  firstBlocks: blocks,
  secondColumns: state,
  secondStride: states.columns,
  stride: joined.shape[2],
});

/** Keys of all the encoder's steps: once per batch, before any `planAttentionForward`; nothing where the keys are the outputs themselves. */
export function planAttentionKeys(
  builder: PlanBuilder,
  { batch, sourceSteps, source, parameters, keys }: Attention,
  weights: Tensor,
): void {
  if (!keys || !parameters.key) return;
  planProduct(builder, {
    phase: 'forward',
    label: 'attention keys',
    rows: sourceSteps * batch,
    columns: keys.shape[2],
    inner: source.columns,
    left: source.rows,
    leftOffset: source.offset,
    leftStride: source.columns,
    right: weights,
    rightOffset: parameters.key.weights,
    out: keys,
    outStride: keys.shape[2],
  });
}

/** What the head reads. */
export const attentionOutput = ({ output, outputOffset }: Attention): Rows => ({
  kind: 'rows',
  rows: output,
  offset: outputOffset,
  columns: output.shape[2],
});

/** Alignment, context and output of `steps` decoder steps from `first` on; default: all. `parameters` holds the score weight of the additive form. */
export function planAttentionForward(
  builder: PlanBuilder,
  attention: Attention,
  weights: Tensor,
  parameters: Tensor,
  first = 0,
  steps = attention.targetSteps,
): void {
  const { batch, states, source, lengths, shape, choice, queries, keys, alignment, context, joined, output, outputOffset } = attention;
  const { query, score, combine } = attention.parameters;
  const rows = steps * batch;
  const at = (of: Tensor): number => first * batch * of.shape[2];
  const outputPlace = outputOffset + at(output);
  const stateOffset = states.offset + first * batch * states.columns;
  const workgroupSize = elementwiseWorkgroup(builder.profile);
  planProduct(builder, {
    phase: 'forward',
    label: 'attention queries',
    rows,
    columns: query.rows,
    inner: states.columns,
    left: states.rows,
    leftOffset: stateOffset,
    leftStride: states.columns,
    right: weights,
    rightOffset: query.weights,
    out: queries,
    outOffset: at(queries),
    outStride: query.rows,
  });
  builder.dispatch(
    'forward',
    'attention',
    attentionForward({ ...shape, targetSteps: steps, rows: Math.min(choice.rows, steps), workgroupSize: choice.workgroupSize }),
    { queries, keys: keys ?? source.rows, values: source.rows, parameters, lengths: lengths.tensor, alignment, context },
    {
      queries: at(queries),
      keys: keys ? 0 : source.offset,
      values: source.offset,
      score: score?.offset ?? 0,
      lengths: lengths.offset,
      alignment: at(alignment),
      context: at(context),
    },
  );
  builder.dispatch(
    'forward',
    'attention join',
    joinColumns({ ...joinOptions(attention, steps), workgroupSize }),
    { first: context, second: states.rows, joined },
    { first: at(context), second: stateOffset, joined: at(joined) },
  );
  planProduct(builder, {
    phase: 'forward',
    label: 'attention combine',
    rows,
    columns: combine.rows,
    inner: combine.columns,
    left: joined,
    leftOffset: at(joined),
    leftStride: combine.columns,
    right: weights,
    rightOffset: combine.weights,
    out: output,
    outOffset: outputPlace,
    outStride: combine.rows,
  });
  const activation = tanhRows({ elements: rows * combine.rows, workgroupSize });
  builder.dispatch('forward', 'attention output', activation, { rows: output }, { rows: outputPlace });
}
