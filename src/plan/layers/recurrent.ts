/** One recurrent layer: its sizes, parameters and tensors. What is planned with it stands beside: recurrent-input, -forward, -sweep and -backward. */
import { CELLS, type CellKind } from '../../../shaders/common/cell.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter } from '../layout.ts';
import { chooseRecurrent, type RecurrentChoice } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { type LayerNorm, type LayerNormParameters, layerNorm } from './layer-norm.ts';
import { type LayerNoise, noiseOptions } from './recurrent-noise.ts';
import type { LearnedStart } from './start.ts';

/** What a layer reads: token ids [T, B] (one-hot), or rows [T, B, I]. */
export type LayerInput =
  | {
      readonly kind: 'tokens';
      readonly tokens: Tensor;
      readonly offset: number;
      readonly order?: Tensor;
      readonly segments?: Tensor;
      readonly vocabulary: number;
    }
  | Rows;

/** Rows [T, B, columns] that begin `offset` elements into a tensor. */
export interface Rows {
  readonly kind: 'rows';
  readonly rows: Tensor;
  readonly offset: number;
  readonly columns: number;
}

export interface RecurrentLayer {
  readonly layer: number;
  /** What its tensors and labels are called after: `l0`, `l0_reverse`, `encoder.l0`. */
  readonly name: string;
  readonly cell: CellKind;
  readonly batch: number;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  readonly input: LayerInput;
  /** The input lies backwards in time (`order` and `segments` of tokens speak of them forwards); so do gates and states then. */
  readonly isReversed?: boolean;
  readonly choice: RecurrentChoice;
  readonly weightInput: PackedParameter;
  readonly weightHidden: PackedParameter;
  readonly biasInput?: PackedParameter;
  readonly biasHidden?: PackedParameter;
  /** Absent: the initial state is given, carried or zero. */
  readonly start?: LearnedStart;
  /** Gate pre-activations, then activated gates, then gate gradients, in place: [T, B, P·H]. */
  readonly gates: Tensor;
  /** [T + 1, B, H]; row 0 is the initial state. */
  readonly states: Tensor;
  /** The LSTM's c, as states. */
  readonly cells?: Tensor;
  /** [B] u32: time steps of each row, past which its states hold. */
  readonly lengths?: Tensor;
  /** The host reads the gates after a forward sweep: no other tensor takes their buffer. */
  readonly keepsGates?: boolean;
  /** Present where its products are layer-normalised. */
  readonly norm?: LayerNorm;
  /** Recurrent dropout and zoneout, if it has any. */
  readonly noise?: LayerNoise;
  /** With recurrent dropout: what U reads, rows as those of states. */
  readonly operand?: Tensor;
}

export interface LayerParameters {
  readonly weightInput: PackedParameter;
  readonly weightHidden: PackedParameter;
  readonly biasInput?: PackedParameter;
  readonly biasHidden?: PackedParameter;
  readonly norm?: LayerNormParameters;
  readonly start?: LearnedStart;
}

export type RecurrentLayerOptions = Pick<
  RecurrentLayer,
  'layer' | 'name' | 'cell' | 'batch' | 'timeSteps' | 'hiddenSize' | 'input' | 'isReversed' | 'lengths' | 'noise' | 'keepsGates'
> & {
  /** Units without padding. */
  readonly units: number;
  readonly parameters: LayerParameters;
};

export function recurrentLayer(builder: PlanBuilder, { parameters, units, ...options }: RecurrentLayerOptions): RecurrentLayer {
  const { name, cell, batch, timeSteps, hiddenSize } = options;
  const { planes, hasCell } = CELLS[cell];
  const states = (kind: string) => tensor(`${kind}_${name}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize], 'kept');
  return {
    ...options,
    ...parameters,
    norm: parameters.norm && layerNorm(options, units, parameters.norm),
    choice: chooseRecurrent(builder.profile, cell, batch, hiddenSize, { layerNorm: parameters.norm !== undefined, timeSteps }),
    gates: tensor(`gates_${name}`, ['T', 'B', 'P·H'], [timeSteps, batch, planes * hiddenSize], options.keepsGates ? 'kept' : 'temporary'),
    states: states('states'),
    cells: hasCell ? states('cells') : undefined,
    operand: noiseOptions(options.noise).recurrentDropout
      ? tensor(`operand_${name}`, ['T+1', 'B', 'H'], [timeSteps + 1, batch, hiddenSize])
      : undefined,
  };
}

/** The rows above: the outputs of this layer as the input of the next, [T, B, H]. */
export const outputRows = ({ states, batch, hiddenSize }: RecurrentLayer): Rows => ({
  kind: 'rows',
  rows: states,
  offset: batch * hiddenSize,
  columns: hiddenSize,
});
