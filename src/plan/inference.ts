/** Forward plans: outputs and final states of a batch (inference, streams), and the loss of a window without gradients (validation). */
import { controlElements } from '../../shaders/common/control.ts';
import { lossSum } from '../../shaders/loss-sum.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { createPlanBuilder } from './builder.ts';
import { type CarriedState, carriedStates, planCarryIn, planCarryOut } from './carry.ts';
import { type InputShape, type NetworkInput, networkInput, planGather } from './layers/input.ts';
import { type ParameterLayout, planLayout } from './layout.ts';
import { planLoss } from './loss.ts';
import { parametersTensor, weightsTensor } from './model-tensors.ts';
import { type Network, planNetwork, planNetworkForward } from './network.ts';
import { createPlan, type Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { type Tensor, tensor } from './tensor.ts';
import { gathersTargets, uploadedTargets } from './training.ts';

export interface InferencePlan {
  readonly plan: Plan;
  readonly layout: ParameterLayout;
  readonly network: Network;
  readonly input: NetworkInput;
  readonly control: Tensor;
  readonly carried: readonly CarriedState[];
  /** [B] u32. */
  readonly lengths?: Tensor;
  /** Only with a loss: uploaded targets (unless gathered) and one sum of losses per window. */
  readonly targets?: Tensor;
  readonly sums?: Tensor;
  readonly tensors: { readonly parameters: Tensor; readonly weights: Tensor };
}

/** Windows whose loss sums lie side by side before the host reads them. */
export const LOSS_SLOTS = 256;

export interface InferenceOptions {
  readonly batch: number;
  readonly timeSteps: number;
  /** States are carried from run to run. */
  readonly stateful: boolean;
  readonly withLoss: boolean;
  /** Rows may end early. */
  readonly lengths?: boolean;
}

/** Pure: the same spec, options and profile give the same plan. */
export function planInference(
  spec: ModelSpec,
  { batch, timeSteps, stateful, withLoss, lengths: hasLengths = false }: InferenceOptions,
  profile: AdapterProfile = defaultProfile,
): InferencePlan {
  const layout = planLayout(parameterTable(spec));
  const builder = createPlanBuilder(profile);
  const shape: InputShape = { batch, timeSteps, parts: 1, isTraining: false, gathersTargets: withLoss && gathersTargets(spec) };
  const input = networkInput(spec, shape);
  const tensors = { parameters: parametersTensor(layout), weights: weightsTensor(layout) };
  const control = tensor('control', ['fields'], [controlElements(batch)], 'kept', 'u32');
  const lengths = hasLengths ? tensor('lengths', ['B'], [batch], 'kept', 'u32') : undefined;
  const network = planNetwork(builder, spec, layout, { timeSteps, batch, input: input.layer, lengths, logitsStorage: 'kept' });
  const carried = stateful ? carriedStates(network.layers, 1) : [];
  planCarryIn(builder, carried, 0);
  planGather(builder, spec, layout, input, shape, control, tensors.parameters, 0);
  planNetworkForward(builder, network, tensors.weights);
  const { head } = network;
  const targets = withLoss && !shape.gathersTargets ? uploadedTargets(spec, 1, head.rows, head.columns) : undefined;
  const sums = withLoss ? tensor('sums', ['W'], [LOSS_SLOTS], 'kept') : undefined;
  const goal = input.gather?.targets ?? targets;
  if (sums && goal) {
    const losses = tensor('losses', ['rows'], [head.rows]);
    planLoss(builder, spec, {
      head,
      control,
      targets: goal,
      targetOffset: 0,
      losses,
      part: 0,
      gradient: false,
      labelSmoothing: 0,
      lengths,
    });
    builder.dispatch('loss', 'loss sum', lossSum({ rows: head.rows }), { control, losses, sums });
  }
  planCarryOut(builder, carried, 0);
  return {
    plan: createPlan(withLoss ? 'evaluate' : 'forward', profile, builder.steps),
    layout,
    network,
    input,
    control,
    carried,
    lengths,
    targets,
    sums,
    tensors,
  };
}
