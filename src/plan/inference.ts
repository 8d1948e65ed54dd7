/** Forward plans: outputs and final states of a batch (inference, streams), and the loss of a window without gradients (validation). */
import { controlElements } from '../../shaders/common/control.ts';
import { lossSum } from '../../shaders/loss-sum.ts';
import type { ModelSpec } from '../spec/model.ts';
import { parameterTable } from '../spec/parameters.ts';
import { createPlanBuilder } from './builder.ts';
import { type CarriedState, carriedStates, planCarryIn, planCarryOut } from './carry.ts';
import { type ParameterLayout, planLayout } from './layout.ts';
import { planLoss } from './loss.ts';
import { parametersTensor, weightsTensor } from './model-tensors.ts';
import { createPlan, type Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { type Tensor, tensor } from './tensor.ts';
import { controlBlocks, uploadedTargets } from './training.ts';
import { createWiring, type Wiring } from './wiring.ts';

export interface InferencePlan {
  readonly plan: Plan;
  readonly layout: ParameterLayout;
  readonly wiring: Wiring;
  readonly control: Tensor;
  readonly carried: readonly CarriedState[];
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
  /** Encoder-decoder: time steps of what is read; default `timeSteps`. */
  readonly sourceSteps?: number;
  /** States are carried from run to run. */
  readonly stateful: boolean;
  readonly withLoss: boolean;
  /** Rows may end early; default false. */
  readonly lengths?: boolean;
  /** The gates of every layer stay readable after a run; default false. */
  readonly keepsGates?: boolean;
}

/** Pure: the same spec, options and profile give the same plan. */
export function planInference(
  spec: ModelSpec,
  { batch, timeSteps, sourceSteps = timeSteps, stateful, withLoss, lengths = false, keepsGates }: InferenceOptions,
  profile: AdapterProfile = defaultProfile,
): InferencePlan {
  const layout = planLayout(parameterTable(spec));
  const builder = createPlanBuilder(profile);
  const tensors = { parameters: parametersTensor(layout), weights: weightsTensor(layout, profile) };
  const control = tensor('control', ['A', 'fields'], [controlBlocks(spec, 1), controlElements(batch)], 'kept', 'u32');
  const sizes = { batch, timeSteps, sourceSteps, parts: 1, hasLengths: lengths, isTraining: false, hasTargets: withLoss };
  const wiring = createWiring(builder, { spec, layout, ...sizes, control, ...tensors, logitsStorage: 'kept', keepsGates });
  const carried = stateful ? carriedStates(wiring.layers, 1) : [];
  planCarryIn(builder, carried, 0);
  wiring.planForward(builder, 0);
  const { head } = wiring;
  const targets = withLoss && !wiring.targets ? uploadedTargets(spec, 1, head.rows, head.columns) : undefined;
  const sums = withLoss ? tensor('sums', ['W'], [LOSS_SLOTS], 'kept') : undefined;
  const goal = wiring.targets ?? targets;
  if (sums && goal) {
    const losses = tensor('losses', ['rows'], [head.rows]);
    const loss = { head, control, targets: goal, targetOffset: 0, losses, part: 0, gradient: false, labelSmoothing: 0 };
    planLoss(builder, spec, { ...loss, lengths: wiring.lengths?.[0] });
    builder.dispatch('loss', 'loss sum', lossSum({ rows: head.rows }), { control, losses, sums });
  }
  planCarryOut(builder, carried, 0);
  return {
    plan: createPlan(withLoss ? 'evaluate' : 'forward', profile, builder.steps),
    layout,
    wiring,
    control,
    carried,
    targets,
    sums,
    tensors,
  };
}
