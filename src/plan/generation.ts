/**
 * Generation as a closed loop: for each of `timeSteps` tokens all layers, the head and the draw advance together, and the drawn id is the next input.
 * The host sends one pass per `timeSteps` tokens and awaits nothing in between; each token costs the same, however long the text.
 */
import { embeddingGather } from '../../shaders/embedding-gather.ts';
import { SAMPLING_ELEMENTS, sample } from '../../shaders/sample.ts';
import { InputError } from '../spec/input-error.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { createPlanBuilder } from './builder.ts';
import { type CarriedState, carriedStates, planCarryIn, planCarryOut } from './carry.ts';
import { planProduct } from './layers/product.ts';
import type { LayerInput } from './layers/recurrent.ts';
import { planRecurrentForward } from './layers/recurrent-forward.ts';
import { planInputProjection } from './layers/recurrent-input.ts';
import { type ParameterLayout, planLayout } from './layout.ts';
import { padded } from './legend.ts';
import { parametersTensor, weightsTensor } from './model-tensors.ts';
import { planNetwork } from './network.ts';
import { createPlan, type Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';

export interface GenerationPlan {
  readonly plan: Plan;
  readonly layout: ParameterLayout;
  readonly carried: readonly CarriedState[];
  /** [5] u32: seed, temperature, topK, position of the first token, topP. */
  readonly sampling: Tensor;
  /** [T + 1, B] u32: row 0 is the input of the first step, row t + 1 what step t drew; `forced` overrides a draw (the prompt). */
  readonly tokens: Tensor;
  readonly forced: Tensor;
  /** [B] u32: the last token of the run before, the first input of the next. */
  readonly lastToken: Tensor;
  readonly tensors: { readonly parameters: Tensor; readonly weights: Tensor };
}

/** Pure: the same spec, sizes and profile give the same plan. */
export function planGeneration(
  spec: ModelSpec,
  batch: number,
  timeSteps: number,
  profile: AdapterProfile = defaultProfile,
): GenerationPlan {
  if (spec.input.kind !== 'tokens' || spec.output.kind !== 'softmax' || spec.architecture === 'many-to-one' || spec.decoder) {
    throw new InputError(
      `generation must have tokens in and a softmax at every step, got input '${spec.input.kind}', output '${spec.output.kind}', architecture '${spec.architecture}'`,
    );
  }
  const { vocabulary, embedding } = spec.input;
  if (spec.output.classes > vocabulary) {
    throw new InputError(`generation must feed every class back as one of ${vocabulary} tokens, got ${spec.output.classes} classes`);
  }
  const layout = planLayout(parameterTable(spec));
  const builder = createPlanBuilder({ ...profile, kernel: 'step' });
  const tensors = { parameters: parametersTensor(layout), weights: weightsTensor(layout, profile) };
  const ids = (name: string) => tensor(name, ['T+1', 'B'], [timeSteps + 1, batch], 'kept', 'u32');
  const tokens = ids('tokens');
  const forced = ids('forced');
  const lastToken = tensor('last token', ['B'], [batch], 'kept', 'u32');
  const sampling = tensor('sampling', ['fields'], [SAMPLING_ELEMENTS], 'kept', 'u32');
  const columns = padded(embedding);
  const embedded = embedding > 0 ? tensor('embedded', ['T', 'B', 'I'], [timeSteps, batch, columns]) : undefined;
  const input: LayerInput = embedded
    ? { kind: 'rows', rows: embedded, offset: 0, columns }
    : { kind: 'tokens', tokens, offset: 0, vocabulary };
  const { layers, head } = planNetwork(builder, spec, layout, { timeSteps, batch, input });
  const logits = tensor('logits', ['B', 'V'], [batch, head.columns]);
  const carried = carriedStates(layers, 1);
  const gather = embeddingGather({ positions: batch, vocabulary, embedding: columns || 4, workgroupSize: elementwiseWorkgroup(profile) });
  const draw = sample({ rows: batch, classes: spec.output.classes, stride: head.columns });

  planCarryIn(builder, carried, 0);
  builder.copy('carry in token', lastToken, 0, tokens, 0, batch);
  for (let time = 0; time < timeSteps; time++) {
    if (embedded) {
      const values = { tokens: time * batch, embedding: layout.at('embedding.weight').offset, out: time * batch * columns };
      builder.dispatch('gather', `embed t=${time}`, gather, { tokens, parameters: tensors.parameters, embedded }, values);
    }
    for (const layer of layers) {
      planInputProjection(builder, layer, tensors.weights, time, 1);
      planRecurrentForward(builder, layer, tensors.weights, time, time + 1);
    }
    planProduct(builder, {
      phase: 'forward',
      label: `logits t=${time}`,
      rows: batch,
      columns: head.columns,
      inner: head.source.columns,
      left: head.source.rows,
      leftOffset: head.source.offset + time * batch * head.source.columns,
      leftStride: head.source.columns,
      right: tensors.weights,
      rightOffset: head.weight.weights,
      bias: head.bias.weights,
      out: logits,
      outStride: head.columns,
    });
    builder.dispatch('sample', `draw t=${time}`, draw, { sampling, logits, forced, tokens }, { time });
  }
  planCarryOut(builder, carried, 0);
  builder.copy('carry out token', tokens, timeSteps * batch, lastToken, 0, batch);
  return { plan: createPlan('generate', profile, builder.steps), layout, carried, sampling, tokens, forced, lastToken, tensors };
}
