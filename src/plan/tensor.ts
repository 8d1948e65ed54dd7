import type { Dimension } from './legend.ts';

/**
 * A named array on the GPU, before there is a GPU.
 *
 * `temporary`: lives from its first to its last step; the memory planner may give its buffer to others before and after.
 * `kept`: keeps its contents between runs of the plan; starts as zeros.   `given`: belongs to somebody else (parameters, data).
 */
export interface Tensor {
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly shape: readonly number[];
  /** `f16`: two to a u32, as shaders/common/halves.ts reads them. */
  readonly type: 'f32' | 'u32' | 'f16';
  readonly storage: 'temporary' | 'kept' | 'given';
  readonly elements: number;
  readonly bytes: number;
}

const product = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1);

export function tensor(
  name: string,
  dimensions: readonly Dimension[],
  shape: readonly number[],
  storage: Tensor['storage'] = 'temporary',
  type: Tensor['type'] = 'f32',
): Tensor {
  const elements = product(shape);
  return Object.freeze({ name, dimensions, shape, type, storage, elements, bytes: elements * (type === 'f16' ? 2 : 4) });
}

/** `gates [T·B·P, H] f32` with its sizes. */
export const describeTensor = ({ name, dimensions, shape, type }: Tensor): string =>
  `${name} [${dimensions.map((dimension, index) => `${dimension}=${shape[index]}`).join(', ')}] ${type}`;
