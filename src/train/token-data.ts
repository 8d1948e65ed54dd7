/**
 * The token ids that a plan gathers from: first a place for one uploaded batch, behind it the whole text of a stream, uploaded once. A text that is larger
 * than a kernel may bind stays on the host: each step then uploads the tokens of its own windows, in the queue's order, while the GPU works on the steps
 * before it.
 */
import type { TokenStream, TokenWindow } from '../data/token-stream.ts';
import type { Executor } from '../gpu/executor.ts';
import { type Ledger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { InputError } from '../spec/input-error.ts';
import { type StepWindow, streamWindow } from './step-window.ts';

export interface TokenData {
  readonly buffer: GPUBuffer;
  /**
   * Makes the tokens of a stream available. The result says where a step finds its window; to be called right before the step is submitted.
   *
   * @throws InputError for a token that is not below the vocabulary.
   */
  useStream(executor: Executor, stream: TokenStream): (window: TokenWindow) => StepWindow;
  /** Writes one batch at the beginning. */
  writeBatch(ids: Uint32Array<ArrayBuffer>, offset?: number): void;
}

/** Elements of one write of a whole text: what a browser copies at once. */
const WRITE_ELEMENTS = 4_194_304;

export function createTokenData(device: GPUDevice, ledger: Ledger, batchElements: number, vocabulary: number): TokenData {
  let buffer = ledger.create('token data', batchElements * 4, TENSOR_USAGE);
  /** The text that lies behind the batch. */
  let resident: Uint32Array | undefined;
  /** The text whose tokens were seen to be right. */
  let checked: Uint32Array | undefined;
  const enlarge = (executor: Executor, elements: number): void => {
    const larger = ledger.create('token data', elements * 4, TENSOR_USAGE);
    executor.rebind('data', larger);
    ledger.destroy(buffer);
    buffer = larger;
    resident = undefined;
  };
  const check = (tokens: Uint32Array): void => {
    if (checked === tokens) return;
    const tooLarge = tokens.findIndex((token) => token >= vocabulary);
    if (tooLarge >= 0)
      throw new InputError(`token ${tooLarge} of the stream must be below the vocabulary of ${vocabulary}, got ${tokens[tooLarge]}`);
    checked = tokens;
  };
  const writeBatch = (ids: Uint32Array<ArrayBuffer>, offset = 0): void => device.queue.writeBuffer(buffer, offset * 4, ids);
  return {
    get buffer() {
      return buffer;
    },
    useStream(executor, { tokens, batch, timeSteps }) {
      check(tokens);
      const elements = batchElements + tokens.length;
      if (elements * 4 > device.limits.maxStorageBufferBindingSize) {
        // a row's inputs and, one token on, its targets
        const row = timeSteps + 1;
        if (buffer.size < batch * row * 4) enlarge(executor, batch * row);
        return ({ starts, ends, ...rest }) => {
          const ids = new Uint32Array(batch * row);
          starts.forEach((start, index) => {
            ids.set(tokens.subarray(start, start + row), index * row);
          });
          writeBatch(ids);
          const places = starts.map((_, index) => index * row);
          return streamWindow({ ...rest, starts: places, ends: places.map((place, index) => place + ends[index] - starts[index]) }, 0);
        };
      }
      if (resident !== tokens) {
        enlarge(executor, elements);
        for (let first = 0; first < tokens.length; first += WRITE_ELEMENTS)
          writeBatch(tokens.slice(first, first + WRITE_ELEMENTS), batchElements + first);
        resident = tokens;
      }
      return (window) => streamWindow(window, batchElements);
    },
    writeBatch,
  };
}
