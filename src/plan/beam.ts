/**
 * Beam search as a closed loop. What reads has a row per example; what writes has `beam` rows per example, one behind the other, over the encoder's
 * outputs repeated as often. Each step takes the likeliest continuations (shaders/beam-step.ts); then every layer's states are put in the order of
 * the rows that go on: they lie as in [2, B·beam, H], row 1 made from row 0 by the step, row 0 from row 1 by the parents. So memory for states does not
 * grow with the steps; what does are parents and tokens, from which the host reads the way back at the end, and with attention the alignments.
 */
import { beamStep } from '../../shaders/beam-step.ts';
import { controlElements } from '../../shaders/common/control.ts';
import { reorderRows } from '../../shaders/reorder-rows.ts';
import { repeatRows } from '../../shaders/repeat-rows.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { createPlanBuilder, type PlanBuilder } from './builder.ts';
import { createDecoderStep, planDecoderStep } from './decoder-step.ts';
import type { DecodingSizes } from './decoding.ts';
import { createEncoderDecoder, type EncoderDecoder, planReading } from './encoder-decoder.ts';
import { copyRows } from './layers/add-rows.ts';
import { planLayout } from './layout.ts';
import { parametersTensor, weightsTensor } from './model-tensors.ts';
import { createPlan, type Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';
import { controlBlocks } from './training.ts';

export interface BeamPlan {
  readonly plan: Plan;
  /** Rows are examples, B. */
  readonly reading: EncoderDecoder;
  /** Rows are hypotheses, B·beam; with attention the host writes its lengths too. */
  readonly writing: EncoderDecoder;
  readonly control: Tensor;
  /** [2, B·beam] u32: row 0 is the last token of each hypothesis, the mark before the first step. */
  readonly tokens: Tensor;
  /** [B·beam]: summed log-probabilities after the last step. */
  readonly scores: Tensor;
  /** [T, B·beam] u32: the row that each hypothesis of a step goes on from, and its token. */
  readonly parents: Tensor;
  readonly written: Tensor;
  /** [T, B·beam, S padded], in the order of the rows before the choice of the step. */
  readonly alignments?: Tensor;
}

export interface BeamSizes extends DecodingSizes {
  readonly beam: number;
}

/** Pure: the same spec, sizes and profile give the same plan. */
export function planBeam(spec: ModelSpec, sizes: BeamSizes, profile: AdapterProfile = defaultProfile): BeamPlan {
  const { batch, timeSteps, sourceSteps, beam } = sizes;
  const rows = batch * beam;
  const layout = planLayout(parameterTable(spec));
  const builder = createPlanBuilder({ ...profile, kernel: 'step' });
  const [parameters, weights] = [parametersTensor(layout), weightsTensor(layout, profile)];
  const control = tensor('control', ['A', 'fields'], [controlBlocks(spec, 1), controlElements(batch)], 'kept', 'u32');
  const choices = (name: string) => tensor(name, ['T', 'B'], [timeSteps, rows], 'kept', 'u32');
  const [parents, written] = [choices('parents'), choices('written')];
  const scores = tensor('scores', ['B'], [rows], 'kept');
  const tokens = tensor('tokens', ['T+1', 'B'], [2, rows], 'kept', 'u32');
  const fixed = { parts: 1, hasLengths: true, isTraining: false, hasTargets: false, timeSteps: 1, sourceSteps };
  const options = { spec, layout, ...fixed, control, parameters, weights };
  const reading = createEncoderDecoder(builder, { ...options, batch });
  const writing = createEncoderDecoder(builder, { ...options, batch: rows, written: tokens });
  const step = createDecoderStep(builder, { spec, layout, network: writing, tokens, parameters, weights });
  const { logits } = step;
  const { classes } = spec.output;
  const choose = beamStep({ examples: batch, beam, classes, stride: logits.shape[1], mark: spec.decoder?.mark ?? 0 });
  const aligned = writing.attention?.alignment;
  const alignments = aligned && tensor('alignments', ['T', 'B', 'S'], [timeSteps, rows, aligned.shape[2]], 'kept');

  planReading(builder, { ...options, batch }, reading, 0);
  planRepeat(builder, reading, writing, beam);
  for (let time = 0; time < timeSteps; time++) {
    planDecoderStep(builder, step, 0, `t=${time}`);
    if (aligned && alignments) {
      const [, , columns] = aligned.shape;
      const place = { tensor: alignments, offset: time * rows * columns };
      copyRows(builder, 'forward', `alignment t=${time}`, { rows, columns }, { tensor: aligned, offset: 0 }, place);
    }
    builder.dispatch('sample', `choose t=${time}`, choose, { logits, scores, tokens, parents, written }, { time });
    if (time + 1 < timeSteps) planReorder(builder, writing, parents, time);
  }
  return { plan: createPlan('beam', profile, builder.steps), reading, writing, control, tokens, scores, parents, written, alignments };
}

/** What the decoder carries from step to step: states, and with input feeding the attention's output, all [2, B·beam, H]. */
const carriedBy = ({ decoder, attention, fed }: EncoderDecoder): readonly Tensor[] => [
  ...decoder.stack.layers.flatMap(({ directions: [{ states, cells }] }) => (cells ? [states, cells] : [states])),
  ...(fed && attention ? [attention.output] : []),
];

/** First states, the encoder's outputs and their keys, `beam` times for each example. */
function planRepeat(builder: PlanBuilder, reading: EncoderDecoder, writing: EncoderDecoder, beam: number): void {
  const repeat = (from: Tensor, to: Tensor, rows: number, columns: number, firstRow = 0): void => {
    const kernel = repeatRows({ rows, columns, times: beam, workgroupSize: elementwiseWorkgroup(builder.profile) });
    const values = { source: firstRow * columns, out: firstRow * beam * columns };
    builder.dispatch('forward', `repeat ${from.name}`, kernel, { source: from, out: to }, values);
  };
  const first = carriedBy(writing);
  carriedBy(reading).forEach((states, index) => {
    const [, rows, columns] = states.shape;
    repeat(states, first[index], rows, columns);
  });
  if (!reading.attention || !writing.attention) return;
  const { source, keys, batch, sourceSteps } = reading.attention;
  // outputs may begin one row of steps later, behind the first state: as many elements in either tensor as it has rows
  repeat(source.rows, writing.attention.source.rows, sourceSteps * batch, source.columns, source.offset / source.columns);
  if (keys && writing.attention.keys) repeat(keys, writing.attention.keys, sourceSteps * batch, keys.shape[2]);
}

function planReorder(builder: PlanBuilder, network: EncoderDecoder, parents: Tensor, time: number): void {
  for (const states of carriedBy(network)) {
    const [, count, columns] = states.shape;
    const kernel = reorderRows({ count, columns, workgroupSize: elementwiseWorkgroup(builder.profile) });
    const values = { parents: time * count, source: count * columns, out: 0 };
    builder.dispatch('sample', `reorder ${states.name} t=${time}`, kernel, { parents, rows: states }, values);
  }
}
