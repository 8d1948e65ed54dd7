/** How a network is computed where there is a choice. Those that bits may depend on are made before the first step, and remembered in checkpoints. */
import { InputError } from './input-error.ts';

/** One dispatch per layer, one per time step, or by size. */
export const RECURRENT_KERNELS = ['auto', 'sequence', 'step'] as const;
export type RecurrentKernel = (typeof RECURRENT_KERNELS)[number];

/** How the copies of the parameters lie that forward kernels read. */
export const WEIGHT_STORAGES = ['f32', 'f16'] as const;
export type WeightStorage = (typeof WEIGHT_STORAGES)[number];

/** Where the operands of matrix products pass through on a GPU: from storage to each thread's registers, or through workgroup memory. The sums are the same, and so are the bits. */
export const PRODUCT_TILES = ['registers', 'shared'] as const;
export type ProductTiles = (typeof PRODUCT_TILES)[number];

export interface EngineChoices {
  readonly kernel: RecurrentKernel;
  readonly weights: WeightStorage;
}

/**
 * The recurrent kernels and the storage of weights that a checkpoint's metadata say were chosen: a run that goes on takes the same.
 *
 * @throws InputError for a word that is none.
 */
export function choicesOf(name: string, { kernel = 'auto', weights = 'f32' }: Readonly<Record<string, string>>): EngineChoices {
  const oneOf = <Word extends string>(what: string, words: readonly Word[], got: string): Word => {
    const found = words.find((word) => word === got);
    if (found) return found;
    throw new InputError(`${name} must have one of ${words.join(', ')} as ${what}, got '${got}'`);
  };
  return { kernel: oneOf('kernel', RECURRENT_KERNELS, kernel), weights: oneOf('weights', WEIGHT_STORAGES, weights) };
}
