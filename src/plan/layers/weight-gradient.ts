/** Plans every parameter gradient of one layer: one dispatch, and a second that adds the parts where the product is split. */
import { CELLS, type CellKind } from '../../../shaders/common/cell.ts';
import { sumParts } from '../../../shaders/sum-parts.ts';
import { weightGradient } from '../../../shaders/weight-gradient.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
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

export function planWeightGradient(builder: PlanBuilder, plan: WeightGradientPlan): void {
  const { label, cell, batch, timeSteps, hiddenSize, inputSize, gates, input, inputOffset = 0, states, gradients } = plan;
  const { profile } = builder;
  const rows = (cell === 'dense' ? 1 : CELLS[cell].gates) * hiddenSize;
  const { tile, workgroupSize } = chooseProduct(profile, rows, Math.max(hiddenSize, inputSize), true);
  const threads = Math.ceil(rows / tile.rows) * Math.ceil((hiddenSize + inputSize) / 4 / tile.vectors);

  // the layer's gradients are neighbours in the flat buffer; parts repeat that stretch
  const entries = [plan.weightInput, plan.weightHidden, plan.biasInput, plan.biasHidden].filter((entry) => entry !== undefined);
  const first = Math.min(...entries.map(({ offset }) => offset));
  const end = Math.max(...entries.map(({ offset, rows: height, columns }) => offset + height * columns));
  const stretch = end - first;
  const parts = chooseParts(profile, threads, batch * timeSteps, stretch * 4);
  const kernel = weightGradient({
    cell,
    batch,
    timeSteps,
    hiddenSize,
    inputSize,
    inputBias: plan.biasInput !== undefined,
    hiddenBias: plan.biasHidden !== undefined,
    parts,
    partStride: stretch,
    tile,
    workgroupSize,
  });
  const values = {
    input: inputOffset,
    weightInput: plan.weightInput?.offset ?? 0,
    weightHidden: plan.weightHidden?.offset ?? 0,
    biasInput: plan.biasInput?.offset ?? 0,
    biasHidden: plan.biasHidden?.offset ?? 0,
  };
  const operands = { gates, ...(input ? { input } : {}), ...(states ? { states } : {}) };
  if (parts === 1) {
    builder.dispatch('backward', label, kernel, { ...operands, out: gradients }, values);
    return;
  }
  const scratch = tensor(`${label} parts`, ['parts', 'N'], [parts, stretch]);
  const relative = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, name === 'input' ? value : Math.max(0, value - first)]),
  );
  builder.dispatch('backward', label, kernel, { ...operands, out: scratch }, relative);
  const sum = sumParts({ elements: stretch, parts, stride: stretch, workgroupSize: elementwiseWorkgroup(profile) });
  builder.dispatch('backward', `${label} sum`, sum, { parts: scratch, out: gradients }, { out: first });
}
