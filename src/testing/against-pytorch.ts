import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, createTrainer, type Model, type ModelOptions, requestDevice, type TrainOptions } from '../index.ts';

/**
 * The whole engine against PyTorch in Float64 (scripts/fixtures): outputs, states, losses, every gradient by name, parameters after each
 * optimizer and clip, and 20 losses in a row; rows that end early, two directions, one output per row, windows that overlap, rows that start anew, learned
 * initial states; each case through the step kernels and through the sequence kernels.
 */

/** Numbers by parameter name, flat, in the order of the engine's parameter table. */
type Tensors = Record<string, number[]>;

/** One layer's state, each `[D, B, H]`. */
interface State {
  h: number[];
  c?: number[];
}

interface Batch {
  /** Tokens `[T, B]` or vectors `[T, B, I]`. */
  input: number[];
  /** Classes `[T, B]`, -1 where the target does not count, or numbers `[T, B, V]`; `[B]` for many-to-one. */
  target: number[];
  /** Time steps of each row; what lies past them is there and must not count. */
  lengths?: number[];
  /** 1 for rows that start anew. */
  anew?: number[];
}

interface Training {
  name: string;
  options: Partial<TrainOptions>;
  /** loss is per counted target; gradientNorm and gradients are those before any clip, parameters those after the update. */
  steps: {
    batch: string;
    loss: number;
    gradientNorm: number;
    gradients?: Tensors;
    /** What each clip met and left; see ClipMetrics. */
    clips?: Record<string, { norm: number; factor: number }>;
    parameters?: Tensors;
  }[];
}

interface Case {
  name: string;
  model: ModelOptions;
  batch: number;
  timeSteps: number;
  parameters: Tensors;
  forward?: { batch: string; initialState?: State[]; output: number[]; finalState: State[] };
  /** Each starts from `parameters` and zero states. */
  trainings: Training[];
}

interface Fixture {
  batches: Record<string, Batch>;
  cases: Case[];
}

/**
 * Sums of up to a dozen products in f32 lose 1e-6 or so; WGSL's exp, on which the activations stand, may lose several times that.
 * PyTorch in f32 uses 2 % of this.
 */
const forwardTolerance = (expected: number) => 1e-4 * Math.abs(expected) + 1e-5;
/** A mean of such outputs; nothing in it cancels, so it needs no absolute part. */
const firstLossTolerance = (expected: number) => 1e-4 * expected;
/** A later loss also carries the rounding of every update before it, which Adam can magnify where a gradient is small. */
const laterLossTolerance = (expected: number) => 1e-3 * expected;
/**
 * An element of a gradient is a sum over T and B that may cancel to nothing: its error is set by the size of the terms,
 * so by the largest elements.
 */
const gradientShare = 1e-3;
/** The norm is made of the largest elements. */
const normTolerance = (expected: number) => gradientShare * expected;
/**
 * The change since the start is what an optimizer decides; it inherits the error of the gradients. Held against the size of the
 * parameters themselves, many a wrong update would pass.
 */
const updateShare = 1e-3;

let device: GPUDevice;

/**
 * Tests of these fixtures.
 *
 * @param fixtures contents of JSON files by name; the compiler knows such a file by its contents, `Fixture` is what it is written by
 * @param kernels the forms of the recurrent kernels; default both
 */
