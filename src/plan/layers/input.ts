/** The input of a network: rows that the host uploads, or token ids gathered on the GPU, one-hot or through an embedding; and its gradient. */
import { controlElements } from '../../../shaders/common/control.ts';
import { gatherBatch } from '../../../shaders/gather-batch.ts';
import { segmentSum } from '../../../shaders/segment-sum.ts';
import type { ModelSpec } from '../../spec/model.ts';
import type { PlanBuilder } from '../builder.ts';
import type { ParameterLayout } from '../layout.ts';
import { padded } from '../legend.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import type { LayerInput } from './recurrent.ts';

export interface NetworkInput {
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

export interface InputShape {
  readonly batch: number;
  readonly timeSteps: number;
  /** Micro-batches; each has its own rows in an uploaded input. */
  readonly parts: number;
  /** Sorted tokens are needed for the gradient of a gather. */
  readonly isTraining: boolean;
  /** Targets are gathered beside the input ids. */
  readonly gathersTargets: boolean;
}

export function networkInput(spec: ModelSpec, { batch, timeSteps, parts, isTraining, gathersTargets }: InputShape): NetworkInput {
  if (spec.input.kind === 'vectors') {
    const columns = padded(spec.input.size);
    const uploaded = tensor('input', ['A', 'T', 'B', 'I'], [parts, timeSteps, batch, columns], 'kept');
    return { uploaded, layer: { kind: 'rows', rows: uploaded, offset: 0, columns } };
  }
  const { vocabulary, embedding } = spec.input;
  const ids = (name: string, shape: readonly number[] = [timeSteps, batch], dimensions: readonly string[] = ['T', 'B']) =>
    tensor(name, dimensions, shape, 'temporary', 'u32');
  const gather = {
    data: tensor('data', ['tokens'], [1], 'given', 'u32'),
    tokens: ids('tokens'),
    targets: gathersTargets ? ids('targets') : undefined,
    order: isTraining ? ids('order') : undefined,
    segments: isTraining ? ids('segments', [vocabulary + 1], ['V+1']) : undefined,
    embedded: embedding > 0 ? tensor('embedded', ['T', 'B', 'I'], [timeSteps, batch, padded(embedding)]) : undefined,
  };
  const { tokens, order, segments, embedded } = gather;
  const layer: LayerInput = embedded
    ? { kind: 'rows', rows: embedded, offset: 0, columns: padded(embedding) }
    : { kind: 'tokens', tokens, offset: 0, order, segments, vocabulary };
  return { gather, layer };
}

/** The batch of micro-batch `part`, gathered from the windows that control names. */
export function planGather(
  builder: PlanBuilder,
  spec: ModelSpec,
  layout: ParameterLayout,
  input: NetworkInput,
  shape: InputShape,
  control: Tensor,
  parameters: Tensor,
  part: number,
): void {
  if (!input.gather || spec.input.kind !== 'tokens') return;
  const { data, tokens, targets, order, segments, embedded } = input.gather;
  const kernel = gatherBatch({
    batch: shape.batch,
    timeSteps: shape.timeSteps,
    vocabulary: spec.input.vocabulary,
    embedding: padded(spec.input.embedding),
    targets: targets !== undefined,
    sort: order !== undefined,
    workgroupSize: elementwiseWorkgroup(builder.profile),
  });
  const bound = {
    control,
    data,
    tokens,
    ...(targets ? { targets } : {}),
    ...(order ? { order } : {}),
    ...(segments ? { segments } : {}),
    ...(embedded ? { embedded, parameters } : {}),
  };
  const embedding = embedded ? layout.at('embedding.weight').offset : 0;
  builder.dispatch('gather', 'batch', kernel, bound, { control: part * controlElements(shape.batch), embedding });
}

/** The gradient of embedding.weight from ∂L/∂x. */
export function planEmbeddingGradient(
  builder: PlanBuilder,
  spec: ModelSpec,
  layout: ParameterLayout,
  { gather }: NetworkInput,
  shape: InputShape,
  inputGradient: Tensor,
  gradients: Tensor,
): void {
  if (spec.input.kind !== 'tokens' || !gather?.order || !gather.segments) return;
  const columns = padded(spec.input.embedding);
  const kernel = segmentSum({
    classes: spec.input.vocabulary,
    columns,
    stride: columns,
    transposed: false,
    outStride: columns,
    positions: shape.timeSteps * shape.batch,
    workgroupSize: elementwiseWorkgroup(builder.profile),
  });
  const tensors = { order: gather.order, segments: gather.segments, source: inputGradient, gradients };
  builder.dispatch('backward', 'gradient_embedding', kernel, tensors, {
    source: shape.batch * columns,
    out: layout.at('embedding.weight').offset,
  });
}
