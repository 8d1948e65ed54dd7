/** The directions of a chain's layers: what each reads, and where their outputs stand. */
import type { Chain } from './chain-buffers.ts';
import { directionsOf } from './chain-layout.ts';
import type { ChainTwins } from './chain-twins.ts';
import type { Buffers, Values } from './options.ts';

export const offsetOf = (chain: Chain, name: string): number => chain.parameters.get(name)?.offset ?? 0;

/** One direction of a layer. */
export interface Direction {
  readonly buffers: Buffers;
  /** The offsets of its parameters, by the names of the kernels' uniforms. */
  readonly offsets: { readonly [name in OffsetName]: number };
  /** Sets its noise apart. */
  readonly noise: number;
  readonly input: Input;
  readonly isReversed: boolean;
}

type OffsetName = 'weightInput' | 'weightHidden' | 'biasInput' | 'biasHidden' | 'gainInput' | 'gainHidden' | 'gainCell' | 'biasCell';

/** What a direction reads: [T * B, size] in `values` from `offset` on; of one-hot tokens, whose `size` is 0, `tokens`. */
interface Input {
  readonly values: Values;
  readonly tokens: Values;
  readonly offset: number;
  readonly size: number;
}

export function directionsOfLayer(chain: Chain, twins: ChainTwins, layer: number): readonly Direction[] {
  return directionsOf(chain.options).map((end) => {
    const isReversed = end !== '';
    const input = layerInput(chain, layer);
    return {
      isReversed,
      noise: layer + (isReversed ? 2048 : 0),
      buffers: (isReversed ? chain.reverse : chain.layers)[layer],
      offsets: {
        weightInput: offsetOf(chain, `rnn.weight_ih_l${layer}${end}`),
        weightHidden: offsetOf(chain, `rnn.weight_hh_l${layer}${end}`),
        biasInput: offsetOf(chain, `rnn.bias_ih_l${layer}${end}`),
        biasHidden: offsetOf(chain, `rnn.bias_hh_l${layer}${end}`),
        gainInput: offsetOf(chain, `rnn.layer_norm_ih_l${layer}${end}.weight`),
        gainHidden: offsetOf(chain, `rnn.layer_norm_hh_l${layer}${end}.weight`),
        gainCell: offsetOf(chain, `rnn.layer_norm_c_l${layer}${end}.weight`),
        biasCell: offsetOf(chain, `rnn.layer_norm_c_l${layer}${end}.bias`),
      },
      input: isReversed ? reversedInput(chain, twins, input) : input,
    };
  });
}

/** Where a layer's outputs stand, and the gradient there; each behind a row of B * D * H that is not the layer above's. */
export const layerOutput = ({ layers, joined }: Chain, layer: number): Buffers => joined[layer] ?? layers[layer];

function layerInput(chain: Chain, layer: number): Input {
  const { options, sizes, buffers } = chain;
  const { tokens } = buffers;
  if (layer > 0) {
    return { values: layerOutput(chain, layer - 1).states, tokens, offset: options.batch * sizes.output, size: sizes.output };
  }
  if (options.input.kind === 'one-hot') return { values: buffers.input, tokens, offset: 0, size: 0 };
  return { values: options.input.kind === 'embedding' ? buffers.embedded : buffers.input, tokens, offset: 0, size: sizes.input };
}

function reversedInput(chain: Chain, twins: ChainTwins, { values, tokens, offset, size }: Input): Input {
  if (size > 0) return { values: turned(chain, twins, values, size, offset), tokens, offset: 0, size };
  const out = new Uint32Array(tokens.length);
  twins.reverseRows({ ...rowsOf(chain), kind: 'tokens', columns: 1 }, {}, { source: tokens, lengths: chain.buffers.lengths, out });
  return { values, tokens: out, offset, size };
}

const rowsOf = ({ options: { batch, timeSteps, lengths } }: Chain) => ({ batch, timeSteps, lengths: lengths !== undefined });

/** Rows [T * B, columns] with the time steps of each row of the batch in reverse. */
export function turned(chain: Chain, twins: ChainTwins, source: Values, columns: number, offset = 0): Float64Array {
  const { batch, timeSteps } = chain.options;
  const out = new Float64Array(timeSteps * batch * columns);
  twins.reverseRows({ ...rowsOf(chain), kind: 'vectors', columns }, { source: offset }, { source, lengths: chain.buffers.lengths, out });
  return out;
}
