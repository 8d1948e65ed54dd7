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
    [{ kind: 'student' }, "feedback.kind must be one of 'teacher', 'scheduled', 'free'"],
    [{ kind: 'teacher', most: 0.5 }, "'most'"],
    [{ kind: 'scheduled', most: 0 }, 'feedback.most must be above 0'],
    [{ kind: 'scheduled', most: 1.5 }, 'feedback.most must be'],
    [{ kind: 'scheduled', steps: 0 }, 'feedback.steps must be a positive integer, got 0'],
    [{ kind: 'scheduled', choice: 'any' }, 'feedback.choice must be one of'],
  ])('refuses %j', (options, sentence) => {
    expect(() => feedbackSpec(options as never)).toThrow(sentence);
  });

  test.each([
    [{ kind: 'free', most: 1 }, "'most'"],
    [{ kind: 'scheduled', given: 1 }, "'given'"],
    [{ kind: 'free', given: 0 }, 'feedback.given must be a positive integer, got 0'],
    [
      { kind: 'free', inputs: [{ output: 0, gain: Number.NaN, keep: 0, offset: 0 }] },
      'feedback.inputs[0].gain must be a finite number, got NaN',
    ],
    [{ kind: 'free', inputs: [{ output: -1, gain: 1, keep: 0, offset: 0 }] }, 'feedback.inputs[0].output must be'],
  ])('refuses %j', (options, sentence) => {
    expect(() => feedbackSpec(options as never)).toThrow(sentence);
  });

  test('free belongs to networks that read the values they say', () => {
    const fed = { output: 0, gain: 1, keep: 0, offset: 0 };
    const require = (model: object, feedback: object = {}) =>
      requireTrainable(
        modelSpec({ input: { kind: 'vectors', size: 2 }, recurrent: gru, output: { kind: 'linear', classes: 2 }, ...model }),
        trainSpec({ ...sizes, feedback: { kind: 'free', ...feedback } }),
      );
    expect(() => require({})).not.toThrow();
    expect(() => require({ output: { kind: 'linear', classes: 1 } }, { inputs: [fed, fed] })).not.toThrow();
    const refused = [
      [{ output: { kind: 'linear', classes: 1 } }, {}, 'feedback.inputs must say how 1 outputs make 2 numbers of the input'],
      [{}, { inputs: [fed] }, 'feedback.inputs must have the 2 numbers of the input, got 1'],
      [{}, { inputs: [fed, { ...fed, output: 2 }] }, 'feedback.inputs must be made of outputs below 2, got 2'],
      [{ output: softmax }, {}, "feedback 'free' must come with a network that reads the values"],
      [{ architecture: 'many-to-one' }, {}, "feedback 'free' must come with"],
      [{ recurrent: { ...gru, layers: 2, dropout: 0.5 } }, {}, "dropout must be 0 with feedback 'free', got 0.5"],
    ] as const;
    for (const [model, feedback, sentence] of refused) expect(() => require(model, feedback)).toThrow(sentence);
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
