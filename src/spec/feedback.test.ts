import { describe, expect, test } from 'vitest';
import { feedbackSpec } from './feedback.ts';
import { modelSpec } from './model.ts';
import { requireTrainable, trainSpec } from './train.ts';

const sizes = { batch: 2, timeSteps: 3 };
const softmax = { kind: 'softmax', classes: 5 } as const;
const gru = { cell: 'gru', hiddenSize: 4 } as const;
const scheduled = trainSpec({ ...sizes, feedback: { kind: 'scheduled' } });

describe('feedback', () => {
  test('is complete, and survives itself', () => {
    expect(feedbackSpec()).toEqual({ kind: 'teacher' });
    const spec = feedbackSpec({ kind: 'scheduled' });
    expect(spec).toEqual({ kind: 'scheduled', choice: 'draw', most: 0.25, schedule: 'linear', steps: 1000 });
    expect(feedbackSpec(spec)).toEqual(spec);
    expect(trainSpec(scheduled)).toEqual(scheduled);
  });

  test.each([
    [{ kind: 'student' }, "feedback.kind must be one of 'teacher', 'scheduled'"],
    [{ kind: 'teacher', most: 0.5 }, "'most'"],
    [{ kind: 'scheduled', most: 0 }, 'feedback.most must be above 0'],
    [{ kind: 'scheduled', most: 1.5 }, 'feedback.most must be'],
    [{ kind: 'scheduled', steps: 0 }, 'feedback.steps must be a positive integer, got 0'],
    [{ kind: 'scheduled', choice: 'any' }, 'feedback.choice must be one of'],
  ])('refuses %j', (options, sentence) => {
    expect(() => feedbackSpec(options as never)).toThrow(sentence);
  });

  test('belongs to networks that read the tokens they write', () => {
    const tokens = { kind: 'tokens', vocabulary: 5 } as const;
    for (const architecture of ['one-to-one', 'many-to-many', 'encoder-decoder'] as const)
      expect(() => requireTrainable(modelSpec({ architecture, input: tokens, recurrent: gru, output: softmax }), scheduled)).not.toThrow();
    const refused = [
      { architecture: 'many-to-one', input: tokens, recurrent: gru, output: softmax },
      { input: tokens, recurrent: { ...gru, bidirectional: true }, output: softmax },
      { input: { kind: 'vectors', size: 5 }, recurrent: gru, output: softmax },
      { input: tokens, recurrent: gru, output: { kind: 'linear', classes: 5 } },
    ] as const;
    for (const model of refused)
      expect(() => requireTrainable(modelSpec(model), scheduled)).toThrow("feedback 'scheduled' must come with a network that reads");
    const wide = modelSpec({ input: tokens, recurrent: gru, output: { kind: 'softmax', classes: 6 } });
    expect(() => requireTrainable(wide, scheduled)).toThrow('one of 5 tokens, got 6 classes');
  });
});
