/** States that outlive a run: copied into row 0 before the sweep, taken after it from the row where the next window starts. */
import type { PlanBuilder } from './builder.ts';
import type { RecurrentLayer } from './layers/recurrent.ts';
import { type Tensor, tensor } from './tensor.ts';

/** The carried h (and c) of one layer, [A, B, H]. */
export interface CarriedState {
  readonly layer: RecurrentLayer;
  readonly h: Tensor;
  readonly c?: Tensor;
}

export function carriedStates(layers: readonly RecurrentLayer[], parts: number, name = 'carried'): CarriedState[] {
  return layers.map((layer) => {
    const carried = (state: string) =>
      tensor(`${name}_${state}_l${layer.layer}`, ['A', 'B', 'H'], [parts, layer.batch, layer.hiddenSize], 'kept');
    return { layer, h: carried('h'), c: layer.cells ? carried('c') : undefined };
  });
}

export function planCarryIn(builder: PlanBuilder, states: readonly CarriedState[], part: number): void {
  for (const { layer, h, c } of states) {
    const elements = layer.batch * layer.hiddenSize;
    builder.copy(`carry in h_l${layer.layer}`, h, part * elements, layer.states, 0, elements);
    if (c && layer.cells) builder.copy(`carry in c_l${layer.layer}`, c, part * elements, layer.cells, 0, elements);
  }
}

/** `row`: time steps from this window's start to the next one's; default T. */
export function planCarryOut(builder: PlanBuilder, states: readonly CarriedState[], part: number, row?: number): void {
  for (const { layer, h, c } of states) {
    const from = row ?? layer.timeSteps;
    const elements = layer.batch * layer.hiddenSize;
    builder.copy(`carry out h_l${layer.layer}`, layer.states, from * elements, h, part * elements, elements);
    if (c && layer.cells) builder.copy(`carry out c_l${layer.layer}`, layer.cells, from * elements, c, part * elements, elements);
  }
}
