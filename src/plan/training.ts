/**
 * One whole training step as a plan: gather, forward sweep, loss over all time steps, reverse sweep (BPTT), norm, clip, update.
 * Memory, in floats, of a layer: T·B·P·H gates + (T + 1)·B·H states (twice for LSTM) + T·B·H output gradients, the last shared by all layers in turns of two.
 */

import { accumulate as accumulated } from '../../shaders/accumulate.ts';
import { controlElements } from '../../shaders/common/control.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { segmentsOf } from '../spec/recompute.ts';
import { overlapOf, type TrainSpec, updateEveryOf } from '../spec/train.ts';
import { createPlanBuilder } from './builder.ts';
import { type CarriedState, carriedStates, planCarryIn, planCarryOut } from './carry.ts';
import { type ParameterLayout, planLayout } from './layout.ts';
import { planLoss } from './loss.ts';
import { gradientsTensor, parametersTensor, weightsTensor } from './model-tensors.ts';
import { createPlan, type Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { planSegments } from './segments.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';
import { planTimeStepClip } from './time-step-clip.ts';
import { metricsTensor, planUpdate, type UpdatePlan } from './update.ts';
import { createWatch, type FiniteLayer, type WatchedLayer } from './watch.ts';
import { createWiring, type Wiring } from './wiring.ts';

export interface TrainingPlan {
  readonly plan: Plan;
  readonly layout: ParameterLayout;
  readonly wiring: Wiring;
  readonly control: Tensor;
  /** Where the host uploads targets, unless they are gathered: ids [A, rows] u32, or values [A, rows, V]. */
  readonly targets?: Tensor;
  readonly carried: readonly CarriedState[];
  readonly update: UpdatePlan;
  /** With `monitor`: what is measured of each direction of each layer, the one that is swept first in front. */
  readonly watched: readonly WatchedLayer[];
  /** Unless a gradient that is not finite is skipped: where it is seen at which time steps, the layer that is swept first in front. */
  readonly finite: readonly FiniteLayer[];
  readonly tensors: { readonly parameters: Tensor; readonly weights: Tensor; readonly gradients: Tensor };
}

/** The tensor that the host fills with targets, where they are not gathered. */
export function uploadedTargets(spec: ModelSpec, parts: number, rows: number, columns: number): Tensor {
  return spec.output.kind === 'softmax'
    ? tensor('targets', ['A', 'rows'], [parts, rows], 'kept', 'u32')
    : tensor('targets', ['A', 'rows', 'V'], [parts, rows, columns], 'kept');
}

/** Micro-batches of a step, or segments of its window: they take turns in the same tensors. */
export const partsOf = (train: TrainSpec): number => train.accumulate * segmentsOf(train).segments;

/** Blocks of control: one per part, and where an encoder gathers too, as many again. */
export const controlBlocks = (spec: ModelSpec, parts: number): number => (spec.architecture === 'encoder-decoder' ? 2 * parts : parts);

/** Pure: the same specs and profile give the same plan. */
export function planTraining(spec: ModelSpec, train: TrainSpec, profile: AdapterProfile = defaultProfile): TrainingPlan {
  const { batch, sourceSteps = train.timeSteps, accumulate, stateful, loss } = train;
  const { segments, segmentSteps: timeSteps } = segmentsOf(train);
  const parts = partsOf(train);
  const layout = planLayout(parameterTable(spec));
  const builder = createPlanBuilder(profile);
  const tensors = { parameters: parametersTensor(layout), weights: weightsTensor(layout, profile), gradients: gradientsTensor(layout) };
  const { parameters, weights, gradients } = tensors;
  const control = tensor('control', ['A', 'fields'], [controlBlocks(spec, parts), controlElements(batch)], 'kept', 'u32');
  const sizes = { batch, timeSteps, sourceSteps, parts, hasLengths: train.lengths, isTraining: true, hasTargets: true };
  const metrics = metricsTensor();
  const halting = train.nonFinite === 'skip' ? undefined : metrics;
  const watch = createWatch({ parts, monitor: train.monitor, control, halting });
  const clip = planTimeStepClip(builder, train.clip);
  const { feedback: fed } = train;
  const feedback = fed.kind === 'scheduled' ? { ...fed, metrics } : fed.kind === 'free' ? fed : undefined;
  const wiring = createWiring(builder, { spec, layout, ...sizes, control, parameters, weights, watch, clip, feedback });
  const { head } = wiring;
  const targets = wiring.targets ? undefined : uploadedTargets(spec, parts, head.rows, head.columns);
  const goal = wiring.targets ?? targets;
  if (!goal) throw new Error('a training plan must have targets, got none');
  const losses = tensor('losses', ['A', 'rows'], [parts, head.rows]);
  const carried = stateful ? carriedStates(wiring.layers, accumulate) : [];
  const partGradients = parts > 1 ? tensor('part gradients', ['N'], [layout.elements], 'kept') : gradients;

  const planLossOf = (part: number): void =>
    planLoss(builder, spec, {
      head,
      control,
      targets: goal,
      targetOffset: targets ? (part * targets.elements) / parts : 0,
      losses,
      part,
      gradient: true,
      labelSmoothing: loss.labelSmoothing,
      lengths: wiring.lengths?.[part],
      overlap: overlapOf(train),
    });
  const planAccumulate = (part: number, isFirst: boolean): void => {
    const kernel = accumulated({ elements: layout.elements, workgroupSize: elementwiseWorkgroup(profile) });
    const bound = { source: partGradients, accumulated: gradients };
    builder.dispatch('backward', `accumulate ${part}`, kernel, bound, { first: isFirst ? 1 : 0 });
  };
  const planSweeps = (): (() => void) => {
    if (segments > 1) {
      const plan = { wiring, segments, carried, gradients: partGradients, planLoss: planLossOf, planAccumulate };
      return planSegments(builder, plan).planCarrySegments;
    }
    for (let part = 0; part < parts; part++) {
      planCarryIn(builder, carried, part);
      wiring.prepare(builder, part);
      wiring.planForward(builder, part);
      planLossOf(part);
      wiring.planBackward(builder, part, partGradients);
      if (parts > 1) planAccumulate(part, part === 0);
      if (part < parts - 1) planCarryOut(builder, carried, part, updateEveryOf(train));
    }
    return () => planCarryOut(builder, carried, parts - 1, updateEveryOf(train));
  };
  const planLastCarry = planSweeps();
  const update = planUpdate(builder, layout, train, { control, parameters, weights, gradients, losses, metrics, clip });
  // last, because a copy in between would end the pass
  planLastCarry();
  return {
    plan: createPlan('train', profile, builder.steps),
    layout,
    wiring,
    control,
    targets,
    carried,
    update,
    watched: watch?.layers ?? [],
    finite: watch?.finite ?? [],
    tensors,
  };
}
