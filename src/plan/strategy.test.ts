import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import { sharedBytes, vectorsTogether } from '../../shaders/common/shared-tile.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { chooseAttention, chooseNorm, chooseParts, chooseProduct, chooseRecurrent, LARGE_FLOP, refusal } from './strategy.ts';

const hardware: AdapterProfile = { ...defaultProfile, software: false, flopPerMillisecond: 1e8 };

const arbitraryProfile: fc.Arbitrary<AdapterProfile> = fc
  .record({
    software: fc.boolean(),
    kernel: fc.constantFrom('auto' as const, 'sequence' as const, 'step' as const),
    maxComputeWorkgroupStorageSize: fc.constantFrom(16_384, 32_768, 65_536),
    maxComputeInvocationsPerWorkgroup: fc.constantFrom(128, 256, 1024),
    subgroupSize: fc.constantFrom(0, 4, 32),
    products: fc.constantFrom('registers' as const, 'shared' as const),
  })
  .map((chosen) => ({ ...defaultProfile, ...chosen }));
const arbitraryCell = fc.constantFrom(...(Object.keys(CELLS) as CellKind[]));
const arbitraryBatch = fc.integer({ min: 1, max: 70 });
/** Widths are padded to multiples of 4. */
const arbitraryWidth = fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 64, max: 1024 })).map((quarter) => quarter * 4);

