import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../shaders/kernel.ts';
import { planMemory } from './memory.ts';
import { type Step, usesOf } from './step.ts';
import { type Tensor, tensor } from './tensor.ts';

const kernelOf = (access: readonly ('read' | 'read-write')[]): Kernel => ({
  name: 'any',
  variant: 'plain',
  code: '',
  bindings: access.map((mode, index) => ({ name: `b${index}`, access: mode })),
  uniforms: [],
  workgroupSize: [1, 1, 1],
  workgroups: [1, 1, 1],
  flop: 0,
});

const dispatch = (...uses: readonly (readonly [Tensor, 'read' | 'read-write'])[]): Step => ({
  kind: 'dispatch',
  phase: 'forward',
  label: 'any',
  kernel: kernelOf(uses.map(([, mode]) => mode)),
  tensors: uses.map(([bound]) => bound),
  values: {},
  workgroups: [1, 1, 1],
  flop: 0,
  chunk: 0,
});
const copy = (from: Tensor, to: Tensor): Step => ({ kind: 'copy', label: 'copy', from, fromOffset: 0, to, toOffset: 0, elements: 1 });
const clear = (cleared: Tensor): Step => ({ kind: 'clear', label: 'clear', tensor: cleared });

const arbitraryTensors = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 64 }), fc.constantFrom('temporary', 'temporary', 'temporary', 'kept', 'given')), {
    minLength: 2,
    maxLength: 12,
  })
  .map((rows) => rows.map(([size, storage], index) => tensor(`t${index}`, ['N'], [size], storage as Tensor['storage'])));

/** Any steps over a few tensors: dispatches bind up to five of them, each once. */
const arbitrarySteps = arbitraryTensors.chain((tensors) => {
  const some = (most: number) =>
    fc.shuffledSubarray(tensors, { minLength: Math.min(2, tensors.length), maxLength: Math.min(most, tensors.length) });
  const modes = fc.array(fc.constantFrom('read' as const, 'read-write' as const), { minLength: 5, maxLength: 5 });
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(some(5), modes).map(([bound, access]) => dispatch(...bound.map((each, index) => [each, access[index]] as const))),
    },
    { weight: 1, arbitrary: some(2).map(([from, to]) => copy(from, to)) },
    { weight: 1, arbitrary: fc.constantFrom(...tensors).map(clear) },
  );
  return fc.array(step, { minLength: 1, maxLength: 25 });
});

/** Steps at which a tensor is used, found the slow way. */
const usedAt = (steps: readonly Step[], wanted: Tensor): number[] =>
  steps.flatMap((step, index) => (usesOf(step).some((use) => use.tensor === wanted) ? [index] : []));

const tensorsOf = (steps: readonly Step[]): Tensor[] => [...new Set(steps.flatMap((step) => usesOf(step).map((use) => use.tensor)))];

describe('memory of any steps', () => {
  const property = (check: (steps: Step[]) => void) => fc.assert(fc.property(arbitrarySteps, check), { numRuns: 300 });

  it('gives every tensor a buffer that is large enough, and lists what is given', () =>
    property((steps) => {
      const { bufferOf, buffers, given } = planMemory(steps);
      for (const used of tensorsOf(steps)) {
        const index = bufferOf.get(used);
        expect(given.filter((each) => each === used).length).toBe(used.storage === 'given' ? 1 : 0);
        if (used.storage === 'given') expect(index).toBeUndefined();
        else {
          expect(index).toBeDefined();
          const buffer = buffers[index as number];
          expect(buffer.bytes).toBeGreaterThanOrEqual(used.bytes);
          expect(buffer.tensors.filter((each) => each === used)).toHaveLength(1);
        }
      }
    }));

  it('never lets two tensors that are alive at once share a buffer', () =>
    property((steps) => {
      for (const { tensors } of planMemory(steps).buffers) {
        const lives = tensors.map((each) => usedAt(steps, each)).map((at) => [at[0], at[at.length - 1]]);
        lives.forEach(([first, last], index) => {
          for (const [otherFirst, otherLast] of lives.slice(index + 1)) expect(first > otherLast || last < otherFirst).toBe(true);
        });
      }
    }));

  it('gives every kept tensor a buffer of its own', () =>
    property((steps) => {
      for (const { tensors } of planMemory(steps).buffers) {
        if (tensors.some(({ storage }) => storage === 'kept')) expect(tensors).toHaveLength(1);
      }
    }));

  it('never binds one buffer twice in a step', () =>
    property((steps) => {
      const { bufferOf } = planMemory(steps);
      for (const step of steps) {
        const bound = usesOf(step).flatMap((use) => bufferOf.get(use.tensor) ?? []);
        expect(new Set(bound).size).toBe(bound.length);
      }
    }));

  it('never needs more bytes than all tensors side by side, and counts its buffers', () =>
    property((steps) => {
      const { bytes, buffers } = planMemory(steps);
      const owned = tensorsOf(steps).filter(({ storage }) => storage !== 'given');
      expect(bytes).toBe(buffers.reduce((sum, buffer) => sum + buffer.bytes, 0));
      expect(bytes).toBeLessThanOrEqual(owned.reduce((sum, each) => sum + each.bytes, 0));
      expect(bytes).toBeGreaterThanOrEqual(Math.max(0, ...owned.map((each) => each.bytes)));
    }));
});

describe('memory of known steps', () => {
  const chain = (sizes: readonly number[]): Step[] => {
    const tensors = sizes.map((size, index) => tensor(`t${index}`, ['N'], [size]));
    return tensors.slice(1).map((next, index) => dispatch([tensors[index], 'read'], [next, 'read-write']));
  };

  it('lets a chain of equal tensors take turns in two buffers', () => {
    expect(planMemory(chain([8, 8, 8, 8, 8, 8])).buffers.map(({ bytes, tensors }) => [bytes, tensors.length])).toEqual([
      [32, 3],
      [32, 3],
    ]);
  });

  it('takes the smallest free buffer that is large enough', () => {
    const [large, small, next, end] = [16, 4, 3, 1].map((size, index) => tensor(`t${index}`, ['N'], [size]));
    const steps = [dispatch([large, 'read-write'], [small, 'read-write']), dispatch([next, 'read-write'], [end, 'read-write'])];
    const { bufferOf } = planMemory(steps);
    expect(bufferOf.get(next)).toBe(bufferOf.get(small));
    expect(bufferOf.get(end)).toBe(bufferOf.get(large));
  });

  it('keeps a tensor to its last use, however long the pause', () => {
    const [early, between] = ['early', 'between'].map((name) => tensor(name, ['N'], [4]));
    const { bufferOf } = planMemory([dispatch([early, 'read-write']), dispatch([between, 'read-write']), dispatch([early, 'read'])]);
    expect(bufferOf.get(early)).not.toBe(bufferOf.get(between));
  });
});