export function holdAgainstPyTorch(
  fixtures: Readonly<Record<string, unknown>>,
  kernels: readonly ('step' | 'sequence')[] = ['step', 'sequence'],
): void {
  beforeAll(async () => {
    device = await requestDevice();
  });

  afterAll(() => {
    device.destroy();
  });

  describe.each(kernels)('with %s kernels', (kernel) => {
    describe.each(Object.entries(fixtures) as [string, Fixture][])('%s', (_, { batches, cases }) => {
      for (const example of cases) {
        if (example.forward) it(`${example.name}: forward`, () => withModel(example, (model) => checkForward(model, example)));
        for (const training of example.trainings) {
          it(`${example.name}: ${training.name}`, () => withModel(example, (model) => checkTraining(model, example, training)));
        }
      }

      async function checkForward(model: Model, { batch, forward }: Case): Promise<void> {
        if (!forward) throw new Error('no forward pass in this case');
        const initialState = forward.initialState?.map(stateOf);
        const { [forward.batch]: given } = batches;
        const result = await model.forward({ input: inputOf(model, given), batch, lengths: given.lengths, initialState, kernel });
        expectClose('output', result.output, forward.output, forwardTolerance);
        expect(result.finalState.length, 'layers of finalState').toBe(forward.finalState.length);
        for (const [layer, expected] of forward.finalState.entries()) {
          const actual = result.finalState[layer];
          expectClose(`h of layer ${layer}`, actual.h, expected.h, forwardTolerance);
          expectClose(`c of layer ${layer}`, actual.c ?? [], expected.c ?? [], forwardTolerance);
        }
      }

      async function checkTraining(
        model: Model,
        { batch, timeSteps, parameters: start }: Case,
        { options, steps }: Training,
      ): Promise<void> {
        const trainer = createTrainer(model, { batch, timeSteps, ...options, kernel });
        try {
          for (const [index, expected] of steps.entries()) {
            const step = `step ${index + 1}`;
            const input = inputOf(model, batches[expected.batch]);
            const target = targetOf(model, batches[expected.batch]);
            const { lengths, anew } = batches[expected.batch];
            const { loss, gradientNorm, clips } = await trainer.step({ input, target, lengths, anew });
            expectClose(`${step}: loss`, [loss], [expected.loss], index === 0 ? firstLossTolerance : laterLossTolerance);
            expectClose(`${step}: gradientNorm`, [gradientNorm], [expected.gradientNorm], normTolerance);
            if (expected.clips) {
              expect(Object.keys(clips).sort()).toEqual(Object.keys(expected.clips).sort());
              for (const [name, effect] of Object.entries(expected.clips)) {
                const { norm, factor, acted } = clips[name as keyof typeof clips] ?? { norm: 0, factor: 0, acted: 0 };
                expectClose(`${step}: clip by ${name}`, [norm, factor], [effect.norm, effect.factor], normTolerance);
                expect(acted, `${step}: updates that ${name} changed`).toBe(index + 1);
              }
            }
            if (expected.gradients) {
              const tolerance = (_: string, gradient: number[]) => gradientShare * largest(gradient);
              expectTensors(`${step}: gradient of`, await trainer.gradients.read(), expected.gradients, tolerance);
            }
            if (expected.parameters) {
              const tolerance = (name: string, after: number[]) => updateShare * largest(after.map((value, i) => value - start[name][i]));
              expectTensors(`${step}: parameter`, await model.parameters.read(), expected.parameters, tolerance);
            }
          }
        } finally {
          trainer.destroy();
        }
      }
    });
  });
}

/** A model with the case's parameters, for as long as `use` runs. */
async function withModel({ model: options, parameters }: Case, use: (model: Model) => Promise<void>): Promise<void> {
  const model = createModel(device, options);
  try {
    await model.parameters.write(new Map(Object.entries(parameters).map(([name, values]) => [name, Float32Array.from(values)])));
    await use(model);
  } finally {
    model.destroy();
  }
}

function inputOf(model: Model, { input }: Batch): Int32Array | Float32Array {
  return model.spec.input.kind === 'tokens' ? Int32Array.from(input) : Float32Array.from(input);
}

function targetOf(model: Model, { target }: Batch): Int32Array | Float32Array {
  return model.spec.output.kind === 'softmax' ? Int32Array.from(target) : Float32Array.from(target);
}

function stateOf({ h, c }: State): { h: Float32Array; c?: Float32Array } {
  return { h: Float32Array.from(h), ...(c && { c: Float32Array.from(c) }) };
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Every name is there, in the parameter table's order, and every tensor within one tolerance of its own. */
function expectTensors(
  what: string,
  actual: ReadonlyMap<string, Float32Array>,
  expected: Tensors,
  toleranceOf: (name: string, values: number[]) => number,
): void {
  expect([...actual.keys()], `${what}: names`).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    const tolerance = toleranceOf(name, values);
    expectClose(`${what} ${name}`, actual.get(name) ?? [], values, () => tolerance);
  }
}

/** Lists the elements that are off, so that a failure shows at once whether it is a gate, a row or everything; NaN is off. */
function expectClose(
  what: string,
  actual: ArrayLike<number>,
  expected: readonly number[],
  toleranceOf: (expected: number) => number,
): void {
  expect(actual.length, `${what}: elements`).toBe(expected.length);
  const wrong = expected.flatMap((value, i) =>
    Math.abs(actual[i] - value) <= toleranceOf(value) ? [] : [`[${i}] got ${actual[i]}, wants ${value} ± ${toleranceOf(value)}`],
  );
  expect(wrong, what).toEqual([]);
}
