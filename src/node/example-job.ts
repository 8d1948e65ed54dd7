/** A run over examples: their coder, the specs, the examination. */
import { type Coder, createCoder, InputError, type Model, measure, trainSpec } from '../index.ts';
import { createExampleBatches } from '../sources/example-batches.ts';
import type { ExampleSource } from '../sources/example-source.ts';
import type { EngineChoices } from '../spec/engine.ts';
import { type CheckpointFile, type ExamplesRecord, engineOfRun, requireExamplesRecord } from './checkpoint-file.ts';
import type { Job } from './job.ts';
import type { OptionTable, OptionValues } from './options.ts';
import { requireAgreement, type Specs, type SpecValues, specsFrom, withScheduleLength } from './spec-options.ts';
import { fingerprint } from './text-source.ts';

export const examplesTable = {
  'minimum-count': { kind: 'integer', least: 1, help: 'words of examples that occur less often are unknown; default 1' },
  'vocabulary-size': { kind: 'integer', least: 256, help: 'of --tokens bpe; default 512' },
} as const satisfies OptionTable;

export type ExampleValues = SpecValues & OptionValues<typeof examplesTable> & Partial<EngineChoices> & { readonly order?: string };

/** Held-out examples that are measured between two steps. */
const watched = 200;
/** Measurements of a run unless told. */
const measurements = 10;
const leastInterval = 100;

/**
 * What a run over examples will be; with a checkpoint the rest of its run.
 *
 * @throws InputError for options that are not possible, and for examples that are not the checkpoint's.
 */
export function planExampleJob(source: ExampleSource, values: ExampleValues, resumed?: CheckpointFile): Job {
  const steps = values.steps ?? source.defaults.steps;
  if (resumed && !resumed.train) throw new InputError(`${resumed.name} must hold a trainer to resume, got parameters only`);
  if (resumed && steps <= resumed.step) throw new InputError(`--steps must be above the ${resumed.step} of ${resumed.name}, got ${steps}`);
  refuseTextOptions(source, values);
  const record = recordOf(source, resumed);
  const coder = resumed ? requireCoder(resumed, source) : coderFor(source, values);
  const specs =
    resumed?.train !== undefined
      ? { model: resumed.model, train: resumed.train }
      : withFreeInputs(specsFrom(baseOf(source, coder, steps), withScheduleLength(values, steps)), coder);
  if (resumed) requireAgreement(resumed.name, specs, values);
  const { model, train } = specs;
  if (values.architecture !== undefined && values.architecture !== coder.modelOptions(source.defaults.model).architecture)
    throw new InputError(
      `--architecture must be '${coder.modelOptions(source.defaults.model).architecture}' for examples of kind ${source.kind}, got '${values.architecture}'`,
    );
  const { heldOut } = source;
  return {
    model,
    train,
    steps,
    engine: engineOfRun(values, resumed),
    metadata: { coder: JSON.stringify(coder), run: JSON.stringify(record) },
    header: `${source.name}: ${source.extent}; batch ${train.batch}, ${train.timeSteps} time steps`,
    notes: source.notes,
    interval: leastInterval * Math.max(1, Math.round(steps / measurements / leastInterval)),
    batches: createExampleBatches(coder, () => source.training(train.seed), train.batch * train.accumulate),
    ...(heldOut.length > 0 && {
      measure: (trained: Model) => measure(trained, coder, heldOut.slice(0, watched) as never, { metric: false }),
    }),
    finish: (trained) => examine(trained, coder, source),
  };
}

