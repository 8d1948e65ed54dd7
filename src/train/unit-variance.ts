/**
 * LSUV, layer-sequential unit variance (Mishkin and Matas 2015), for recurrent layers: one after the other, the lowest first, each layer's input weights
 * are scaled until its pre-activations W x_t + U h_{t-1} + b, all gates together, have variance 1 on a first batch. The recurrent weights stay as they
 * were started: their scale decides how gradients travel through time.
 *
 * States are measured on the GPU by a forward pass; the pre-activations of up to 512 positions follow from them in Float64. The same model and batch give
 * the same weights.
 */
import { padded } from '../plan/legend.ts';
import { InputError } from '../spec/input-error.ts';
import { valuesPerStep } from '../spec/model.ts';
import { requirePositive } from '../spec/validation.ts';
import { type ForwardOptions, runForward } from './forward.ts';
import type { Model } from './model.ts';
import { stateOf } from './model-state.ts';

export interface UnitVarianceOptions extends Pick<ForwardOptions, 'input'> {
  /** Rows of the batch; the input has T·batch ids or vectors, time-major, at least 2 of them. */
  readonly batch: number;
  /** Time steps of each row, 1 to T; default T. What lies past the end of a row is not measured. */
  readonly lengths?: ArrayLike<number>;
  /** How far from 1 a variance may stay; default 0.01. */
  readonly tolerance?: number;
}

export interface LayerVariance {
  /** `l0`, `l1`, ... */
  readonly name: string;
  /** Of the pre-activations over the positions, the mean over all units of all gates: before and after. */
  readonly before: number;
  readonly after: number;
  /** What its input weights were multiplied by. */
  readonly factor: number;
}

const MOST_POSITIONS = 512;
const MOST_ROUNDS = 40;
/** Share of the variance that must come from the input itself: below it, recurrent weights that amplify have made the rest of next to nothing. */
const LEAST_INPUT = 0.01;

/**
 * Scales the input weights of every layer in place. To be called before training.
 *
 * @throws InputError for a network that writes, reads in both directions or is layer-normalised, for too small a batch, and if a layer cannot be brought to variance 1 because
 * its recurrent weights alone make more than that; the layers below are scaled then.
 */
export async function scaleToUnitVariance(model: Model, options: UnitVarianceOptions): Promise<LayerVariance[]> {
  const { spec } = model;
  const { hiddenSize, bidirectional } = spec.recurrent;
  const tolerance = requirePositive('tolerance', options.tolerance ?? 0.01);
  if (spec.decoder || bidirectional)
    throw new InputError(
      `unit variance must be asked of one network in one direction, got ${spec.decoder ? `architecture '${spec.architecture}'` : 'a bidirectional one'}`,
    );
  if (spec.recurrent.layerNorm)
    throw new InputError('unit variance must be asked of a model without layerNorm, which has it whatever its weights are');
  const results: LayerVariance[] = [];
  for (let layer = 0; layer < hiddenSize.length; layer++) {
    const name = `rnn.weight_ih_l${layer}`;
    let factor = 1;
    let { variance, ofInput } = await measure(model, options, layer);
    const before = variance;
    for (let round = 0; Math.abs(variance - 1) > tolerance || ofInput < LEAST_INPUT; round++) {
      if (round === MOST_ROUNDS || ofInput < LEAST_INPUT * variance || !(variance > 0) || !Number.isFinite(variance))
        throw new InputError(
          `layer l${layer} must reach variance 1 by its input weights, got ${variance.toPrecision(3)} after ${round} rounds: its recurrent weights want a smaller gain`,
        );
      const scale = 1 / Math.sqrt(variance);
      factor *= scale;
      const parameters = await model.parameters.read();
      const weights = parameters.get(name) ?? new Float32Array();
      await model.parameters.write(
        new Map(parameters).set(
          name,
          weights.map((value) => value * scale),
        ),
      );
      ({ variance, ofInput } = await measure(model, options, layer));
    }
    results.push({ name: `l${layer}`, before, after: variance, factor });
  }
  return results;
}

