/**
 * A stack of layers as a wavefront: at once layer 0 at time step t, the product with W of layer 1 at t - 1, layer 1 at t - 2, and so on, each in workgroups of its own of
 * one dispatch. T + 2 (L - 1) turns one after the other instead of L T; in reverse the same, the top layer first. Every sum runs in the order that it has without.
 *
 * Of all L layers the gradients with respect to their outputs are alive at once, which otherwise take turns in two buffers.
 */
import type { PlanBuilder } from '../builder.ts';
import type { AdapterProfile } from '../profile.ts';
import type { Tensor } from '../tensor.ts';
import { directionGradients, planJoin, planJoinBackward } from './join.ts';
import type { RecurrentLayer } from './recurrent.ts';
import { type BackwardWish, beginRecurrentSweep, planRecurrentGradients } from './recurrent-backward.ts';
import { planRecurrentForward } from './recurrent-forward.ts';
import { inputGradientTensor, planInputGradient, planInputProjection } from './recurrent-input.ts';
import { planFinal, planRecurrentSweep, type ReverseSweep } from './recurrent-sweep.ts';
import type { InitialGradient, Stack, StackGradient, StackLayer } from './stack.ts';
import { planStart, planStartBackward } from './start.ts';

/** Whether layers run so: where it was chosen, there is more than one, and each takes one time step a dispatch and needs nothing of later ones. */
export const isWavefront = ({ kernel }: AdapterProfile, { options, layers }: Stack): boolean =>
  kernel === 'wavefront' &&
  !options.bidirectional &&
  layers.length > 1 &&
  layers.every(({ directions: [layer] }) => layer.choice.kernel === 'step' && !layer.norm);

/** Plans what a stage does at one time step; what it needs, the stages before it did at that step, and it itself at the step before. */
type Stage = (builder: PlanBuilder, t: number) => void;

/** All stages over time steps 0 to T - 1 of `order`, each one turn behind the one before it. */
function planDiagonals(builder: PlanBuilder, stages: readonly Stage[], order: readonly number[]): void {
  for (let turn = 0; turn < order.length + stages.length - 1; turn++) {
    const active = stages.filter((_, place) => turn >= place && turn - place < order.length);
    const first = stages.indexOf(active[0]);
    builder.together(active.map((stage, place) => (own: PlanBuilder) => stage(own, order[turn - first - place])));
  }
}

const timeSteps = ({ options }: Stack): number[] => Array.from({ length: options.timeSteps }, (_, t) => t);

/** See planStackForward: what it plans for every layer, by time steps. */
export function planWavefrontForward(builder: PlanBuilder, stack: Stack, weights: Tensor): void {
  const { options, layers } = stack;
  for (const { directions } of layers) planStart(builder, directions[0], weights, options.anew);
  // the input of the lowest layer is all there
  planInputProjection(builder, layers[0].directions[0], weights);
  const stages = layers.flatMap((stackLayer, index): Stage[] => {
    const [layer] = stackLayer.directions;
    return [
      ...(index > 0 ? [(own: PlanBuilder, t: number) => planInputProjection(own, layer, weights, t, 1)] : []),
      (own, t) => planRecurrentForward(own, layer, weights, t, t + 1),
      ...(stackLayer.isJoined ? [(own: PlanBuilder, t: number) => planJoin(own, options, stackLayer, t, 1)] : []),
    ];
  });
  planDiagonals(builder, stages, timeSteps(stack));
}

interface Wave {
  readonly stackLayer: StackLayer;
  readonly layer: RecurrentLayer;
  /** ∂L/∂output, rows as in [T + 1, B, H]. */
  readonly above: Tensor;
  readonly sweep: ReverseSweep;
  readonly wish: BackwardWish;
}

/** See planStackBackward. Parameter gradients come after the sweeps, over all time steps at once. */
export function planWavefrontBackward(
  builder: PlanBuilder,
  stack: Stack,
  parameters: Tensor,
  gradients: Tensor,
  { above: fromHead, finals, wantsInput, initial, reduction }: StackGradient,
): { readonly input?: Tensor; readonly initial: readonly InitialGradient[] } {
  const { options, layers } = stack;
  let above = Array.isArray(fromHead) ? (fromHead as readonly Tensor[])[0] : (fromHead as Tensor);
  const waves: Wave[] = [];
  for (const stackLayer of [...layers].reverse()) {
    const [layer] = stackLayer.directions;
    const wish = {
      wantsInput: layer.layer === 0 && wantsInput,
      reduction: layer.layer === layers.length - 1 ? reduction : undefined,
      initial: initial || layer.start !== undefined,
      finalCell: finals?.[layer.layer]?.[0]?.c,
      watch: options.watch,
      clip: options.clip,
    };
    const received = stackLayer.isJoined ? directionGradients(stackLayer)[0] : above;
    waves.push({ stackLayer, layer, above, wish, sweep: beginRecurrentSweep(builder, layer, parameters, received, wish) });
    if (layer.layer > 0) above = inputGradientTensor(layer, inputOf(layer));
  }
  const stages = waves.flatMap(({ stackLayer, layer, sweep, above: output }, index): Stage[] => [
    ...(stackLayer.isJoined
      ? [(own: PlanBuilder, t: number) => void planJoinBackward(own, options, stackLayer, output, [sweep.outputGradient], t, 1)]
      : []),
    // a turn later: then the row of the step before is there, to which it adds
    ...(index > 0 && reachesAhead(layer) ? [() => {}] : []),
    (own, t) => {
      if (t === layer.timeSteps - 1) planFinal(own, layer, finals?.[layer.layer]?.[0]?.h, sweep.outputGradient);
      // the turn of the initial state comes ahead of that of step 0
      const ahead = sweep.initial ? 1 : 0;
      planRecurrentSweep(own, layer, sweep, t === 0 ? 0 : t + ahead, t + 1 + ahead);
    },
    ...(index + 1 < waves.length
      ? [
          (own: PlanBuilder, t: number) =>
            void planInputGradient(own, layer, inputOf(layer), parameters, layer.gates, waves[index + 1].above, t, 1, false),
        ]
      : []),
  ]);
  planDiagonals(builder, stages, timeSteps(stack).reverse());
  let input: Tensor | undefined;
  const initials: InitialGradient[] = [];
  for (const { layer, sweep, wish } of waves) {
    const made = planRecurrentGradients(builder, layer, sweep, gradients, wish);
    const first = { h: sweep.outputGradient, c: made.initialCell };
    planStartBackward(builder, layer, gradients, first, options.anew);
    initials.unshift(first);
    input = made.input;
  }
  return { input, initial: initials };
}

/** Rows that have ended, and units that zoneout holds, hand ∂L/∂h of a step to the one before ahead of its turn, in its row of outputGradient (decisions 0016 and 0021). */
const reachesAhead = ({ lengths, noise }: RecurrentLayer): boolean => lengths !== undefined || (noise?.zoneout ?? 0) > 0;

function inputOf({ input, name }: RecurrentLayer) {
  if (input.kind !== 'rows') throw new Error(`layer ${name} must read rows, got tokens`);
  return input;
}
