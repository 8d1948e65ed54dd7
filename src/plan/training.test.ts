import { describe, expect, it } from 'vitest';
import { type ModelSpec, valuesPerStep } from '../spec/model.ts';
import type { TrainSpec } from '../spec/train.ts';
import { type CellName, cells, inputs, smallSpec, smallTraining, variants } from '../testing/models.ts';
import { expectSound, plainPlan } from '../testing/plans.ts';
import type { Plan } from './plan.ts';
import { type AdapterProfile, defaultProfile } from './profile.ts';
import { dispatchesOf } from './step.ts';
import { planTraining } from './training.ts';

const step: AdapterProfile = { ...defaultProfile, kernel: 'step' };
const sequence: AdapterProfile = { ...defaultProfile, kernel: 'sequence' };
/** A large GPU, on which products are split. */
const hardware: AdapterProfile = { ...defaultProfile, software: false, flopPerMillisecond: 1e8 };
const profiles = {
  step,
  sequence,
  'step, hardware': { ...hardware, kernel: 'step' },
  'sequence, hardware': { ...hardware, kernel: 'sequence' },
} as const satisfies Record<string, AdapterProfile>;

const long = smallTraining({ batch: 16, timeSteps: 32 });

/** Dispatches of a step before chunking, from the design: the 8 are gather, logits, loss, head gradient, dY, embedding gradient, norm, update. */
const most = (kernel: 'step' | 'sequence', cell: CellName, layers: number, timeSteps: number): number => {
  if (kernel === 'sequence') return 5 * layers + 8;
  return layers * (cell === 'gru-before' ? 4 * timeSteps + 4 : 2 * timeSteps + 3) + 8;
};

const reductions = ({ steps }: Plan): number => dispatchesOf(steps).filter((each) => each.kernel.name === 'sum-parts').length;

describe.each(['step', 'sequence'] as const)('a training step with %s kernels', (kernel) => {
  it.each(variants)('has at most the dispatches of the formula: $cell, $input, $layers layers', ({ cell, layers, spec }) => {
    for (const train of [smallTraining({ timeSteps: 9 }), smallTraining({ stateful: true, clip: { globalNorm: 1, value: 1 } })]) {
      const { plan } = planTraining(spec, train, profiles[kernel]);
      expect(plan.describe().dispatches).toBeLessThanOrEqual(most(kernel, cell, layers, train.timeSteps));
      expect(reductions(plan)).toBe(0);
    }
  });

  it.each(variants)(
    'adds at most one reduction per layer where products are split: $cell, $input, $layers layers',
    ({ cell, layers, spec }) => {
      const { plan } = planTraining(spec, long, profiles[`${kernel}, hardware`]);
      expect(reductions(plan)).toBeGreaterThan(0);
      expect(plan.describe().dispatches).toBeLessThanOrEqual(most(kernel, cell, layers, long.timeSteps) + layers);
    },
  );
});

