/** Layer normalisation of one recurrent layer: its parameters and tensors, and what becomes of its input. */
import { CELLS } from '../../../shaders/common/cell.ts';
import { normsPlaces } from '../../../shaders/common/layer-norm.ts';
import { layerNormRows } from '../../../shaders/layer-norm-rows.ts';
import { layerNormRowsBackward } from '../../../shaders/layer-norm-rows-backward.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter, ParameterLayout } from '../layout.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { planProduct } from './product.ts';
import type { RecurrentLayer } from './recurrent.ts';

export interface LayerNormParameters {
  readonly gainInput: PackedParameter;
  readonly gainHidden: PackedParameter;
  /** LSTM */
  readonly cell?: { readonly gain: PackedParameter; readonly bias: PackedParameter };
}

export interface LayerNorm extends LayerNormParameters {
  /** Units without padding. */
  readonly units: number;
  /** W x [T·B, G·H], then normalised, and 1 / deviation of each row. */
  readonly inputNorms: Tensor;
  /** The same of U h and of the LSTM's c, and gradients: shaders/common/layer-norm.ts. */
  readonly norms: Tensor;
}

/** Undefined where the layer has no gains. */
export function layerNormParameters(layout: ParameterLayout, prefix: string, name: string): LayerNormParameters | undefined {
  const at = (kind: string, end = 'weight') => layout.at(`${prefix}layer_norm_${kind}_${name}.${end}`);
  const has = (kind: string): boolean => layout.has(`${prefix}layer_norm_${kind}_${name}.weight`);
  if (!has('ih')) return undefined;
  return { gainInput: at('ih'), gainHidden: at('hh'), ...(has('c') && { cell: { gain: at('c'), bias: at('c', 'bias') } }) };
}

export function layerNorm(
  { name, cell, batch, timeSteps, hiddenSize }: Pick<RecurrentLayer, 'name' | 'cell' | 'batch' | 'timeSteps' | 'hiddenSize'>,
  units: number,
  parameters: LayerNormParameters,
): LayerNorm {
  const positions = timeSteps * batch;
  return {
    ...parameters,
    units,
    inputNorms: tensor(`inputNorms_${name}`, ['T·B', 'G·H+4'], [positions, CELLS[cell].gates * hiddenSize + 4]),
    norms: tensor(`norms_${name}`, ['elements'], [normsPlaces(cell, positions, hiddenSize).elements]),
  };
}

/** The row kernels' options: rows [first, first + rows) of T·B. */
const rowsOptions = ({ cell, batch, timeSteps, hiddenSize, choice }: RecurrentLayer, { units }: LayerNorm, rows: number) => ({
  rows,
  positions: timeSteps * batch,
  gates: CELLS[cell].gates,
  planes: CELLS[cell].planes,
  hiddenSize,
  units,
  workgroupSize: choice.workgroupSize,
});

/** gates = LN(x·W) + b of `steps` time steps from `first` on; the product of a one-hot input is a row of W. */
export function planNormedInput(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  norm: LayerNorm,
  weights: Tensor,
  first: number,
  steps: number,
): void {
  const { input, batch, hiddenSize, gates, weightInput, biasInput, cell, name } = layer;
  const { inputNorms, gainInput } = norm;
  const columns = CELLS[cell].gates * hiddenSize;
  const rows = steps * batch;
  if (input.kind === 'rows') {
    planProduct(builder, {
      phase: 'forward',
      label: `project_${name}`,
      rows,
      columns,
      inner: input.columns,
      left: input.rows,
      leftOffset: input.offset + first * batch * input.columns,
      leftStride: input.columns,
      right: weights,
      rightOffset: weightInput.weights,
      out: inputNorms,
      outOffset: first * batch * columns,
      outStride: columns,
    });
  }
  const kernel = layerNormRows({
    ...rowsOptions(layer, norm, rows),
    tokens: input.kind === 'tokens',
    bias: biasInput !== undefined,
  });
  builder.dispatch(
    'forward',
    `normalize_${name}`,
    kernel,
    { weights, norms: inputNorms, gates, ...(input.kind === 'tokens' ? { tokens: input.tokens } : {}) },
    { first: first * batch, gain: gainInput.weights, bias: biasInput?.weights ?? 0, weightInput: weightInput.weights },
  );
}

/** In gates dL/dz becomes dL/d(W x), of all time steps. */
export function planNormedInputBackward(builder: PlanBuilder, layer: RecurrentLayer, norm: LayerNorm, parameters: Tensor): void {
  const kernel = layerNormRowsBackward(rowsOptions(layer, norm, layer.timeSteps * layer.batch));
  const bound = { parameters, norms: norm.inputNorms, gates: layer.gates };
  builder.dispatch('backward', `normalize_${layer.name}`, kernel, bound, { first: 0, gain: norm.gainInput.offset });
}

/** A tensor for dL/d(W x) beside dL/dz, [T, B, P·H] as gates. */
export const inputDeltaTensor = ({ name, cell, batch, timeSteps, hiddenSize }: RecurrentLayer): Tensor =>
  tensor(`inputDelta_${name}`, ['T', 'B', 'P·H'], [timeSteps, batch, CELLS[cell].planes * hiddenSize]);

/** dL/d(W x) of `steps` time steps from `first` on, into `delta`: dL/dz, of which gains and biases learn, stays. */
export function planNormedStepsBackward(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  norm: LayerNorm,
  parameters: Tensor,
  delta: Tensor,
  first: number,
  steps: number,
): void {
  const { batch, name, gates } = layer;
  const kernel = layerNormRowsBackward({ ...rowsOptions(layer, norm, steps * batch), apart: true });
  const bound = { parameters, norms: norm.inputNorms, gates, delta };
  builder.dispatch('backward', `normalize_${name} t=${first}`, kernel, bound, { first: first * batch, gain: norm.gainInput.offset });
}