describe('the recurrent kernel', () => {
  const property = (check: (profile: AdapterProfile, cell: CellKind, batch: number, width: number) => void) =>
    fc.assert(fc.property(arbitraryProfile, arbitraryCell, arbitraryBatch, arbitraryWidth, check), { numRuns: 500 });

  it('fits the adapter wherever it is the sequence kernel', () =>
    property((profile, cell, batch, width) => {
      const { kernel, forward, backward } = chooseRecurrent(profile, cell, batch, width);
      if (kernel === 'step') return;
      expect(4 * width * forward.rows).toBeLessThanOrEqual(profile.maxComputeWorkgroupStorageSize);
      expect(4 * CELLS[cell].gates * width * backward.rows).toBeLessThanOrEqual(profile.maxComputeWorkgroupStorageSize);
      for (const { vectors } of [forward, backward])
        expect(width / 4 / vectors).toBeLessThanOrEqual(profile.maxComputeInvocationsPerWorkgroup);
    }));

  it('shares operands in step kernels of a GPU alone, where workgroups are full and their memory suffices', () => {
    const wide = fc.integer({ min: 1, max: 1024 });
    const run = (profile: AdapterProfile, cell: CellKind, batch: number, width: number): void => {
      const { forward, backward, workgroupSize } = chooseRecurrent({ ...profile, kernel: 'step' }, cell, batch, width);
      const groups = { forward: CELLS[cell].gates, backward: 1 };
      for (const [name, tile] of Object.entries({ forward, backward })) {
        if (!tile.shared) continue;
        expect([profile.software, batch >= tile.shared.down]).toEqual([false, true]);
        expect(tile.shared.across * tile.shared.down).toBe(workgroupSize);
        expect((width / 4) % vectorsTogether(tile)).toBe(0);
        expect(sharedBytes(tile, groups[name as keyof typeof groups])).toBeLessThanOrEqual(profile.maxComputeWorkgroupStorageSize);
      }
    };
    fc.assert(fc.property(arbitraryProfile, arbitraryCell, wide, arbitraryWidth, run), { numRuns: 500 });
    const slices = (batch: number) => {
      const { forward, backward } = chooseRecurrent({ ...hardware, kernel: 'step' }, 'lstm', batch, 512);
      return [forward, backward].map(({ rows, shared }) => [rows, shared?.slice]);
    };
    expect([64, 256, 512].map(slices)).toEqual([
      [
        [1, 32],
        [1, 64],
      ],
      [
        [2, 16],
        [2, 32],
      ],
      [
        [4, 16],
        [4, 32],
      ],
    ]);
    expect(slices(15)).toEqual([
      [1, undefined],
      [1, undefined],
    ]);
  });

  it('shares operands of products where a GPU is told to', () => {
    const { tile, workgroupSize } = chooseProduct({ ...hardware, products: 'shared' }, 8192, [2048], false);
    const { shared, ...registers } = tile;
    expect(registers).toEqual(chooseProduct(hardware, 8192, [2048], false).tile);
    expect((shared?.across ?? 0) * (shared?.down ?? 0)).toBe(workgroupSize);
    expect(sharedBytes(tile, 1)).toBeLessThanOrEqual(defaultProfile.maxComputeWorkgroupStorageSize);
    expect(chooseProduct({ ...defaultProfile, products: 'shared' }, 8192, [2048], false).tile.shared).toBeUndefined();
  });

  it('has tiles that divide the width and do not outgrow the batch', () =>
    property((profile, cell, batch, width) => {
      const { forward, backward } = chooseRecurrent(profile, cell, batch, width);
      for (const { rows, vectors } of [forward, backward]) {
        expect((width / 4) % vectors).toBe(0);
        expect(rows).toBeLessThan(Math.max(2, 2 * batch));
        expect(Math.log2(rows) % 1).toBe(0);
      }
    }));

  it('has lanes only on software of four, where four threads own neighbouring units of the same rows', () =>
    property((profile, cell, batch, width) => {
      const { forward, backward } = chooseRecurrent(profile, cell, batch, width);
      for (const { rows, vectors, lanes } of [forward, backward]) {
        if (!lanes) continue;
        expect([profile.software, profile.subgroupSize, rows % lanes, (width / 4 / vectors) % lanes]).toEqual([true, lanes, 0, 0]);
      }
    }));

  it('sweeps alone where both sweeps have lanes and no sum goes over a whole row', () =>
    property((profile, cell, batch, width) => {
      const { kernel, forward, backward, alone = false } = chooseRecurrent(profile, cell, batch, width);
      const hasLanes = forward.lanes !== undefined && backward.lanes !== undefined;
      expect(alone).toBe(kernel === 'sequence' && hasLanes && cell !== 'gru-before');
      expect(chooseRecurrent(profile, cell, batch, width, { layerNorm: true }).alone).toBeUndefined();
    }));

  it('waits for other threads where sweeping alone is refused', () => {
    const lanes = { ...defaultProfile, subgroupSize: 4 };
    const { forward, backward, alone } = chooseRecurrent(lanes, 'lstm', 16, 64);
    expect(alone).toBe(true);
    const refused = { ...lanes, refused: [refusal('sequence-backward', { ...backward, alone: true })] };
    expect(chooseRecurrent(refused, 'lstm', 16, 64)).toEqual({ kernel: 'sequence', forward, backward, workgroupSize: 4 });
  });

  it('holds twice the accumulators for many operations, where lanes share them and sequence kernels still have two workgroups', () =>
    property((profile, cell, batch, width) => {
      const usual = chooseRecurrent(profile, cell, batch, width);
      const large = chooseRecurrent(profile, cell, batch, width, { timeSteps: LARGE_FLOP.recurrent });
      expect(large.kernel).toBe(usual.kernel);
      for (const direction of ['forward', 'backward'] as const) {
        const { rows, vectors, lanes } = large[direction];
        if (rows === usual[direction].rows) continue;
        expect([rows, lanes, vectors * rows <= 64]).toEqual([16, 4, true]);
        if (large.kernel === 'sequence') expect(batch).toBeGreaterThan(16);
      }
    }));

  it('is a function of its arguments alone', () =>
    property((profile, cell, batch, width) => {
      expect(chooseRecurrent(profile, cell, batch, width)).toEqual(chooseRecurrent({ ...profile }, cell, batch, width));
    }));

  it('is the step kernel wherever that is asked for', () =>
    property((profile, cell, batch, width) => {
      expect(chooseRecurrent({ ...profile, kernel: 'step' }, cell, batch, width).kernel).toBe('step');
    }));

  it.each([
    ['software', defaultProfile],
    ['hardware', hardware],
  ])('is the sequence kernel for narrow layers and the step kernel for wide ones on %s', (_, profile) => {
    const kernels = [4, 16, 64, 96, 1024, 2048].map((width) => chooseRecurrent(profile, 'lstm', 16, width).kernel);
    expect(kernels).toEqual(['sequence', 'sequence', 'sequence', 'sequence', 'step', 'step']);
  });

  it('is the step kernel where a sequence does not fit, even if that is asked for', () => {
    const asked: AdapterProfile = { ...defaultProfile, kernel: 'sequence' };
    expect(chooseRecurrent(asked, 'lstm', 1, 1024).kernel).toBe('sequence');
    expect(chooseRecurrent(asked, 'lstm', 1, 1028).kernel).toBe('step');
  });

  it('takes fewer rows where memory is short', () => {
    const asked: AdapterProfile = { ...defaultProfile, kernel: 'sequence' };
    expect([128, 256, 512].map((width) => chooseRecurrent(asked, 'lstm', 64, width).backward.rows)).toEqual([8, 4, 2]);
  });
});

