/**
 * Writing from what was read, as a closed loop: the encoder once, then for each step all layers of the decoder, attention, the head and the draw, whose
 * id is the next input. The host awaits nothing in between; rows that have written their mark go on until all have had their steps.
 */
import { controlElements } from '../../shaders/common/control.ts';
import { SAMPLING_ELEMENTS, sample } from '../../shaders/sample.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { createPlanBuilder } from './builder.ts';
import { createDecoderStep, planDecoderStep } from './decoder-step.ts';
import { createEncoderDecoder, type EncoderDecoder, planReading } from './encoder-decoder.ts';
import { planLayout } from './layout.ts';
import { parametersTensor, weightsTensor } from './model-tensors.ts';
import { createPlan, type Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
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
  const [parameters, weights] = [parametersTensor(layout), weightsTensor(layout, profile)];
  const control = tensor('control', ['A', 'fields'], [controlBlocks(spec, 1), controlElements(batch)], 'kept', 'u32');
  const ids = (name: string) => tensor(name, ['T+1', 'B'], [timeSteps + 1, batch], 'kept', 'u32');
  const tokens = ids('written');
  const forced = ids('forced');
  const sampling = tensor('sampling', ['fields'], [SAMPLING_ELEMENTS], 'kept', 'u32');
  const fixed = { parts: 1, hasLengths: true, isTraining: false, hasTargets: false };
  const options = { spec, layout, ...sizes, ...fixed, control, parameters, weights };
  const network = createEncoderDecoder(builder, { ...options, written: tokens });
  const step = createDecoderStep(builder, { spec, layout, network, tokens, parameters, weights });
  const { logits } = step;
  const draw = sample({ rows: batch, classes: spec.output.classes, stride: logits.shape[1] });

  planReading(builder, options, network, 0);
  for (let time = 0; time < timeSteps; time++) {
    planDecoderStep(builder, step, time);
    builder.dispatch('sample', `draw t=${time}`, draw, { sampling, logits, forced, tokens }, { time });
  }
  return { plan: createPlan('decode', profile, builder.steps), network, control, sampling, tokens, forced };
}