interface Measured {
  /** Of one layer's pre-activations: per unit over the positions, then the mean over the units of all gates. */
  readonly variance: number;
  /** The same of W x_t alone. */
  readonly ofInput: number;
}

async function measure(model: Model, options: UnitVarianceOptions, layer: number): Promise<Measured> {
  const rows = await readRows(model, options, layer);
  const { hiddenSize } = model.spec.recurrent;
  const parameters = await model.parameters.read();
  const weightInput = parameters.get(`rnn.weight_ih_l${layer}`) ?? new Float32Array();
  const weightHidden = parameters.get(`rnn.weight_hh_l${layer}`) ?? new Float32Array();
  const units = weightHidden.length / hiddenSize[layer];
  let variance = 0;
  let ofInput = 0;
  for (let unit = 0; unit < units; unit++) {
    const fromInput = rows.map(({ x }) => productOf(weightInput, unit, x));
    variance += varianceOf(rows.map(({ h }, place) => fromInput[place] + productOf(weightHidden, unit, h)));
    ofInput += varianceOf(fromInput);
  }
  return { variance: variance / units, ofInput: ofInput / units };
}

/** About the mean: a bias, the same at all positions, drops out. */
function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** Row `unit` of a matrix times a vector; a number stands for a one-hot vector. */
function productOf(matrix: Float32Array, unit: number, vector: Float32Array | OneHot): number {
  if (!(vector instanceof Float32Array)) return matrix[unit * vector.size + vector.id];
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += matrix[unit * vector.length + i] * vector[i];
  return sum;
}

interface OneHot {
  readonly id: number;
  readonly size: number;
}

interface Position {
  /** x_t. */
  readonly x: Float32Array | OneHot;
  /** h_{t-1}. */
  readonly h: Float32Array;
}

/** What a layer reads at evenly spaced positions of the batch. */
async function readRows(model: Model, { input, batch, lengths }: UnitVarianceOptions, layer: number): Promise<readonly Position[]> {
  const state = stateOf(model);
  const { spec } = model;
  const { hiddenSize } = spec.recurrent;
  const states = await runForward(model, state, { input, batch }, false, async ({ inference, executor }, readBack) => {
    const layers = inference.wiring.layers.slice(Math.max(0, layer - 1), layer + 1);
    const buffers = await readBack(layers.map((each) => ({ buffer: executor.bufferOf(each.states), size: each.states.bytes })));
    return buffers.map((bytes) => new Float32Array(bytes));
  });
  const indices = Array.from({ length: input.length / valuesPerStep(spec.input) }, (_, index) => index);
  const read = lengths ? indices.filter((index) => Math.floor(index / batch) < lengths[index % batch]) : indices;
  if (read.length < 2) throw new InputError(`unit variance must be measured at 2 positions or more, got ${read.length}`);
  const embedding = layer === 0 ? (await model.parameters.read()).get('embedding.weight') : undefined;
  const stateAt = (values: Float32Array, index: number, size: number): Float32Array =>
    values.subarray(index * padded(size), index * padded(size) + size);
  const inputAt = (index: number): Position['x'] => {
    // the layer below has its state of time t one row of time further on
    if (layer > 0) return stateAt(states[0], index + batch, hiddenSize[layer - 1]);
    if (spec.input.kind !== 'tokens')
      return (input as Float32Array).subarray(index * valuesPerStep(spec.input), (index + 1) * valuesPerStep(spec.input));
    const { vocabulary, embedding: size } = spec.input;
    return embedding ? embedding.subarray(input[index] * size, (input[index] + 1) * size) : { id: input[index], size: vocabulary };
  };
  const positions = Math.min(read.length, MOST_POSITIONS);
  return Array.from({ length: positions }, (_, place): Position => {
    const index = read[Math.floor((place * read.length) / positions)];
    return { x: inputAt(index), h: stateAt(states[states.length - 1], index, hiddenSize[layer]) };
  });
}
