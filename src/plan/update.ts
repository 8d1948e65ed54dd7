/** The end of a training step: norm of the whole gradient with the sum of the losses, then clip, optimizer, forward copies and metrics. */

import { changeNorms, changePieces } from '../../shaders/change-norms.ts';
import { METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import { gradientNorm } from '../../shaders/gradient-norm.ts';
import { packHalves } from '../../shaders/pack-halves.ts';
import { CHUNK_FIELDS, momentsOf, update } from '../../shaders/update.ts';
import { updateNorms } from '../../shaders/update-norms.ts';
import type { TrainSpec } from '../spec/train.ts';
import type { PlanBuilder } from './builder.ts';
import { copyRows } from './layers/add-rows.ts';
import { chunkTable, type ParameterLayout } from './layout.ts';
import { momentsTensor } from './model-tensors.ts';
import { normTable } from './norm-pieces.ts';
import { chooseNorm, elementwiseWorkgroup, sharingWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';
import type { TimeStepClipPlan } from './time-step-clip.ts';

/** Entries of the metrics ring: the host copies it after every chunk of steps, which is shorter than the ring. */
export const METRICS_SLOTS = 48;

export interface UpdateTensors {
  readonly control: Tensor;
  readonly parameters: Tensor;
  readonly weights: Tensor;
  readonly gradients: Tensor;
  readonly losses: Tensor;
  readonly clip?: TimeStepClipPlan;
  /** See metricsTensor. */
  readonly metrics: Tensor;
}

/** The ring [slots, fields] u32, written by each update. */
export const metricsTensor = (): Tensor => tensor('metrics', ['slots', 'fields'], [METRICS_SLOTS, METRICS_ELEMENTS], 'kept', 'u32');

export interface UpdatePlan {
  /** The tables that the host writes once. */
  readonly pieces: Tensor;
  readonly chunks: Tensor;
  readonly moments?: Tensor;
  readonly metrics: Tensor;
}

export function planUpdate(
  builder: PlanBuilder,
  layout: ParameterLayout,
  { optimizer, schedule, clip, monitor, nonFinite }: TrainSpec,
  tensors: UpdateTensors,
): UpdatePlan {
  const { control, parameters, weights, gradients, losses, metrics, clip: stepClip } = tensors;
  const { workgroupSize } = chooseNorm(builder.profile, layout.elements);
  const workgroups = normTable(layout, builder.profile).length / 4;
  const pieces = tensor('pieces', ['workgroups', '4'], [workgroups, 4], 'given', 'u32');
  const valueClip = clip.value !== undefined;
  const rows = chunkTable(layout).length / CHUNK_FIELDS;
  const partials = tensor('partials', ['workgroups+1', '4'], [workgroups + 1, 4], 'temporary', 'u32');
  const norm = gradientNorm({
    elements: layout.elements,
    rows: losses.elements,
    valueClip,
    timeStepClip: stepClip !== undefined,
    workgroups,
    workgroupSize,
  });
  builder.dispatch('update', 'norm', norm, {
    control,
    pieces,
    gradients,
    losses,
    partials,
    ...(stepClip && { clipped: stepClip.clipped }),
  });

  const chunks = tensor('chunks', ['chunks', 'fields'], [rows, CHUNK_FIELDS], 'given', 'u32');
  const count = momentsOf(optimizer.kind);
  const moments = count > 0 ? momentsTensor(layout, count) : undefined;
  const kernel = update({
    optimizer,
    schedule,
    globalNorm: clip.globalNorm !== undefined,
    tensorNorm: clip.tensorNorm !== undefined,
    valueClip,
    timeStepClip: stepClip?.kinds,
    elements: layout.elements,
    partials: workgroups,
    chunks: rows,
    copies: weights.type === 'f32',
    halts: nonFinite !== 'skip',
    workgroupSize: sharingWorkgroup(builder.profile),
  });
  const before = monitor && planBefore(builder, layout, parameters);
  builder.dispatch('update', 'update', kernel, {
    control,
    chunks,
    partials,
    parameters,
    gradients,
    ...(weights.type === 'f32' && { weights }),
    metrics,
    ...(moments ? { moments } : {}),
  });
  if (weights.type === 'f16') {
    const pack = packHalves({ chunks: rows, elements: layout.weightElements, workgroupSize: sharingWorkgroup(builder.profile) });
    builder.dispatch('update', 'weights as f16', pack, { chunks, parameters, weights });
  }
  if (before) planChangeNorms(builder, { control, parameters, before, metrics });
  return { pieces, chunks, moments, metrics };
}

/** A copy of the parameters from ahead of the update, in steps that are measured. */
function planBefore(builder: PlanBuilder, { elements }: ParameterLayout, parameters: Tensor): Tensor {
  const before = tensor('parameters before', ['N'], [elements]);
  const whole = (of: Tensor) => ({ tensor: of, offset: 0 });
  copyRows(builder, 'monitor', 'parameters before', { rows: 1, columns: elements }, whole(parameters), whole(before));
  return before;
}

/** In steps that are measured: the norms of the parameters and of what the update changed, beside its other metrics. */
function planChangeNorms(
  builder: PlanBuilder,
  { before, metrics, ...bound }: Pick<UpdateTensors, 'control' | 'parameters' | 'metrics'> & { readonly before: Tensor },
): void {
  const { elements } = before;
  const pieces = changePieces(elements);
  const changes = tensor('changes', ['pieces', '4'], [pieces, 4], 'temporary', 'u32');
  const kernel = changeNorms({ elements, workgroupSize: elementwiseWorkgroup(builder.profile) });
  builder.dispatch('monitor', 'changes of the update', kernel, { ...bound, before, changes });
  builder.dispatch('monitor', 'norms of the update', updateNorms({ pieces }), { ...bound, changes, metrics });
}
