/** Attention alone as a plan, with the sizes and parameters of its chain of twins. */
import { createPlanBuilder } from '../plan/builder.ts';
import { type Attention, attentionLayer, planAttentionForward, planAttentionKeys } from '../plan/layers/attention.ts';
import { attentionSweep, planAttentionGradients, planAttentionSweep } from '../plan/layers/attention-backward.ts';
import { type ParameterLayout, planLayout } from '../plan/layout.ts';
import { gradientsTensor, parametersTensor, weightsTensor } from '../plan/model-tensors.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import { type AdapterProfile, defaultProfile } from '../plan/profile.ts';
import { type Tensor, tensor } from '../plan/tensor.ts';
import type { AttentionChain } from '../reference/attention-chain.ts';
import type { Parameter } from '../spec/parameters.ts';

export interface AttentionPlan {
  readonly plan: Plan;
  readonly layout: ParameterLayout;
  readonly attention: Attention;
  /** ∂L/∂output, which the plan is given; ∂L/∂states and ∂L/∂source, which it leaves in given tensors. */
  readonly outputGradient: Tensor;
  readonly stateGradient: Tensor;
  readonly sourceGradient: Tensor;
}

export interface AttentionVariety {
  /** Either sweep in one piece (the default), or as many decoder steps at a time. */
  readonly stepsAtOnce?: number;
  /** The source gradient already holds numbers, to which attention's are added. */
  readonly accumulate?: boolean;
}

/** The states begin one row of time late, as a layer's outputs do behind its first state; the lengths behind two other numbers. */
export const lengthsOffset = 2;

function tableOf({ options }: AttentionChain): readonly Parameter[] {
  const { kind, attention, values, hidden, blocks } = options;
  const isAdditive = kind === 'additive';
  const width = isAdditive ? attention : values;
  const parameter = (name: string, shape: readonly number[], rowBlocks = 1, columnBlocks = 1): Parameter => ({
    name: `attention.${name}.weight`,
    shape,
    blocks: rowBlocks,
    columnBlocks,
    initializer: { kind: 'zeros' },
    elements: shape[0] * shape[1],
    offset: 0,
  });
  return [
    parameter('query', [width, hidden], isAdditive ? 1 : blocks),
    ...(isAdditive ? [parameter('key', [attention, values], 1, blocks), parameter('score', [1, attention])] : []),
    parameter('combine', [hidden, values + hidden]),
  ];
}

export function attentionPlan(chain: AttentionChain, profile: AdapterProfile, variety: AttentionVariety = {}): AttentionPlan {
  const { options, shape, hiddenSize } = chain;
  const { kind, scale, batch, targetSteps, sourceSteps, valueSize } = shape;
  const { stepsAtOnce = targetSteps, accumulate = false } = variety;
  const layout = planLayout(tableOf(chain));
  const [parameters, weights, gradients] = [parametersTensor(layout), weightsTensor(layout, defaultProfile), gradientsTensor(layout)];
  const builder = createPlanBuilder(profile);
  const rows = (name: string, steps: number, columns: number) => tensor(name, ['T', 'B', 'C'], [steps, batch, columns], 'given');
  const optional = (name: string) => (layout.has(name) ? layout.at(name) : undefined);
  const attention = attentionLayer(builder, {
    kind,
    scale,
    batch,
    targetSteps,
    sourceSteps,
    states: { rows: rows('states', targetSteps + 1, hiddenSize), offset: batch * hiddenSize, columns: hiddenSize },
    source: { rows: rows('source', sourceSteps + 1, valueSize), offset: batch * valueSize, columns: valueSize, blocks: options.blocks },
    lengths: { tensor: tensor('lengths', ['B'], [lengthsOffset + batch], 'given', 'u32'), offset: lengthsOffset },
    parameters: {
      query: layout.at('attention.query.weight'),
      key: optional('attention.key.weight'),
      score: optional('attention.score.weight'),
      combine: layout.at('attention.combine.weight'),
    },
    outputStorage: 'kept',
  });
  const outputGradient = rows('outputGradient', targetSteps, hiddenSize);
  const stateGradient = rows('stateGradient', targetSteps, hiddenSize);
  const sourceGradient = rows('sourceGradient', sourceSteps, valueSize);
  planAttentionKeys(builder, attention, weights);
  for (let first = 0; first < targetSteps; first += stepsAtOnce) {
    planAttentionForward(builder, attention, weights, parameters, first, Math.min(stepsAtOnce, targetSteps - first));
  }
  const sweep = attentionSweep(attention, outputGradient, { tensor: stateGradient, offset: 0 });
  const last = Math.floor((targetSteps - 1) / stepsAtOnce) * stepsAtOnce;
  for (let first = last; first >= 0; first -= stepsAtOnce) {
    planAttentionSweep(builder, attention, parameters, sweep, first, Math.min(stepsAtOnce, targetSteps - first));
  }
  planAttentionGradients(builder, attention, parameters, gradients, sweep, { tensor: sourceGradient, offset: 0 }, accumulate);
  return { plan: createPlan('attention', profile, builder.steps), layout, attention, outputGradient, stateGradient, sourceGradient };
}
