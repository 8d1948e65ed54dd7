import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Kernel, read, readWrite, type WorkRange } from '../../shaders/kernel.ts';
import { InputError } from '../spec/input-error.ts';
import { createPlanBuilder } from './builder.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import type { DispatchStep } from './step.ts';
import { tensor } from './tensor.ts';

const source = tensor('source', ['N'], [8]);
const out = tensor('out', ['N'], [8]);

const kernelOf = (
  flop: number,
  range?: WorkRange,
  workgroups: Kernel['workgroups'] = [range?.along === 'workgroups' ? range.length : 3, 1, 1],
): Kernel => ({
  name: 'any',
  variant: 'plain',
  code: '',
  bindings: [read('source'), readWrite('out')],
  uniforms: ['begin', 'end', 'source'],
  workgroupSize: [1, 1, 1],
  workgroups,
  range,
  flop,
});

/** A budget of 1,000 operations a dispatch. */
const thousand: AdapterProfile = { ...defaultProfile, flopPerMillisecond: 100, budgetMilliseconds: 10 };

function cut(kernel: Kernel, profile: AdapterProfile = thousand): DispatchStep[] {
  const builder = createPlanBuilder(profile);
  builder.dispatch('forward', 'work', kernel, { source, out }, { source: 4 });
  return builder.steps.filter((step) => step.kind === 'dispatch');
}

/** The units of the range that a part works on. */
function covered({ kernel, values, workgroups }: DispatchStep): number[] {
  const length = kernel.range?.along === 'time' ? values.end - values.begin : workgroups[0];
  return Array.from({ length }, (_, index) => values.begin + index);
}

const arbitraryRange = fc.record({
  along: fc.constantFrom('time' as const, 'workgroups' as const),
  length: fc.integer({ min: 1, max: 200 }),
  reverse: fc.boolean(),
});
const arbitraryFlop = fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.constantFrom(0, 999, 1000, 1001, 5000));

describe('cutting a dispatch', () => {
  const property = (check: (kernel: Kernel, range: WorkRange, parts: DispatchStep[]) => void) =>
    fc.assert(
      fc.property(arbitraryRange, arbitraryFlop, (range, flop) => {
        const kernel = kernelOf(flop, range);
        check(kernel, range, cut(kernel));
      }),
      { numRuns: 300 },
    );

  it('covers the range exactly, forwards or backwards', () =>
    property((_, range, parts) => {
      const order = range.reverse ? [...parts].reverse() : parts;
      expect(order.flatMap(covered)).toEqual(Array.from({ length: range.length }, (_, index) => index));
    }));

  it('leaves no part over the budget, unless it is one unit of the range', () =>
    property((_, __, parts) => {
      for (const part of parts) if (covered(part).length > 1) expect(part.flop).toBeLessThanOrEqual(1000);
    }));

  it('cuts no more than the budget asks for', () =>
    property((kernel, range, parts) => {
      const unit = kernel.flop / range.length;
      const largest = Math.max(1, Math.floor(1000 / unit + 1e-9));
      expect(parts.length).toBe(Math.ceil(range.length / Math.min(range.length, largest)));
    }));

  it('shares out the operations, numbers the parts and keeps the other values', () =>
    property((kernel, _, parts) => {
      expect(parts.reduce((sum, { flop }) => sum + flop, 0)).toBeCloseTo(kernel.flop, 6);
      expect(parts.map(({ chunk }) => chunk)).toEqual(parts.map((_, index) => index));
      expect(parts.every(({ values }) => values.source === 4)).toBe(true);
      expect(parts.map(({ label }) => label)).toEqual(
        parts.map((_, index) => (parts.length === 1 ? 'work' : `work (${index + 1} of ${parts.length})`)),
      );
    }));

  it('gives each part all workgroups of a range of time, its own of a range of workgroups', () => {
    expect(
      cut(kernelOf(2000, { along: 'time', length: 4, reverse: true })).map(({ values, workgroups }) => [
        values.begin,
        values.end,
        workgroups,
      ]),
    ).toEqual([
      [2, 4, [3, 1, 1]],
      [0, 2, [3, 1, 1]],
    ]);
    expect(
      cut(kernelOf(2000, { along: 'workgroups', length: 5 }, [5, 1, 2])).map(({ values, workgroups }) => [values.begin, workgroups]),
    ).toEqual([
      [0, [2, 1, 2]],
      [2, [2, 1, 2]],
      [4, [1, 1, 2]],
    ]);
  });

  it('leaves a kernel without a range whole', () => {
    expect(cut(kernelOf(1e9)).map(({ workgroups, chunk }) => [workgroups, chunk])).toEqual([[[3, 1, 1], 0]]);
  });

  it('also stays below the most workgroups that the adapter dispatches', () => {
    const parts = cut(kernelOf(0, { along: 'workgroups', length: 10 }), { ...thousand, maxComputeWorkgroupsPerDimension: 4 });
    expect(parts.map(({ workgroups }) => workgroups[0])).toEqual([4, 4, 2]);
  });
});

describe('what a builder refuses', () => {
  it('says how large a tensor may be and what would help', () => {
    const builder = createPlanBuilder({ ...defaultProfile, maxStorageBufferBindingSize: 1000, maxBufferSize: 2000 });
    const gates = tensor('gates_l0', ['T', 'B', 'P·H'], [5, 4, 16]);
    const use = () => builder.dispatch('forward', 'work', kernelOf(1), { source, out: gates });
    expect(use).toThrow(
      new InputError(
        'gates_l0 [T=5, B=4, P·H=16] f32 needs 1280 bytes, the adapter binds at most 1000: use at most 3 timeSteps, a smaller batch or a smaller hiddenSize',
      ),
    );
    expect(builder.steps).toEqual([]);
  });

  it('knows the bindings and uniforms of the kernel', () => {
    const builder = createPlanBuilder(defaultProfile);
    expect(() => builder.dispatch('forward', 'work', kernelOf(1), { source })).toThrow('step work: kernel any binds out, got source');
    expect(() => builder.dispatch('forward', 'work', kernelOf(1), { source, out }, { first: 1 })).toThrow(
      'step work: kernel any has no uniform first',
    );
  });
});
