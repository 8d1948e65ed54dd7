/**
 * A small convolution, forward and backward side by side: each layer gathers the 3x3 patches of what is below, two pixels apart, into rows, and the rest is
 * a product and ReLU. out[(b, y, x), f] = max(0, patches[(b, y, x)] · weight[f] + bias[f]); what is last leaves are the features of an image, place
 * by place: [B, places · filters], each place padded by itself.
 */
import { type PatchesOptions, patches, patchSizes } from '../../../shaders/patches.ts';
import { patchesBackward } from '../../../shaders/patches-backward.ts';
import { reluRows } from '../../../shaders/relu-rows.ts';
import { reluRowsBackward } from '../../../shaders/relu-rows-backward.ts';
import { convolutionShapes, type ImageInput, placesAfter } from '../../spec/image.ts';
import type { PlanBuilder } from '../builder.ts';
import type { PackedParameter, ParameterLayout } from '../layout.ts';
import { padded } from '../legend.ts';
import { elementwiseWorkgroup } from '../strategy.ts';
import { type Tensor, tensor } from '../tensor.ts';
import { planProduct } from './product.ts';
import type { Rows } from './recurrent.ts';
import { planWeightGradient } from './weight-gradient.ts';

interface ConvolutionLayer {
  readonly name: string;
  readonly shape: Omit<PatchesOptions, 'workgroupSize'>;
  /** [B, H·W·C]: pixels, or the output below, from `offset` on. */
  readonly source: Tensor;
  readonly offset: number;
  /** [B·H'·W', 9·C padded] */
  readonly patches: Tensor;
  /** [B·H'·W', F padded] */
  readonly output: Tensor;
  readonly weight: PackedParameter;
  readonly bias: PackedParameter;
}

export interface Convolution {
  readonly layers: readonly ConvolutionLayer[];
  /** [B, places · filters]: what the network reads of an image. */
  readonly features: Rows;
}

export interface ConvolutionOptions {
  readonly layout: ParameterLayout;
  readonly image: ImageInput;
  readonly batch: number;
  /** Uploaded images [B, H·W·C padded]. */
  readonly from: Rows;
}

export function createConvolution({ layout, image, batch, from }: ConvolutionOptions): Convolution {
  const layers: ConvolutionLayer[] = [];
  for (const [index, { width, height, channels, filters }] of convolutionShapes(image).entries()) {
    const below = layers[index - 1];
    const pixelStride = below ? padded(channels) : channels;
    const imageStride = below ? width * height * pixelStride : from.columns;
    const shape = { batch, width, height, channels, pixelStride, imageStride };
    const made = patchSizes(shape);
    const name = `conv.${index}`;
    layers.push({
      name,
      shape,
      source: below?.output ?? from.rows,
      offset: below ? 0 : from.offset,
      patches: tensor(`${name} patches`, ['B·P', '9·C'], [made.rows, made.columns]),
      output: tensor(`${name} output`, ['B·P', 'F'], [made.rows, padded(filters)]),
      weight: layout.at(`${name}.weight`),
      bias: layout.at(`${name}.bias`),
    });
  }
  const { output } = layers[layers.length - 1];
  return { layers, features: { kind: 'rows', rows: output, offset: 0, columns: placesAfter(image) * output.shape[1] } };
}

/** The same over other images, of another micro-batch. */
export function convolutionOf({ layers: [lowest, ...others], features }: Convolution, offset: number): Convolution {
  return { layers: [{ ...lowest, offset }, ...others], features };
}

export function planConvolution(builder: PlanBuilder, { layers }: Convolution, weights: Tensor): void {
  const workgroupSize = elementwiseWorkgroup(builder.profile);
  for (const { name, shape, source, offset, patches: gathered, output, weight, bias } of layers) {
    const [rows, inner] = gathered.shape;
    const [, columns] = output.shape;
    const kernel = patches({ ...shape, workgroupSize });
    builder.dispatch('forward', `${name} patches`, kernel, { source, patches: gathered }, { source: offset });
    planProduct(builder, {
      phase: 'forward',
      label: name,
      rows,
      columns,
      inner,
      left: gathered,
      leftStride: inner,
      right: weights,
      rightOffset: weight.weights,
      bias: bias.weights,
      out: output,
      outStride: columns,
    });
    builder.dispatch('forward', `${name} relu`, reluRows({ elements: output.elements, workgroupSize }), { rows: output });
  }
}

/** Parameter gradients from ∂L/∂features, which becomes the gradient in front of the last ReLU. */
export function planConvolutionBackward(
  builder: PlanBuilder,
  { layers }: Convolution,
  parameters: Tensor,
  gradients: Tensor,
  featuresGradient: Tensor,
): void {
  const workgroupSize = elementwiseWorkgroup(builder.profile);
  let gradient = featuresGradient;
  for (const { name, shape, source, patches: gathered, output, weight, bias } of [...layers].reverse()) {
    const [rows, inputSize] = gathered.shape;
    const [, hiddenSize] = output.shape;
    const label = `${name} gradient`;
    const relu = reluRowsBackward({ elements: output.elements, workgroupSize });
    builder.dispatch('backward', `${label} relu`, relu, { rows: output, gradient });
    planWeightGradient(builder, {
      label,
      cell: 'dense',
      batch: rows,
      timeSteps: 1,
      hiddenSize,
      inputSize,
      gates: gradient,
      input: gathered,
      gradients,
      weightInput: weight,
      biasInput: bias,
    });
    // nothing learns from the pixels
    if (name === layers[0].name) return;
    const patchesGradient = tensor(`${name} patchesGradient`, ['B·P', '9·C'], [rows, inputSize]);
    planProduct(builder, {
      phase: 'backward',
      label: `${label} patches`,
      rows,
      columns: inputSize,
      inner: hiddenSize,
      left: gradient,
      leftStride: hiddenSize,
      right: parameters,
      rightOffset: weight.offset,
      out: patchesGradient,
      outStride: inputSize,
    });
    gradient = tensor(`${name} sourceGradient`, source.dimensions, source.shape);
    const kernel = patchesBackward({ ...shape, workgroupSize });
    builder.dispatch('backward', `${label} below`, kernel, { patchesGradient, sourceGradient: gradient });
  }
}
