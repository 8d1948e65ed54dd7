/** The token ids that a plan gathers from: first a place for one uploaded batch, behind it the whole text of a stream, uploaded once. */
import type { Executor } from '../gpu/executor.ts';
import { type Ledger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { InputError } from '../spec/input-error.ts';

export interface TokenData {
  readonly buffer: GPUBuffer;
  /** Makes the tokens of a stream available; returns the element at which they begin. */
  useStream(executor: Executor, tokens: Uint32Array): number;
  /** Writes one batch at the beginning. */
  writeBatch(ids: Uint32Array<ArrayBuffer>, offset?: number): void;
}

export function createTokenData(device: GPUDevice, ledger: Ledger, batchElements: number, vocabulary: number): TokenData {
  let buffer = ledger.create('token data', batchElements * 4, TENSOR_USAGE);
  let current: Uint32Array | undefined;
  return {
    get buffer() {
      return buffer;
    },
    useStream(executor, tokens) {
      if (current === tokens) return batchElements;
      const tooLarge = tokens.findIndex((token) => token >= vocabulary);
      if (tooLarge >= 0)
        throw new InputError(`token ${tooLarge} of the stream must be below the vocabulary of ${vocabulary}, got ${tokens[tooLarge]}`);
      const bytes = (batchElements + tokens.length) * 4;
      if (bytes > device.limits.maxStorageBufferBindingSize) {
        throw new InputError(
          `a stream must have at most ${Math.floor(device.limits.maxStorageBufferBindingSize / 4) - batchElements} tokens on this adapter, got ${tokens.length}`,
        );
      }
      const larger = ledger.create('token data', bytes, TENSOR_USAGE);
      device.queue.writeBuffer(larger, batchElements * 4, new Uint32Array(tokens));
      executor.rebind('data', larger);
      ledger.destroy(buffer);
      buffer = larger;
      current = tokens;
      return batchElements;
    },
    writeBatch(ids, offset = 0) {
      device.queue.writeBuffer(buffer, offset * 4, ids);
    },
  };
}