describe('the memory of a training step', () => {
  const padded = (size: number): number => Math.ceil(size / 4) * 4;

  /**
   * Floats, with T·B = positions: per layer T·B·P·H gates and (T + 1)·B·H states, twice for the LSTM; T·B·H of the widest layer for the gradient
   * of an output and once more for that of an input; T·B·I input rows and their gradient; T·B·V logits; T·B losses; 3·T·B + V ids;
   * carried states; parameters, forward copies, gradients and moments; the metrics ring.
   */
  function formula(spec: ModelSpec, { batch, timeSteps, stateful, accumulate, optimizer }: TrainSpec, elements: number): number {
    const { cell, hiddenSize } = spec.recurrent;
    const positions = timeSteps * batch;
    const planes = cell === 'gru' || cell === 'lstm' ? 4 : 1;
    const kept = cell === 'lstm' ? 2 : 1;
    const widths = hiddenSize.map(padded);
    const input = padded(spec.input.kind === 'tokens' ? spec.input.embedding : valuesPerStep(spec.input));
    const layers = widths.reduce((sum, width) => sum + positions * planes * width + kept * (positions + batch) * width, 0);
    const carried = stateful ? accumulate * kept * batch * widths.reduce((sum, width) => sum + width, 0) : 0;
    const outputs = 2 * positions * Math.max(...widths) + positions * padded(spec.output.classes) + accumulate * positions;
    const inputs =
      spec.input.kind === 'tokens' ? 2 * positions * input + 3 * positions + spec.input.vocabulary : accumulate * positions * input;
    const moments = { sgd: 0, momentum: 1, rmsprop: 1, adam: 2, adamw: 2 }[optimizer.kind];
    return 4 * (layers + carried + outputs + inputs + elements * (3 + moments + (accumulate > 1 ? 1 : 0)) + 128 * 8);
  }

  const trainings = {
    plain: smallTraining({ batch: 16, timeSteps: 32 }),
    stateful: smallTraining({ batch: 16, timeSteps: 32, stateful: true, optimizer: { kind: 'sgd' } }),
    accumulated: smallTraining({ batch: 8, timeSteps: 32, accumulate: 2, stateful: true }),
    odd: smallTraining(),
  };

  describe.each(Object.keys(trainings) as (keyof typeof trainings)[])('%s', (name) => {
    it.each(variants)('is at most 1.25 times the formula: $cell, $input, $layers layers', ({ spec }) => {
      const train = trainings[name];
      const { plan, layout } = planTraining(spec, train, sequence);
      const { bytes, givenBytes } = plan.describe();
      expect(bytes + givenBytes).toBeLessThanOrEqual(1.25 * formula(spec, train, layout.elements));
    });
  });

  it('is at most 1.25 times the formula where the layers differ in width', () => {
    const spec = smallSpec({
      recurrent: { cell: 'lstm', hiddenSize: [64, 16, 32] },
      input: { kind: 'tokens', vocabulary: 65, embedding: 24 },
    });
    const { plan, layout } = planTraining(spec, long);
    const { bytes, givenBytes } = plan.describe();
    expect(bytes + givenBytes).toBeLessThanOrEqual(1.25 * formula(spec, long, layout.elements));
  });

  it('lets the output gradients of many layers take turns', () => {
    const bytes = (layers: number): number =>
      planTraining(smallSpec({ recurrent: { cell: 'rnn-tanh', hiddenSize: 32, layers } }), long).plan.describe().bytes;
    const perLayer = 4 * 32 * (32 * 16 + 33 * 16);
    expect(bytes(7) - bytes(6)).toBe(perLayer);
  });
});