describe('the tile of a product', () => {
  const property = (check: (profile: AdapterProfile, rows: number, columns: number, leftByColumns: boolean) => void) =>
    fc.assert(fc.property(arbitraryProfile, fc.integer({ min: 1, max: 5000 }), arbitraryWidth, fc.boolean(), check), { numRuns: 500 });

  it('keeps at most 32 vec4 accumulators in a thread, 64 for many operations', () =>
    property((profile, rows, columns, leftByColumns) => {
      const { tile, workgroupSize } = chooseProduct(profile, rows, [columns], leftByColumns);
      expect(tile.rows * tile.vectors).toBeLessThanOrEqual(32);
      const flop = leftByColumns ? LARGE_FLOP.weightGradient : LARGE_FLOP.product;
      const { tile: large } = chooseProduct(profile, rows, [columns], leftByColumns, flop);
      expect(chooseProduct(profile, rows, [columns], leftByColumns, flop - 1).tile).toEqual(tile);
      expect(large.rows * large.vectors).toBeLessThanOrEqual(large.lanes ? 64 : 32);
      expect(workgroupSize).toBeLessThanOrEqual(profile.maxComputeInvocationsPerWorkgroup);
    }));

  it('has lanes only where four threads own neighbouring columns of the same rows in every product of the dispatch', () =>
    fc.assert(
      fc.property(
        arbitraryProfile,
        fc.integer({ min: 1, max: 5000 }),
        fc.array(arbitraryWidth, { minLength: 1, maxLength: 2 }),
        (profile, rows, widths) => {
          const { tile, workgroupSize } = chooseProduct(profile, rows, widths, true);
          if (!tile.lanes) return;
          expect([profile.software, profile.subgroupSize, workgroupSize, tile.rows % 4]).toEqual([true, 4, 4, 0]);
          for (const width of widths) expect((width / 4 / tile.vectors) % 4).toBe(0);
        },
      ),
      { numRuns: 500 },
    ));

  it('reads whole vec4s where the left operand lies by columns', () =>
    property((profile, rows, columns) => {
      expect(chooseProduct(profile, rows, [columns], true).tile.rows % 4).toBe(0);
    }));
});

describe('split-K', () => {
  const count = fc.integer({ min: 1, max: 1_000_000 });

  it('never splits on a software adapter', () => {
    expect(chooseParts(defaultProfile, 1, 100_000, 1000)).toBe(1);
  });

  it('splits a small product over many positions, into parts that each have some', () =>
    fc.assert(
      fc.property(count, count, count, (threads, inner, bytes) => {
        const parts = chooseParts(hardware, threads, inner, bytes);
        expect(parts).toBeGreaterThanOrEqual(1);
        expect(parts).toBeLessThanOrEqual(inner);
      }),
    ));

  it('splits less the more threads there are without', () => {
    const parts = [64, 1024, 16_384, 1_000_000].map((threads) => chooseParts(hardware, threads, 16_384, 4096));
    expect(parts[0]).toBeGreaterThan(1);
    expect(parts[parts.length - 1]).toBe(1);
    expect(parts).toEqual([...parts].sort((a, b) => b - a));
  });
});

describe('the norm', () => {
  it('has few partial sums, which every workgroup of the update reads', () => {
    expect(chooseNorm(defaultProfile, 4)).toEqual({ workgroups: 1, workgroupSize: 4 });
    expect(chooseNorm(defaultProfile, 1e7).workgroups).toBe(16);
    expect(chooseNorm(hardware, 1e7).workgroups).toBeLessThanOrEqual(256);
  });
});

describe('attention', () => {
  const arbitraryShape = fc.record({
    kind: fc.constantFrom('additive' as const, 'multiplicative' as const),
    batch: arbitraryBatch,
    targetSteps: fc.integer({ min: 1, max: 600 }),
    sourceSteps: fc.integer({ min: 1, max: 600 }),
    attentionSize: arbitraryWidth,
    valueSize: arbitraryWidth,
    scale: fc.constant(1),
  });

  it('fits the adapter and does not outgrow its time steps', () =>
    fc.assert(
      fc.property(arbitraryProfile, arbitraryShape, (profile, shape) => {
        const { rows, workgroupSize, query, source, threads } = chooseAttention(profile, shape);
        expect(Math.max(workgroupSize, threads)).toBeLessThanOrEqual(profile.maxComputeInvocationsPerWorkgroup);
        expect(4 * rows * workgroupSize).toBeLessThanOrEqual(profile.maxComputeWorkgroupStorageSize);
        for (const steps of [rows, query.rows]) expect(steps).toBeLessThan(2 * shape.targetSteps);
        expect(source.rows % 4).toBe(0);
        expect(source.rows).toBeLessThan(shape.sourceSteps + 4);
      }),
      { numRuns: 300 },
    ));
});
