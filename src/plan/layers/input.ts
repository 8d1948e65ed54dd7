/** The input of a network: rows that the host uploads, or token ids gathered on the GPU, one-hot or through an embedding; and its gradient. */
import { controlElements } from '../../../shaders/common/control.ts';
import { canSortInLanes, gatherBatch } from '../../../shaders/gather-batch.ts';
import { segmentSum } from '../../../shaders/segment-sum.ts';
import { sortTokens } from '../../../shaders/sort-tokens.ts';
import type { ModelSpec } from '../../spec/model.ts';
import type { PlanBuilder } from '../builder.ts';
import type { ParameterLayout } from '../layout.ts';
import { padded } from '../legend.ts';
import { chooseSegmentSum, elementwiseWorkgroup, sortsInLanes } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import type { LayerInput } from './recurrent.ts';

export interface InputShape {
  /** What the network reads. */
  readonly input: ModelSpec['input'];
  /** In front of the names of its tensors and of its embedding: '' or e.g. `encoder.`. */
  readonly prefix?: string;
  readonly batch: number;
  readonly timeSteps: number;
  /** Micro-batches; each has its own rows in an uploaded input. */
  readonly parts: number;
  /** Sorted tokens are needed for the gradient of a gather. */
  readonly isTraining: boolean;
  /** Targets are gathered beside the input ids. */
  readonly gathersTargets: boolean;
  /** Which block of control, counted from 0, names the windows of the first micro-batch; default 0. */
  readonly controlBlock?: number;
  /** Tokens that the network chooses itself take the place of gathered ones: they are sorted after the sweep, by planSort. */
  readonly isFed?: boolean;
  /** Ids that somebody else puts there, [T, B] or more; default: gathered ones. */
  readonly tokens?: Tensor;
}

export interface NetworkInput {
  readonly shape: InputShape;
  readonly layer: LayerInput;
  /** Present where token ids are gathered: the windows' places, the ids that lie on the GPU, what is gathered from them. */
  readonly gather?: {
    readonly data: Tensor;
    readonly tokens: Tensor;
    readonly targets?: Tensor;
    readonly order?: Tensor;
    readonly segments?: Tensor;
    readonly embedded?: Tensor;
  };
  /** Present where the host uploads rows: [A, T, B, I]. */
  readonly uploaded?: Tensor;
}

/** The token ids that lie on the GPU; all inputs of a plan gather from the same. */
const data = tensor('data', ['tokens'], [1], 'given', 'u32');

export function networkInput(shape: InputShape): NetworkInput {
  const { input, prefix = '', batch, timeSteps, parts, isTraining, gathersTargets } = shape;
  if (input.kind === 'vectors') {
    const columns = padded(input.size);
    const uploaded = tensor(`${prefix}input`, ['A', 'T', 'B', 'I'], [parts, timeSteps, batch, columns], 'kept');
    return { shape, uploaded, layer: { kind: 'rows', rows: uploaded, offset: 0, columns } };
  }
  if (input.kind === 'image') throw new Error('an image must go through a convolution, not into a layer');
  const { vocabulary, embedding } = input;
  const ids = (name: string, size: readonly number[] = [timeSteps, batch], dimensions: readonly string[] = ['T', 'B']) =>
    tensor(`${prefix}${name}`, dimensions, size, 'temporary', 'u32');
  const gather = {
    data,
    tokens: shape.tokens ?? ids('tokens'),
    targets: gathersTargets ? ids('targets') : undefined,
    order: isTraining ? ids('order') : undefined,
    segments: isTraining ? ids('segments', [vocabulary + 1], ['V+1']) : undefined,
    embedded: embedding > 0 ? tensor(`${prefix}embedded`, ['T', 'B', 'I'], [timeSteps, batch, padded(embedding)]) : undefined,
  };
  const { tokens, order, segments, embedded } = gather;
  const layer: LayerInput = embedded
    ? { kind: 'rows', rows: embedded, offset: 0, columns: padded(embedding) }
    : { kind: 'tokens', tokens, offset: 0, order, segments, vocabulary };
  return { shape, gather, layer };
}

/** The batch of micro-batch `part`, gathered from the windows that control names. */
export function planGather(
  builder: PlanBuilder,
  layout: ParameterLayout,
  { shape, gather }: NetworkInput,
  control: Tensor,
  parameters: Tensor,
  part: number,
): void {
  const { input, prefix = '', batch, timeSteps, controlBlock = 0, isFed = false } = shape;
  if (!gather || input.kind !== 'tokens') return;
  const { tokens, targets, embedded } = gather;
  const { order, segments } = isFed ? {} : gather;
  const width = padded(input.embedding);
  const kernel = gatherBatch({
    batch,
    timeSteps,
    vocabulary: input.vocabulary,
    embedding: width,
    targets: targets !== undefined,
    sort: order !== undefined,
    lanes: order !== undefined && sortsInLanes(builder.profile) && canSortInLanes(batch * timeSteps, width),
    workgroupSize: elementwiseWorkgroup(builder.profile),
  });
  const bound = {
    control,
    data: gather.data,
    tokens,
    ...(targets ? { targets } : {}),
    ...(order ? { order } : {}),
    ...(segments ? { segments } : {}),
    ...(embedded ? { embedded, parameters } : {}),
  };
  const embedding = embedded ? layout.at(`${prefix}embedding.weight`).offset : 0;
  const values = { control: (controlBlock + part) * controlElements(batch), embedding };
  builder.dispatch('gather', `${prefix}batch`, kernel, bound, values);
}

/** Positions by token, once a closed loop has chosen the last of them. */
export function planSort(builder: PlanBuilder, { shape, gather }: NetworkInput): void {
  const { input, prefix = '', batch, timeSteps } = shape;
  if (input.kind !== 'tokens' || !gather?.order || !gather.segments) return;
  const { tokens, order, segments } = gather;
  const kernel = sortTokens({ batch, timeSteps, vocabulary: input.vocabulary, workgroupSize: elementwiseWorkgroup(builder.profile) });
  builder.dispatch('gather', `${prefix}sort`, kernel, { tokens, order, segments });
}

/** The gradient of embedding.weight from ∂L/∂x, whose rows lie as in [T + 1, B, I]; added to that of the head where it is tied; nothing where there is no embedding. */
export function planEmbeddingGradient(
  builder: PlanBuilder,
  layout: ParameterLayout,
  { shape, gather }: NetworkInput,
  inputGradient: Tensor | undefined,
  gradients: Tensor,
): void {
  const { input, prefix = '', batch, timeSteps } = shape;
  if (!inputGradient || input.kind !== 'tokens' || !gather?.order || !gather.segments) return;
  const columns = padded(input.embedding);
  const { offset, parameter } = layout.at(`${prefix}embedding.weight`);
  const kernel = segmentSum({
    classes: input.vocabulary,
    columns,
    stride: columns,
    transposed: false,
    outStride: columns,
    accumulate: parameter.isTied === true,
    positions: timeSteps * batch,
    vectors: chooseSegmentSum(builder.profile, columns),
    workgroupSize: elementwiseWorkgroup(builder.profile),
  });
  const tensors = { order: gather.order, segments: gather.segments, source: inputGradient, gradients };
  builder.dispatch('backward', `${prefix}gradient_embedding`, kernel, tensors, {
    source: batch * columns,
    out: offset,
  });
}

/** Whether the gradient of the input is of use: only an embedding learns from it. */
export const wantsInputGradient = ({ gather }: NetworkInput): boolean => gather?.embedded !== undefined;
