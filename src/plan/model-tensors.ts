/** The tensors that belong to a model and its trainer, not to one plan: parameters, their forward copies, gradients, moments. */

import type { ParameterLayout } from './layout.ts';
import { tensor } from './tensor.ts';

export const parametersTensor = (layout: ParameterLayout) => tensor('parameters', ['N'], [layout.elements], 'given');
export const weightsTensor = (layout: ParameterLayout) => tensor('weights', ['N'], [layout.weightElements], 'given');
export const gradientsTensor = (layout: ParameterLayout) => tensor('gradients', ['N'], [layout.elements], 'given');
export const momentsTensor = (layout: ParameterLayout, count: number) => tensor('moments', ['M', 'N'], [count, layout.elements], 'given');
