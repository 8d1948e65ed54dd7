/** The end of a training step: norm of the whole gradient with the sum of the losses, then clip, optimizer, forward copies and metrics. */
import { METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import { gradientNorm } from '../../shaders/gradient-norm.ts';
import { CHUNK_FIELDS, momentsOf, update } from '../../shaders/update.ts';
import type { TrainSpec } from '../spec/train.ts';
import type { PlanBuilder } from './builder.ts';
import { chunkTable, type ParameterLayout } from './layout.ts';
import { momentsTensor } from './model-tensors.ts';
import { chooseNorm } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';

/** Entries of the metrics ring: the host reads them back late, so many steps may pass before it does. */
export const METRICS_SLOTS = 128;

export interface UpdateTensors {
  readonly control: Tensor;
  readonly parameters: Tensor;
  readonly weights: Tensor;
  readonly gradients: Tensor;
  readonly losses: Tensor;
}

export interface UpdatePlan {
  readonly chunks: Tensor;
  readonly moments?: Tensor;
  readonly metrics: Tensor;
}

export function planUpdate(
  builder: PlanBuilder,
  layout: ParameterLayout,
  { optimizer, schedule, clip }: TrainSpec,
  tensors: UpdateTensors,
): UpdatePlan {
  const { control, parameters, weights, gradients, losses } = tensors;
  const { workgroups, workgroupSize } = chooseNorm(builder.profile, layout.elements);
  const valueClip = clip.value !== undefined;
  const partials = tensor('partials', ['workgroups+1', '4'], [workgroups + 1, 4], 'temporary', 'u32');
  const norm = gradientNorm({ elements: layout.elements, rows: losses.elements, valueClip, workgroups, workgroupSize });
  builder.dispatch('update', 'norm', norm, { control, gradients, losses, partials });

  const rows = chunkTable(layout).length / CHUNK_FIELDS;
  const chunks = tensor('chunks', ['chunks', 'fields'], [rows, CHUNK_FIELDS], 'given', 'u32');
  const count = momentsOf(optimizer.kind);
  const moments = count > 0 ? momentsTensor(layout, count) : undefined;
  const metrics = tensor('metrics', ['slots', 'fields'], [METRICS_SLOTS, METRICS_ELEMENTS], 'kept', 'u32');
  const kernel = update({
    optimizer,
    schedule,
    globalNorm: clip.globalNorm !== undefined,
    valueClip,
    elements: layout.elements,
    partials: workgroups,
    chunks: rows,
  });
  builder.dispatch('update', 'update', kernel, {
    control,
    chunks,
    partials,
    parameters,
    gradients,
    weights,
    metrics,
    ...(moments ? { moments } : {}),
  });
  return { chunks, moments, metrics };
}
