/** What a plan in segments costs: memory that grows with a segment and the number of segments, not with the window, and each segment forward twice. */
import { expect, it } from 'vitest';
import { cellNames, cells, smallSpec, smallTraining } from '../testing/models.ts';
import { capacityOf } from './capacity.ts';
import { defaultProfile } from './profile.ts';
import { dispatchesOf } from './step.ts';
import { planTraining } from './training.ts';

const spec = smallSpec({ recurrent: { cell: 'lstm', hiddenSize: 32 } });
const planOf = (timeSteps: number, recompute?: number) =>
  planTraining(spec, smallTraining({ timeSteps, stateful: true, recompute }), { ...defaultProfile, kernel: 'sequence' }).plan;
const bytesOf = (timeSteps: number, recompute?: number): number => planOf(timeSteps, recompute).describe().bytes;

it('needs about the square root of the memory', () => {
  const [whole, halves] = [bytesOf(1024), bytesOf(1024, 32)];
  expect(halves).toBeLessThan(whole / 8);
  // four times the window, twice the segment: twice the memory, not four times
  expect(bytesOf(4096, 64) / halves).toBeLessThan(2.2);
  expect(bytesOf(4096) / whole).toBeGreaterThan(3.5);
});

it('binds longer windows: what a time step costs is a share of a state', () => {
  const narrow = { ...defaultProfile, maxStorageBufferBindingSize: 1_048_576 };
  const whole = capacityOf(spec, smallTraining({ timeSteps: 64, stateful: true }), narrow);
  const segmented = capacityOf(spec, smallTraining({ timeSteps: 64, recompute: 16, stateful: true }), narrow);
  expect(segmented.timeSteps).toBeGreaterThan(8 * whole.timeSteps);
  expect(segmented.timeSteps % 16).toBe(0);
  expect(segmented.bytesPerTimeStep).toBeLessThan(whole.bytesPerTimeStep / 8);
});

it.each(cellNames)('runs every segment but the last forward twice and each once in reverse: %s', (cell) => {
  const train = smallTraining({ timeSteps: 12, recompute: 4 });
  const { plan } = planTraining(smallSpec({ recurrent: { ...cells[cell], layers: 2 } }), train, { ...defaultProfile, kernel: 'sequence' });
  const dispatches = dispatchesOf(plan.steps);
  const count = (pattern: RegExp): number => dispatches.filter(({ kernel }) => pattern.test(kernel.name)).length;
  expect([count(/sequence-forward/), count(/sequence-backward/)]).toEqual([2 * (3 + 2), 2 * 3]);
  expect(count(/softmax-cross-entropy/)).toBe(3);
  expect(count(/^update$/)).toBe(1);
});
