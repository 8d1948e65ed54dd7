/** Plans every parameter gradient of one layer: one dispatch, and a second that adds the parts where the product is split. */
import { CELLS, type CellKind } from '../../../shaders/common/cell.ts';
import type { Tile } from '../../../shaders/common/product.ts';
import { sumParts } from '../../../shaders/sum-parts.ts';
import { weightGradient } from '../../../shaders/weight-gradient.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import type { AdapterProfile } from '../profile.ts';
import { chooseParts, chooseProduct, elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';

export interface WeightGradientPlan {
  readonly label: string;
  readonly cell: CellKind | 'dense';
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  /** 0: no weight_ih here (one-hot input). */
  readonly inputSize: number;
  /** Whether weight_hh is among them; default true. */
  readonly hidden?: boolean;
  readonly gates: Tensor;
  readonly input?: Tensor;
  readonly inputOffset?: number;
  readonly states?: Tensor;
  readonly gradients: Tensor;
  readonly weightInput?: PackedParameter;
  readonly weightHidden?: PackedParameter;
  readonly biasInput?: PackedParameter;
  readonly biasHidden?: PackedParameter;
}

/** A product split over positions: every part has a copy of the stretch of gradients that begins at `first`. */
export interface Reduction {
  readonly first: number;
  readonly parts: number;
  /** [parts, stretch] */
  readonly scratch: Tensor;
}

interface Shape {
  readonly tile: Tile;
  readonly workgroupSize: number;
  readonly parts: number;
  /** The layer's gradients are neighbours in the flat buffer: elements `first` to `end`. */
  readonly first: number;
  readonly end: number;
}

function shapeOf(profile: AdapterProfile, plan: WeightGradientPlan): Shape {
  const { cell, batch, timeSteps, hiddenSize, inputSize } = plan;
  const rows = (cell === 'dense' ? 1 : CELLS[cell].gates) * hiddenSize;
  const hasHidden = cell !== 'dense' && plan.hidden !== false;
  const widths = [...(hasHidden ? [hiddenSize] : []), ...(inputSize > 0 ? [inputSize] : [])];
  const flop = 2 * batch * timeSteps * rows * widths.reduce((sum, width) => sum + width, 0);
  const { tile, workgroupSize } = chooseProduct(profile, rows, widths, true, flop);
  const threads = Math.ceil(rows / tile.rows) * Math.ceil((hiddenSize + inputSize) / 4 / tile.vectors);
  const entries = [plan.weightInput, plan.weightHidden, plan.biasInput, plan.biasHidden].filter((entry) => entry !== undefined);
  const first = Math.min(...entries.map(({ offset }) => offset));
  const end = Math.max(...entries.map(({ offset, rows: height, columns }) => offset + height * columns));
  return { tile, workgroupSize, parts: chooseParts(profile, threads, batch * timeSteps, (end - first) * 4), first, end };
}

const createReduction = (label: string, parts: number, first: number, end: number): Reduction => ({
  first,
  parts,
  scratch: tensor(`${label} parts`, ['parts', 'N'], [parts, end - first]),
});

/** One reduction for two gradients, the second behind the first in the flat buffer; undefined unless both are split. */
export function shareReduction(
  profile: AdapterProfile,
  label: string,
  lower: WeightGradientPlan,
  upper: WeightGradientPlan,
): Reduction | undefined {
  const [left, right] = [shapeOf(profile, lower), shapeOf(profile, upper)];
  const parts = Math.min(left.parts, right.parts);
  return parts > 1 && left.end === right.first ? createReduction(label, parts, left.first, right.end) : undefined;
}

/** `shared`: where the parts go, if somebody else plans the reduction. */
export function planWeightGradient(builder: PlanBuilder, plan: WeightGradientPlan, shared?: Reduction): void {
  const { label, cell, batch, timeSteps, hiddenSize, inputSize, gates, input, inputOffset = 0, states, gradients } = plan;
  const { tile, workgroupSize, parts, first, end } = shapeOf(builder.profile, plan);
  const reduction = shared ?? (parts > 1 ? createReduction(label, parts, first, end) : undefined);
  const kernel = weightGradient({
    cell,
    batch,
    timeSteps,
    hiddenSize,
    inputSize,
    inputBias: plan.biasInput !== undefined,
    hiddenBias: plan.biasHidden !== undefined,
    ...(plan.hidden === false && { hidden: false }),
    parts: reduction?.parts ?? 1,
    partStride: reduction?.scratch.shape[1] ?? end - first,
    tile,
    workgroupSize,
  });
  const origin = reduction?.first ?? 0;
  const place = (entry: PackedParameter | undefined): number => (entry ? entry.offset - origin : 0);
  const values = {
    input: inputOffset,
    weightInput: place(plan.weightInput),
    weightHidden: place(plan.weightHidden),
    biasInput: place(plan.biasInput),
    biasHidden: place(plan.biasHidden),
  };
  const operands = { gates, ...(input ? { input } : {}), ...(states ? { states } : {}) };
  builder.dispatch('backward', label, kernel, { ...operands, out: reduction?.scratch ?? gradients }, values);
  if (reduction && !shared) planReduction(builder, label, reduction, gradients);
}

/** Adds the parts up, in their order. */
export function planReduction(builder: PlanBuilder, label: string, { first, parts, scratch }: Reduction, gradients: Tensor): void {
  const elements = scratch.shape[1];
  const sum = sumParts({ elements, parts, stride: elements, workgroupSize: elementwiseWorkgroup(builder.profile) });
  builder.dispatch('backward', `${label} sum`, sum, { parts: scratch, out: gradients }, { out: first });
}
