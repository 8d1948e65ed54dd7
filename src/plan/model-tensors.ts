/** The tensors that belong to a model and its trainer, not to one plan: parameters, their forward copies, gradients, moments. */

import { packedHalves } from './halves.ts';
import { forwardCopies, type ParameterLayout } from './layout.ts';
import type { AdapterProfile } from './profile.ts';
import { tensor } from './tensor.ts';

export const parametersTensor = (layout: ParameterLayout) => tensor('parameters', ['N'], [layout.elements], 'given');
export const weightsTensor = (layout: ParameterLayout, { weights }: Pick<AdapterProfile, 'weights'>) =>
  tensor('weights', ['N'], [layout.weightElements], 'given', weights);
/** What the weights of packed parameters begin with; afterwards the update keeps them. */
export function weightContents(layout: ParameterLayout, flat: Float32Array, { weights }: Pick<AdapterProfile, 'weights'>) {
  const copies = forwardCopies(layout, flat);
  return weights === 'f16' ? packedHalves(copies) : copies;
}
export const gradientsTensor = (layout: ParameterLayout) => tensor('gradients', ['N'], [layout.elements], 'given');
export const momentsTensor = (layout: ParameterLayout, count: number) => tensor('moments', ['M', 'N'], [count, layout.elements], 'given');
