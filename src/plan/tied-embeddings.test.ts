import { expect, test } from 'vitest';
import { smallSpec, smallTraining } from '../testing/models.ts';
import { defaultProfile } from './profile.ts';
import { dispatchesOf, usesOf } from './step.ts';
import { planTraining } from './training.ts';

const spec = smallSpec({ input: { kind: 'tokens', vocabulary: 7, embedding: 3 }, tiedEmbeddings: true });
/** So many positions that a product over them is split on hardware. */
const long = smallTraining({ batch: 64, timeSteps: 256 });

test.each([true, false])('the split product of the shared weight touches no other gradient, software adapter: %s', (software) => {
  const { plan, layout, tensors } = planTraining(spec, long, { ...defaultProfile, software });
  const { offset, rows, columns, copy } = layout.at('embedding.weight');
  expect(copy).toBe('transposed');
  const dispatches = dispatchesOf(plan.steps);
  const scratch = dispatches.flatMap(usesOf).find(({ tensor }) => tensor.name === 'gradient_head parts')?.tensor;
  if (!software) expect(scratch?.shape[1]).toBe(rows * columns);
  const sums = dispatches.filter(({ label }) => label.startsWith('gradient_head') && label.endsWith('sum'));
  for (const { kernel, values } of sums) expect([offset, layout.at('head.bias').offset], kernel.name).toContain(values.out);
  // the product first, then the embedding's own share
  const writers = dispatches.filter((step) => usesOf(step).some(({ tensor, writes }) => writes && tensor === tensors.gradients));
  const labels = writers.map(({ label }) => label);
  const product = labels.findIndex((label) => label.startsWith('gradient_head'));
  const gather = labels.indexOf('gradient_embedding');
  expect(product).toBeGreaterThanOrEqual(0);
  expect(gather).toBeGreaterThan(product);
  expect(writers[gather].kernel.variant).toBe('embedding added');
});