describe('every training plan', () => {
  const trainings = [smallTraining(), smallTraining({ stateful: true, accumulate: 2, clip: { value: 1 } })];

  it.each(variants)('is sound: $cell, $input, $layers layers', ({ spec }) => {
    for (const train of trainings) expectSound(planTraining(spec, train, step).plan);
    for (const train of [...trainings, long]) expectSound(planTraining(spec, train, sequence).plan);
    expectSound(planTraining(spec, long, profiles['sequence, hardware']).plan);
  });

  it.each(variants)('is a pure function of the specs and the profile: $cell, $input, $layers layers', ({ spec }) => {
    const [first, second] = [1, 2].map(() =>
      plainPlan(planTraining(structuredClone(spec), structuredClone(trainings[1]), structuredClone(step)).plan),
    );
    expect(first).toEqual(second);
  });

  it.each(['softmax', 'sigmoid', 'linear'] as const)('is sound for many-to-one with %s outputs, and is one pass', (kind) => {
    const spec = smallSpec({ architecture: 'many-to-one', input: inputs.vectors, output: { kind, classes: 3 } });
    const { plan } = planTraining(spec, smallTraining());
    expectSound(plan);
    const kinds = plan.steps.map((each) => each.kind);
    expect(kinds.slice(kinds.indexOf('dispatch')).every((each) => each === 'dispatch')).toBe(true);
  });

  it('copies states only where they are carried', () => {
    const copies = (train: TrainSpec) => planTraining(smallSpec({ recurrent: { layers: 2 } }), train).plan.describe().copies;
    expect(copies(smallTraining())).toBe(0);
    expect(copies(smallTraining({ stateful: true }))).toBe(2 * 2 * 2);
    expect(copies(smallTraining({ stateful: true, accumulate: 3 }))).toBe(3 * 2 * 2 * 2);
  });

  it('runs the sweep once per micro-batch and the update once', () => {
    const { steps } = planTraining(smallSpec(), smallTraining({ accumulate: 3 }), sequence).plan;
    const count = (name: string) => dispatchesOf(steps).filter((each) => each.kernel.name === name).length;
    expect(['gather-batch', 'sequence-forward', 'sequence-backward', 'accumulate'].map(count)).toEqual([3, 3, 3, 3]);
    expect(['gradient-norm', 'update'].map(count)).toEqual([1, 1]);
  });

  const fed = smallTraining({ accumulate: 2, feedback: { kind: 'scheduled' } });
  const writing = { input: inputs.embedding, recurrent: { ...cells.gru, layers: 2, dropout: 0.3 } } as const;

  it.each(['one-to-one', 'encoder-decoder'] as const)('is sound where the network reads its own words: %s', (architecture) => {
    const attention = architecture === 'encoder-decoder' ? { attention: { kind: 'additive' } as const } : {};
    const spec = smallSpec({ ...writing, architecture, ...attention });
    for (const profile of Object.values(profiles)) {
      const { plan } = planTraining(spec, fed, profile);
      expectSound(plan);
      const { steps } = plan;
      const count = (name: string) => dispatchesOf(steps).filter((each) => each.kernel.name === name).length;
      expect([count('feed-token'), count('sort-tokens')]).toEqual([2 * (fed.timeSteps - 1), 2]);
      // one pass: nothing but dispatches between the first and the last of them
      expect(steps.findLastIndex((each) => each.kind !== 'dispatch')).toBeLessThan(steps.findIndex((each) => each.kind === 'dispatch'));
      expect(plan.print()).toContain('feed-token (draw linear embedded)');
    }
  });

  it.each(['lstm', 'gru-before'] as const)(
    'is sound where the network reads its own values, given or fed, whatever it is asked besides: %s',
    (cell) => {
      const spec = smallSpec({ input: inputs.vectors, recurrent: { ...cells[cell], layers: 2 }, output: { kind: 'linear', classes: 5 } });
      for (const given of [1, 3, 4]) {
        const free = smallTraining({ accumulate: 2, monitor: true, clip: { timeStepNorm: 1 }, feedback: { kind: 'free', given } });
        for (const profile of Object.values(profiles)) {
          const { plan } = planTraining(spec, free, profile);
          expectSound(plan);
          const count = (name: string) => dispatchesOf(plan.steps).filter((each) => each.kernel.name === name).length;
          expect([count('feed-value'), count('feed-value-backward')]).toEqual([2 * (4 - given), 2 * (4 - given)]);
        }
      }
    },
  );

  it('cuts long dispatches in time and keeps the count before chunking', () => {
    const slow: AdapterProfile = { ...sequence, flopPerMillisecond: 100 };
    const whole = planTraining(smallSpec({ recurrent: cells.lstm }), long, sequence).plan;
    const cut = planTraining(smallSpec({ recurrent: cells.lstm }), long, slow).plan;
    expect(cut.describe().dispatches).toBe(whole.describe().dispatches);
    expect(cut.describe().dispatchesChunked).toBeGreaterThan(whole.describe().dispatchesChunked);
    expect(cut.describe().flop).toBeCloseTo(whole.describe().flop, 3);
    expectSound(cut);
  });
});
