/**
 * A window that is too long to keep: of its segments only the states in between are kept. Once forward without logits; then, from the last segment to the first,
 * forward again from its kept state, loss, and the reverse sweep, which takes up the gradient that the segment after it left.
 * Gradient checkpointing over time steps: Chen et al. 2016; for recurrent networks Gruslys et al. 2016.
 */
import type { PlanBuilder } from './builder.ts';
import { type CarriedState, carriedStates, planCarryIn, planCarryOut } from './carry.ts';
import type { FinalGradient } from './layers/stack.ts';
import { type Tensor, tensor } from './tensor.ts';
import type { Wiring } from './wiring.ts';

export interface SegmentsPlan {
  /** Its parts are the segments. */
  readonly wiring: Wiring;
  readonly segments: number;
  /** Where the window begins, if not at zero, and where the next one does. */
  readonly carried: readonly CarriedState[];
  /** What becomes of the logits of a segment. */
  readonly planLoss: (part: number) => void;
  /** Of one segment. */
  readonly gradients: Tensor;
  /** Adds `gradients` to those of the segments before, of which there are none the first time. */
  readonly planAccumulate: (part: number, isFirst: boolean) => void;
}

/** Everything but the last copy, which `planCarrySegments` makes after the update, since a copy ends the pass. */
export function planSegments(builder: PlanBuilder, plan: SegmentsPlan): { readonly planCarrySegments: () => void } {
  const { wiring, segments, carried, gradients } = plan;
  const { layers, segments: sweeps } = wiring;
  if (!sweeps) throw new Error('segments need a wiring that has them');
  // slot s holds the states ahead of segment s; slot 0 of a window that begins at zero is never written
  const between = carriedStates(layers, segments + 1, 'between');
  const finals = layers.map(({ layer, batch, hiddenSize, cells }) => {
    const final = (name: string): Tensor => tensor(`final_${name}_l${layer}`, ['B', 'H'], [batch, hiddenSize], 'kept');
    return { h: final('h'), c: cells && final('c') };
  });
  copyStates(builder, carried, 0, between, 0);
  for (const { c } of finals) if (c) builder.clear('no cell gradient after the window', c);

  for (let part = 0; part < segments - 1; part++) {
    planCarryIn(builder, between, part);
    sweeps.planStates(builder, part);
    planCarryOut(builder, between, part + 1);
  }
  for (let part = segments - 1; part >= 0; part--) {
    const isLast = part === segments - 1;
    planCarryIn(builder, between, part);
    wiring.prepare(builder, part);
    wiring.planForward(builder, part);
    plan.planLoss(part);
    const after = finals.map(({ h, c }): FinalGradient => ({ ...(!isLast && { h: { tensor: h, offset: 0 } }), ...(c && { c }) }));
    const left = sweeps.planBackward(builder, part, gradients, after);
    plan.planAccumulate(part, isLast);
    if (isLast && carried.length > 0) planCarryOut(builder, between, segments);
    // the cell's gradient is swept in place, from one end of the segment to the other
    if (part > 0) {
      for (const [index, { layer, batch, hiddenSize }] of layers.entries())
        builder.copy(`gradient ahead of segment ${part}, l${layer}`, left[index].h, 0, finals[index].h, 0, batch * hiddenSize);
    }
  }
  return { planCarrySegments: () => copyStates(builder, between, segments, carried, 0) };
}

/** The states of one slot to another; nothing where either has none. */
function copyStates(builder: PlanBuilder, from: readonly CarriedState[], slot: number, to: readonly CarriedState[], toSlot: number): void {
  if (from.length !== to.length) return;
  for (const [index, { layer, h, c }] of from.entries()) {
    const elements = layer.batch * layer.hiddenSize;
    const target = to[index];
    builder.copy(`states h_l${layer.layer}`, h, slot * elements, target.h, toSlot * elements, elements);
    if (c && target.c) builder.copy(`states c_l${layer.layer}`, c, slot * elements, target.c, toSlot * elements, elements);
  }
}
