/**
 * Writing from what was read, as a closed loop: the encoder once, then for each step all layers of the decoder, attention, the head and the draw, whose
 * id is the next input. The host awaits nothing in between; rows that have written their mark go on until all have had their steps.
 */
import { controlElements } from '../../shaders/common/control.ts';
import { embeddingGather } from '../../shaders/embedding-gather.ts';
import { SAMPLING_ELEMENTS, sample } from '../../shaders/sample.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { createPlanBuilder } from './builder.ts';
import { createEncoderDecoder, type EncoderDecoder, planReading } from './encoder-decoder.ts';
import { planAttentionForward } from './layers/attention.ts';
import { planProduct } from './layers/product.ts';
import { planInputProjection, planRecurrentForward } from './layers/recurrent.ts';
import { planLayout } from './layout.ts';
import { padded } from './legend.ts';
import { parametersTensor, weightsTensor } from './model-tensors.ts';
import { createPlan, type Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';
import { controlBlocks } from './training.ts';

export interface DecodingPlan {
  readonly plan: Plan;
  readonly network: EncoderDecoder;
  readonly control: Tensor;
  /** See shaders/sample.ts. */
  readonly sampling: Tensor;
  /** [T + 1, B] u32: row 0 is the mark, row t + 1 what step t drew. */
  readonly tokens: Tensor;
  /** [T + 1, B] u32: 0xffffffff everywhere, unless a draw is to be overridden. */
  readonly forced: Tensor;
}

export interface DecodingSizes {
  readonly batch: number;
  readonly timeSteps: number;
  readonly sourceSteps: number;
}

/** Pure: the same spec, sizes and profile give the same plan. */
export function planDecoding(spec: ModelSpec, sizes: DecodingSizes, profile: AdapterProfile = defaultProfile): DecodingPlan {
  const { batch, timeSteps } = sizes;
  const layout = planLayout(parameterTable(spec));
  const builder = createPlanBuilder({ ...profile, kernel: 'step' });
  const [parameters, weights] = [parametersTensor(layout), weightsTensor(layout)];
  const control = tensor('control', ['A', 'fields'], [controlBlocks(spec, 1), controlElements(batch)], 'kept', 'u32');
  const ids = (name: string) => tensor(name, ['T+1', 'B'], [timeSteps + 1, batch], 'kept', 'u32');
  const tokens = ids('written');
  const forced = ids('forced');
  const sampling = tensor('sampling', ['fields'], [SAMPLING_ELEMENTS], 'kept', 'u32');
  const fixed = { parts: 1, hasLengths: true, isTraining: false, hasTargets: false };
  const options = { spec, layout, ...sizes, ...fixed, control, parameters, weights };
  const network = createEncoderDecoder(builder, { ...options, written: tokens });
  const { decoder, attention, written, prefix } = network;
  const embedded = decoder.input.gather?.embedded;
  const classes = spec.output.classes;
  const columns = padded(spec.decoder?.embedding ?? 0);
  const gather = embeddingGather({
    positions: batch,
    vocabulary: classes,
    embedding: columns || 4,
    workgroupSize: elementwiseWorkgroup(profile),
  });
  const [weight, bias] = [layout.at(`${prefix}head.weight`), layout.at(`${prefix}head.bias`)];
  const logits = tensor('logits', ['B', 'V'], [batch, weight.rows]);
  const draw = sample({ rows: batch, classes, stride: weight.rows });

  planReading(builder, options, network, 0);
  for (let time = 0; time < timeSteps; time++) {
    if (embedded) {
      const embedding = layout.at(`${prefix}embedding.weight`).offset;
      const values = { tokens: time * batch, embedding, out: time * batch * columns };
      builder.dispatch('gather', `embed t=${time}`, gather, { tokens, parameters, embedded }, values);
    }
    for (const { directions } of decoder.stack.layers) {
      planInputProjection(builder, directions[0], weights, time, 1);
      planRecurrentForward(builder, directions[0], weights, time, time + 1);
    }
    if (attention) planAttentionForward(builder, attention, weights, parameters, time, 1);
    planProduct(builder, {
      phase: 'forward',
      label: `logits t=${time}`,
      rows: batch,
      columns: weight.rows,
      inner: written.columns,
      left: written.rows,
      leftOffset: written.offset + time * batch * written.columns,
      leftStride: written.columns,
      right: weights,
      rightOffset: weight.weights,
      bias: bias.weights,
      out: logits,
      outStride: weight.rows,
    });
    builder.dispatch('sample', `draw t=${time}`, draw, { sampling, logits, forced, tokens }, { time });
  }
  return { plan: createPlan('decode', profile, builder.steps), network, control, sampling, tokens, forced };
}
