/** The parameter gradients of a layer-normalised recurrent layer, from what its reverse sweep has left. */
import { CELLS } from '../../../shaders/common/cell.ts';
import { normsPlaces } from '../../../shaders/common/layer-norm.ts';
import { layerNormGradient } from '../../../shaders/layer-norm-gradient.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import type { Tensor } from '../tensor.ts';
import { type LayerNorm, planNormedInputBackward } from './layer-norm.ts';
import type { RecurrentLayer } from './recurrent.ts';
import { planWeightGradient } from './weight-gradient.ts';

/** One gain [planes · H] and the bias behind it: `delta` are gradients behind both, `normed` is what the gain multiplies. */
interface GainGradient {
  readonly label: string;
  readonly planes: readonly number[];
  readonly delta: Tensor;
  readonly deltaOffset: number;
  readonly deltaStride: number;
  readonly normed: Tensor;
  readonly normedOffset: number;
  readonly gain: PackedParameter;
  readonly bias?: PackedParameter;
}

/** `inputDelta`: dL/d(W x), where a sweep has made it already. Gains and biases first: dL/dz in gates then becomes dL/d(W x), from which, and from dL/d(U h) in norms, the weights' gradients follow. */
export function planNormedGradients(
  builder: PlanBuilder,
  layer: RecurrentLayer,
  norm: LayerNorm,
  parameters: Tensor,
  gradients: Tensor,
  inputDelta?: Tensor,
): void {
  const { name, cell, batch, timeSteps, hiddenSize, input, gates, states, operand } = layer;
  const { gates: count, planes, inputPlane, recurrentPlane } = CELLS[cell];
  const rows = timeSteps * batch;
  const places = normsPlaces(cell, rows, hiddenSize);
  const every = Array.from({ length: count }, (_, gate) => gate);
  const ofGates = { delta: gates, deltaOffset: 0, deltaStride: planes * hiddenSize };
  const gains: readonly GainGradient[] = [
    {
      ...ofGates,
      label: 'input',
      planes: every.map(inputPlane),
      normed: norm.inputNorms,
      normedOffset: 0,
      gain: norm.gainInput,
      bias: layer.biasInput,
    },
    {
      ...ofGates,
      label: 'hidden',
      planes: every.map(recurrentPlane),
      normed: norm.norms,
      normedOffset: places.normed,
      gain: norm.gainHidden,
      bias: layer.biasHidden,
    },
    ...(norm.cell
      ? [
          {
            label: 'cell',
            planes: [0],
            delta: norm.norms,
            deltaOffset: places.cellDelta,
            deltaStride: hiddenSize,
            normed: norm.norms,
            normedOffset: places.cellNormed,
            ...norm.cell,
          },
        ]
      : []),
  ];
  for (const gain of gains) planGain(builder, layer, gain, gradients);
  if (!inputDelta) planNormedInputBackward(builder, layer, norm, parameters);
  const shared = { cell, batch, timeSteps, hiddenSize, gradients };
  planWeightGradient(builder, {
    ...shared,
    label: `gradient_${name} hidden`,
    inputSize: 0,
    gates: norm.norms,
    states: operand ?? states,
    weightHidden: layer.weightHidden,
  });
  if (input.kind === 'tokens') return;
  planWeightGradient(builder, {
    ...shared,
    label: `gradient_${name} input`,
    inputSize: input.columns,
    hidden: false,
    gates: inputDelta ?? gates,
    input: input.rows,
    inputOffset: input.offset,
    weightInput: layer.weightInput,
  });
}

function planGain(
  builder: PlanBuilder,
  { name, batch, timeSteps, hiddenSize, choice }: RecurrentLayer,
  { label, planes, delta, deltaOffset, deltaStride, normed, normedOffset, gain, bias }: GainGradient,
  gradients: Tensor,
): void {
  const kernel = layerNormGradient({
    rows: timeSteps * batch,
    hiddenSize,
    planes,
    deltaStride,
    normedStride: planes.length * hiddenSize,
    bias: bias !== undefined,
    workgroupSize: choice.workgroupSize,
  });
  builder.dispatch(
    'backward',
    `gradient_${name} gain ${label}`,
    kernel,
    { delta, normed, gradients },
    { delta: deltaOffset, normed: normedOffset, gain: gain.offset, bias: bias?.offset ?? 0 },
  );
}
