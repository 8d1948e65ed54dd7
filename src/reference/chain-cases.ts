/** The cells and inputs over which tests run the chain. */
import type { Chain } from './chain-buffers.ts';
import type { ChainOptions } from './chain-layout.ts';

export const cells: readonly (readonly [string, Pick<ChainOptions, 'cell' | 'reset'>])[] = [
  ['rnn-tanh', { cell: 'rnn-tanh', reset: 'after' }],
  ['rnn-relu', { cell: 'rnn-relu', reset: 'after' }],
  ['lstm', { cell: 'lstm', reset: 'after' }],
  ['gru reset-after', { cell: 'gru', reset: 'after' }],
  ['gru reset-before', { cell: 'gru', reset: 'before' }],
];
export const inputs = ['vectors', 'embedding', 'one-hot'] as const;

/** Everything that is drawn within a cell. */
export const noisy = ({ cell }: Pick<ChainOptions, 'cell'>): Partial<ChainOptions> => ({
  recurrentDropout: 0.4,
  zoneout: 0.4,
  ...(cell === 'lstm' ? { zoneoutCell: 0.3 } : {}),
});

/** The parameters whose gradients are all tiny: a check of them would prove little. */
export function silentParameters(chain: Chain): readonly string[] {
  const { gradients } = chain.buffers;
  const isSilent = (offset: number, elements: number) =>
    gradients.subarray(offset, offset + elements).every((value) => Math.abs(value) < 1e-2);
  return [...chain.parameters.values()].filter((p) => isSilent(p.offset, p.rows * p.columns)).map((p) => p.name);
}
