/**
 * One whole training step as a plan: gather, forward sweep, loss over all time steps, reverse sweep (BPTT), norm, clip, update.
 * Memory, in floats, of a layer: T·B·P·H gates + (T + 1)·B·H states (twice for LSTM) + T·B·H output gradients, the last shared by all layers in turns of two.
 */

import { accumulate } from '../../shaders/accumulate.ts';
import { controlElements } from '../../shaders/common/control.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import type { TrainSpec } from '../spec/train.ts';
import { createPlanBuilder } from './builder.ts';
import { type CarriedState, carriedStates, planCarryIn, planCarryOut } from './carry.ts';
import { type InputShape, type NetworkInput, networkInput, planEmbeddingGradient, planGather } from './layers/input.ts';
import type { RecurrentLayer } from './layers/recurrent.ts';
import type { Stack } from './layers/stack.ts';
import { type ParameterLayout, planLayout } from './layout.ts';
import { planLoss } from './loss.ts';
import { gradientsTensor, parametersTensor, weightsTensor } from './model-tensors.ts';
import { type Network, planNetwork, planNetworkBackward, planNetworkForward, planOutputGradient } from './network.ts';
import { createPlan, type Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { elementwiseWorkgroup } from './strategy.ts';
import { type Tensor, tensor } from './tensor.ts';
import { planUpdate, type UpdatePlan } from './update.ts';

export interface TrainingPlan {
  readonly plan: Plan;
  readonly layout: ParameterLayout;
  readonly network: Network;
  readonly input: NetworkInput;
  readonly control: Tensor;
  /** Where the host uploads targets, unless they are gathered: ids [A, rows] u32, or values [A, rows, V]. */
  readonly targets?: Tensor;
  /** Time steps of each row, [B] u32, one tensor per micro-batch. */
  readonly lengths?: readonly Tensor[];
  readonly carried: readonly CarriedState[];
  readonly update: UpdatePlan;
  readonly tensors: { readonly parameters: Tensor; readonly weights: Tensor; readonly gradients: Tensor };
}

/** Targets that lie beside the input ids are gathered with them: a token for each time step. */
export const gathersTargets = ({ input, output, architecture }: ModelSpec): boolean =>
  input.kind === 'tokens' && output.kind === 'softmax' && architecture !== 'many-to-one';

/** The tensor that the host fills with targets, where they are not gathered. */
export function uploadedTargets(spec: ModelSpec, parts: number, rows: number, columns: number): Tensor {
  return spec.output.kind === 'softmax'
    ? tensor('targets', ['A', 'rows'], [parts, rows], 'kept', 'u32')
    : tensor('targets', ['A', 'rows', 'V'], [parts, rows, columns], 'kept');
}

/** Pure: the same specs and profile give the same plan. */
export function planTraining(spec: ModelSpec, train: TrainSpec, profile: AdapterProfile = defaultProfile): TrainingPlan {
  const { batch, timeSteps, accumulate: parts, stateful, loss } = train;
  const layout = planLayout(parameterTable(spec));
  const builder = createPlanBuilder(profile);
  const shape: InputShape = { batch, timeSteps, parts, isTraining: true, gathersTargets: gathersTargets(spec) };
  const input = networkInput(spec, shape);
  const tensors = { parameters: parametersTensor(layout), weights: weightsTensor(layout), gradients: gradientsTensor(layout) };
  const { parameters, weights, gradients } = tensors;
  const control = tensor('control', ['A', 'fields'], [parts, controlElements(batch)], 'kept', 'u32');
  const lengths = train.lengths
    ? Array.from({ length: parts }, (_, part) => tensor(`lengths_${part}`, ['B'], [batch], 'kept', 'u32'))
    : undefined;
  const network = planNetwork(builder, spec, layout, { timeSteps, batch, input: input.layer, lengths: lengths?.[0], control });
  const { head } = network;
  const targets = shape.gathersTargets ? undefined : uploadedTargets(spec, parts, head.rows, head.columns);
  const losses = tensor('losses', ['A', 'rows'], [parts, head.rows]);
  const carried = stateful ? carriedStates(network.layers, parts) : [];
  const partGradients = parts > 1 ? tensor('part gradients', ['N'], [layout.elements], 'kept') : gradients;

  for (let part = 0; part < parts; part++) {
    const partNetwork = part === 0 ? network : { ...network, stack: atPart(network.stack, part, lengths?.[part]) };
    planCarryIn(builder, carried, part);
    const outputGradient = planOutputGradient(builder, partNetwork);
    planGather(builder, spec, layout, input, shape, control, parameters, part);
    planNetworkForward(builder, partNetwork, weights);
    const partTargets = input.gather?.targets ?? targets;
    if (!partTargets) throw new Error('a training plan must have targets, got none');
    planLoss(builder, spec, {
      head,
      control,
      targets: partTargets,
      targetOffset: targets ? (part * targets.elements) / parts : 0,
      losses,
      part,
      gradient: true,
      labelSmoothing: loss.labelSmoothing,
      lengths: lengths?.[part],
    });
    const inputGradient = planNetworkBackward(
      builder,
      partNetwork,
      parameters,
      partGradients,
      outputGradient,
      input.gather?.embedded !== undefined,
    );
    if (inputGradient) planEmbeddingGradient(builder, spec, layout, input, shape, inputGradient, partGradients);
    if (parts > 1) {
      const kernel = accumulate({ elements: layout.elements, workgroupSize: elementwiseWorkgroup(profile) });
      builder.dispatch(
        'backward',
        `accumulate ${part}`,
        kernel,
        { source: partGradients, accumulated: gradients },
        { first: part === 0 ? 1 : 0 },
      );
    }
    if (part < parts - 1) planCarryOut(builder, carried, part);
  }
  const update = planUpdate(builder, layout, train, { control, parameters, weights, gradients, losses });
  // last, because a copy in between would end the pass
  planCarryOut(builder, carried, parts - 1);
  return { plan: createPlan('train', profile, builder.steps), layout, network, input, control, targets, lengths, carried, update, tensors };
}

/** The lowest layer reads the uploaded rows of its micro-batch, every layer its lengths, dropout its noise. */
function atPart(stack: Stack, part: number, lengths: Tensor | undefined): Stack {
  const { batch, timeSteps } = stack.options;
  const moved = (layer: RecurrentLayer): RecurrentLayer => {
    const { input } = layer;
    const isUploaded = input.kind === 'rows' && layer.layer === 0 && input.rows.storage === 'kept';
    return { ...layer, lengths, input: isUploaded ? { ...input, offset: part * timeSteps * batch * input.columns } : input };
  };
  return {
    ...stack,
    options: { ...stack.options, lengths, controlOffset: part * controlElements(batch) },
    layers: stack.layers.map((layer) => ({ ...layer, directions: layer.directions.map(moved) })),
  };
}
