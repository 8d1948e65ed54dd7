import { expect, test } from 'vitest';
import { modelSpec } from '../spec/model.ts';
import { takeExamples, testExampleTask } from '../testing/example-task.ts';
import { addingTask } from './adding.ts';
import { heldOutExamples } from './split.ts';

testExampleTask(addingTask);

test('two markers, one in each half, and the sum of what they mark', () => {
  const places = new Set<number>();
  for (const { sequence, value } of takeExamples(addingTask, 'train', 1, 2000)) {
    expect(sequence).toHaveLength(50);
    const marked = sequence.flatMap(([, marker], t) => (marker === 1 ? [t] : []));
    expect(marked).toHaveLength(2);
    expect([marked[0] < 25, marked[1] >= 25]).toEqual([true, true]);
    expect(sequence.every(([number, marker]) => number >= 0 && number < 1 && (marker === 0 || marker === 1))).toBe(true);
    expect(value).toBeCloseTo(sequence[marked[0]][0] + sequence[marked[1]][0], 12);
    for (const place of marked) places.add(place);
  }
  expect(places.size).toBe(50);
});

test('the mean leaves the variance of a sum of two, 1/6, and regression on all the numbers at most a tenth less', () => {
  const measured = addingTask.baselines(takeExamples(addingTask, 'train', 1, 4000), heldOutExamples(addingTask, 1000, 1));
  expect(Object.keys(measured)).toEqual(['mean', 'linear regression']);
  expect(measured.mean).toBeGreaterThan(0.155);
  expect(measured.mean).toBeLessThan(0.178);
  expect(measured['linear regression']).toBeGreaterThan(0.9 * measured.mean);
});

test('its model is the one of the literature: an LSTM of 32 units whose forget gate starts open', () => {
  const { embedding, ...model } = addingTask.model;
  const spec = modelSpec({ ...model, input: { kind: 'vectors', size: 2 }, output: { kind: 'linear', classes: 1 } });
  expect(embedding).toBe(0);
  expect(spec).toMatchObject({ architecture: 'many-to-one', recurrent: { cell: 'lstm', hiddenSize: [32], layers: 1 } });
  expect(spec.recurrent.initialization.forgetBias).toBe(2);
  expect(addingTask.train).toMatchObject({ batch: 32, timeSteps: 50 });
  expect(addingTask.steps).toBe(1200);
});
