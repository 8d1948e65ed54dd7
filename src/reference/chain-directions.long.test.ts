/** The numeric gradient where it takes longest: two directions, and noise between and within the layers. The rest is in chain.test.ts. */
import { describe, expect, test } from 'vitest';
import { forwardChain } from './chain.ts';
import { createChain } from './chain-buffers.ts';
import { cells, inputs, noisy, silentParameters } from './chain-cases.ts';
import { smallChain } from './chain-layout.ts';
import { gradientMismatches } from './numeric-gradient.ts';

describe.each(cells)('%s', (_, cell) => {
  test.each(inputs)('every gradient is the numeric one in two directions, where rows end early, input %s', (kind) => {
    const both = { bidirectional: true, layers: kind === 'vectors' ? 2 : 1, lengths: [3, 4, 1], input: { ...smallChain.input, kind } };
    const chain = createChain({ ...smallChain, ...cell, ...both });
    expect(gradientMismatches(chain)).toEqual([]);
    expect(silentParameters(chain)).toEqual([]);
  });

  test.each([false, true])('every gradient is the numeric one below dropout, two directions: %s', (bidirectional) => {
    const chain = createChain({ ...smallChain, ...cell, bidirectional, layers: 2, dropout: 0.4 });
    expect(gradientMismatches(chain)).toEqual([]);
    const whole = createChain({ ...smallChain, ...cell, bidirectional, layers: 2 });
    expect(forwardChain(chain)).not.toBe(forwardChain(whole));
  });

  test.each([
    { recurrentDropout: 0.4 },
    { zoneout: 0.4 },
    cell.cell === 'lstm' ? { zoneoutCell: 0.4 } : { zoneout: 0.7 },
    { ...noisy(cell), layers: 2 },
    { ...noisy(cell), bidirectional: true, lengths: [2, 4, 1] },
  ])('every gradient is the numeric one under recurrent dropout and zoneout, %j', (changed) => {
    const chain = createChain({ ...smallChain, ...cell, ...changed });
    expect(gradientMismatches(chain)).toEqual([]);
    const { recurrentDropout, zoneout, zoneoutCell, ...shape } = { recurrentDropout: 0, zoneout: 0, zoneoutCell: 0, ...changed };
    expect(recurrentDropout + zoneout + zoneoutCell).toBeGreaterThan(0);
    expect(forwardChain(chain)).not.toBe(forwardChain(createChain({ ...smallChain, ...cell, ...shape })));
  });
});