/** The final examination, on all that is held out, and one of its examples to look at. */
async function examine(model: Model, coder: Coder, source: ExampleSource) {
  const { heldOut, known } = source;
  if (heldOut.length === 0) {
    const { predictions } = await measure(model, coder, known.slice(0, 1) as never);
    return { fields: { validationLoss: null, metric: null }, sample: coder.show(known[0] as never, predictions[0]) };
  }
  const { loss, metric, count, predictions } = await measure(model, coder, heldOut as never);
  const baselines = source.baselines();
  const { name, value } = metric ?? { name: coder.metric.name, value: Number.NaN };
  const compared = Object.entries(baselines).map(([other, reached]) => `${other} ${formatMetric(name, reached)}`);
  return {
    fields: { validationLoss: loss, metric: { name, value, count, baselines } },
    sentence: `${count} held-out examples: ${name} ${formatMetric(name, value)} (${compared.join(', ')})`,
    sample: coder.show(heldOut[0] as never, predictions[0]),
  };
}

/** Shares as per cent. */
export const formatMetric = (name: string, value: number): string =>
  name === 'accuracy' || name === 'exact match' ? `${(100 * value).toFixed(1)} %` : value.toPrecision(4);

function coderFor(source: ExampleSource, values: ExampleValues): Coder {
  const { tokens, 'minimum-count': minimumCount, 'vocabulary-size': vocabularySize } = values;
  const { horizon, heldOut, defaults } = source;
  return createCoder(source.kind, source.known as never, {
    ...(tokens && { tokens }),
    ...(minimumCount !== undefined && { minimumCount }),
    ...(vocabularySize !== undefined && { vocabularySize }),
    ...(horizon !== undefined && { horizon }),
    ...(source.isTask && { timeSteps: defaults.train.timeSteps, sourceSteps: defaults.train.sourceSteps }),
    fits: heldOut as never,
  }) as Coder;
}

function baseOf({ defaults }: ExampleSource, coder: Coder, steps: number) {
  const { timeSteps, sourceSteps } = coder;
  const { schedule } = defaults.train;
  return {
    model: coder.modelOptions(defaults.model),
    train: {
      ...defaults.train,
      // a cosine over the whole of the task's run is one over the whole of this run
      ...(schedule?.kind === 'cosine' && schedule.totalSteps === defaults.steps && { schedule: { ...schedule, totalSteps: steps } }),
      timeSteps,
      ...(sourceSteps !== undefined && { sourceSteps }),
    },
  };
}

/** The coder of a checkpoint; throws InputError if it is for another kind of examples. */
export function requireCoder({ name, coder }: CheckpointFile, { kind, name: source }: ExampleSource): Coder {
  if (coder?.kind === kind) return coder;
  throw new InputError(
    `${name} must be a model of examples of kind ${kind}, as ${source} holds, got ${coder ? `one of ${coder.kind}` : 'one of text'}`,
  );
}

/** Names a source in a checkpoint, so that a resumed run can tell whether it got the same one. */
export const printOf = (source: ExampleSource): string => (source.isTask ? source.content() : fingerprint(source.content()));

/** What a network that runs freely reads follows from the coder's scales, and when it begins to, unless told, from the horizon. */
function withFreeInputs({ model, train }: Specs, { freely }: Coder): Specs {
  if (train.feedback.kind !== 'free' || !freely || train.feedback.inputs) return { model, train };
  return { model, train: trainSpec({ ...train, feedback: { ...freely, ...train.feedback } }) };
}

/** What only the windows of a text have. */
function refuseTextOptions(source: ExampleSource, values: ExampleValues): void {
  for (const key of ['time-steps', 'update-every', 'recompute', 'order'] as const) {
    if (values[key] !== undefined)
      throw new InputError(`--${key} must be left out for examples, as ${source.name} holds, got ${String(values[key])}`);
  }
}

function recordOf(source: ExampleSource, resumed: CheckpointFile | undefined): ExamplesRecord {
  if (!resumed) return { examples: printOf(source), validation: source.validation };
  const saved = requireExamplesRecord(resumed, source.name);
  if (saved.examples !== printOf(source))
    throw new InputError(`${source.name} must be the examples that ${resumed.name} was trained on, got others`);
  if (saved.validation !== source.validation)
    throw new InputError(`--validation must be the ${saved.validation} that ${resumed.name} was trained with, got ${source.validation}`);
  return saved;
}
