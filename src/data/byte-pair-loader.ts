/**
 * Byte pairs come from a module of their own, loaded when they are first wanted: it brings a library, and an app without byte pairs should neither
 * load it nor have to say where it lies.
 */
import { InputError } from '../spec/input-error.ts';

type BytePairs = typeof import('./byte-pair.ts');

let loaded: BytePairs | undefined;

/** Loads what `tokens: 'bpe'` stands on; `load` does so by itself for a checkpoint that wants it. */
export async function loadBytePairs(): Promise<void> {
  loaded ??= await import('./byte-pair.ts');
}

/** @throws InputError unless loadBytePairs has been awaited. */
export function bytePairs(): BytePairs {
  if (!loaded) throw new InputError("tokens 'bpe' must come after await loadBytePairs()");
  return loaded;
}
