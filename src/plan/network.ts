/** The network of a model as planned layers, from its input to its logits: what training, validation, inference and generation share. */
import type { CellKind } from '../../shaders/common/cell.ts';
import type { ModelSpec } from '../spec/model.ts';
import type { PlanBuilder } from './builder.ts';
import { denseHead, type Head, headGradient, planHeadBackward, planHeadForward } from './layers/dense.ts';
import {
  type LayerInput,
  layerGradient,
  outputRows,
  planInputProjection,
  planRecurrentBackward,
  planRecurrentForward,
  type RecurrentLayer,
  recurrentLayer,
} from './layers/recurrent.ts';
import { shareReduction } from './layers/weight-gradient.ts';
import type { ParameterLayout } from './layout.ts';
import { padded } from './legend.ts';
import type { Tensor } from './tensor.ts';

export interface Network {
  readonly layers: readonly RecurrentLayer[];
  readonly head: Head;
}

/** The kernels know the two forms of the GRU as two cells. */
export const cellKind = ({ recurrent: { cell, reset } }: ModelSpec): CellKind =>
  cell === 'gru' && reset === 'before' ? 'gru-before' : cell;

export function planNetwork(
  builder: PlanBuilder,
  spec: ModelSpec,
  layout: ParameterLayout,
  [timeSteps, batch]: readonly [number, number],
  input: LayerInput,
  logitsStorage: Tensor['storage'] = 'temporary',
): Network {
  const layers: RecurrentLayer[] = [];
  spec.recurrent.hiddenSize.forEach((hiddenSize, index) => {
    const optional = (name: string) => (layout.has(name) ? layout.at(name) : undefined);
    const parameters = {
      weightInput: layout.at(`rnn.weight_ih_l${index}`),
      weightHidden: layout.at(`rnn.weight_hh_l${index}`),
      biasInput: optional(`rnn.bias_ih_l${index}`),
      biasHidden: optional(`rnn.bias_hh_l${index}`),
    };
    const below = index === 0 ? input : outputRows(layers[index - 1]);
    layers.push(recurrentLayer(builder, index, cellKind(spec), [timeSteps, batch, padded(hiddenSize)], below, parameters));
  });
  const everyStep = spec.architecture !== 'many-to-one';
  const head = denseHead(layers[layers.length - 1], layout.at('head.weight'), layout.at('head.bias'), everyStep, logitsStorage);
  return { layers, head };
}

/** The forward sweep: every layer over all time steps, then the head. */
export function planNetworkForward(builder: PlanBuilder, { layers, head }: Network, weights: Tensor): void {
  for (const layer of layers) {
    planInputProjection(builder, layer, weights);
    planRecurrentForward(builder, layer, weights);
  }
  planHeadForward(builder, head, weights);
}

/** The reverse sweep, from the gradients that stand in the logits, through `outputGradient` of planOutputGradient; returns ∂L/∂input if wanted. */
export function planNetworkBackward(
  builder: PlanBuilder,
  { layers, head }: Network,
  parameters: Tensor,
  gradients: Tensor,
  outputGradient: Tensor,
  wantsInputGradient: boolean,
): Tensor | undefined {
  const top = layers[layers.length - 1];
  const reduction = shareReduction(builder.profile, 'gradient_top', layerGradient(top, gradients), headGradient(head, gradients));
  planHeadBackward(builder, head, parameters, gradients, outputGradient, reduction);
  let gradient: Tensor | undefined = outputGradient;
  for (const layer of [...layers].reverse()) {
    if (!gradient) throw new Error(`layer ${layer.layer} must have a gradient from above, got none`);
    gradient = planRecurrentBackward(
      builder,
      layer,
      parameters,
      gradients,
      gradient,
      layer.layer > 0 || wantsInputGradient,
      layer === top ? reduction : undefined,
    );
  }
  return gradient;
}
