/** How a network is computed where there is a choice. Those that bits may depend on are made before the first step, and remembered in checkpoints. */
import { InputError } from './input-error.ts';

/** One dispatch per layer, one per time step of a layer, one per time step with the layers beside each other (each a step behind the one below), or by size. */
export const RECURRENT_KERNELS = ['auto', 'sequence', 'step', 'wavefront'] as const;
export type RecurrentKernel = (typeof RECURRENT_KERNELS)[number];

/** How the copies of the parameters lie that forward kernels read. */
export const WEIGHT_STORAGES = ['f32', 'f16'] as const;
export type WeightStorage = (typeof WEIGHT_STORAGES)[number];

/** How the operands of matrix products reach the threads of a GPU: from storage to registers, or through workgroup memory. `auto` is registers. */
export const PRODUCT_TILES = ['auto', 'registers', 'shared'] as const;
export type ProductTiles = (typeof PRODUCT_TILES)[number];

/** The words of every choice, the default first. */
export const ENGINE_WORDS = { kernel: RECURRENT_KERNELS, products: PRODUCT_TILES, weights: WEIGHT_STORAGES } as const;
export type EngineChoices = { readonly [Name in keyof typeof ENGINE_WORDS]: (typeof ENGINE_WORDS)[Name][number] };
export const engineChoices = Object.keys(ENGINE_WORDS) as (keyof EngineChoices)[];

/**
 * What `given` chooses, the default where it says nothing; other words than the engine's are ignored.
 *
 * @throws InputError for a word that is none; `name` names what was given.
 */
export function choicesOf(name: string, given: Readonly<Record<string, string | undefined>>): EngineChoices {
  const chosen = engineChoices.map((choice) => {
    const words: readonly string[] = ENGINE_WORDS[choice];
    const word = given[choice] ?? words[0];
    if (!words.includes(word)) throw new InputError(`${name} must have one of ${words.join(', ')} as ${choice}, got '${word}'`);
    return [choice, word];
  });
  return Object.fromEntries(chosen);
}
