/** Models with the parameters of a fixture, and how far numbers are from PyTorch's. */
import { createModel, type Model, type ModelOptions } from '../index.ts';

export interface FixtureModel {
  readonly model: ModelOptions;
  /** By name, flat, in the order of the parameter table. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
}

/** Of one batch, time-major. */
export interface FixtureExamples {
  readonly input: readonly number[];
  readonly lengths?: readonly number[];
  readonly target: readonly number[];
}

/** A model with the fixture's parameters, for as long as `use` runs. */
export async function withFixture(
  device: GPUDevice,
  { model: options, parameters }: FixtureModel,
  kernel: 'step' | 'sequence',
  use: (model: Model) => Promise<void>,
): Promise<void> {
  const model = createModel(device, options, { kernel });
  try {
    const names = [...(await model.parameters.read()).keys()];
    if (names.join() !== Object.keys(parameters).join())
      throw new Error(`a fixture must have the parameters ${names.join()}, got ${Object.keys(parameters).join()}`);
    await model.parameters.write(new Map(Object.entries(parameters).map(([name, values]) => [name, Float32Array.from(values)])));
    await use(model);
  } finally {
    model.destroy();
  }
}

export const examplesOf = ({ spec: { input: source, output } }: Model, { input, lengths, target }: FixtureExamples) => ({
  input: source.kind === 'tokens' ? Int32Array.from(input) : Float32Array.from(input),
  target: output.kind === 'softmax' ? Int32Array.from(target) : Float32Array.from(target),
  ...(lengths && { lengths }),
});

/** The largest difference, as a share of the largest expected number; infinite where the numbers are not as many. */
export function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, index) => Math.abs(actual[index] - value))) / largest;
}
