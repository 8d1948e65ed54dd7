/**
 * One .safetensors file: parameters under their PyTorch names, `optimizer.{m}.{name}` moments, `state.{h,c}_l{n}` carried states; specs, steps and
 * vocabulary as JSON in its metadata, and what was chosen of the engine (spec/engine.ts). A run that resumes from it goes on exactly as the uninterrupted one.
 */
import { loadBytePairs } from '../data/byte-pair-loader.ts';
import { type Vocabulary, vocabularyFromJSON } from '../data/vocabulary.ts';
import { decodeSafetensors, encodeSafetensors, type SafeTensor } from '../formats/safetensors.ts';
import { readBuffers } from '../gpu/readback.ts';
import { type ParameterLayout, pack, unpack } from '../plan/layout.ts';
import { weightContents } from '../plan/model-tensors.ts';
import { kernelsByBits } from '../plan/plan.ts';
import { choicesOf, engineChoices } from '../spec/engine.ts';
import { InputError } from '../spec/input-error.ts';
import { type ModelOptions, type ModelSpec, modelSpec } from '../spec/model.ts';
import { type TrainOptions, type TrainSpec, trainSpec } from '../spec/train.ts';
import { decodeMetrics } from './metrics.ts';
import { createModel, type EngineOptions, type Model } from './model.ts';
import { stateOf } from './model-state.ts';
import type { Trainer } from './trainer.ts';
import { stateOfTrainer } from './trainer-state.ts';
import { type Counts, slotOf, type TrainingEngine } from './training-engine.ts';

const FORMAT = 'retrograde 1';

interface Progress extends Counts {
  readonly step: number;
  readonly learningRate: number;
  /** Which recurrent kernels made the numbers: another choice sums in another order. */
  readonly kernels: readonly string[];
}

/** What a trainer adds to a file: tensors by name, and how far it is. */
interface TrainerContents {
  readonly tensors: ReadonlyMap<string, SafeTensor>;
  readonly progress: Progress;
}

/** Writes model, and trainer if given, into one file: as they are at one moment, also while steps are being submitted. */
export async function save(
  model: Model,
  trainer?: Trainer,
  options: { readonly vocabulary?: Vocabulary; readonly metadata?: Readonly<Record<string, string>> } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { layout, profile } = stateOf(model);
  const shapes = shapesOf(layout);
  const engine = trainer && (await stateOfTrainer(trainer).start());
  // both submit their copies before either waits: no step can come between them
  const [parameters, training] = await Promise.all([model.parameters.read(), trainer && engine && readTrainer(trainer, engine)]);
  const tensors = new Map<string, SafeTensor>();
  for (const [name, data] of parameters) tensors.set(name, { dtype: 'F32', shape: shapes.get(name) ?? [data.length], data });
  const vocabulary = options.vocabulary ?? model.vocabulary;
  const metadata: Record<string, string> = { ...options.metadata, format: FORMAT, model: JSON.stringify(model.spec) };
  if (vocabulary) metadata.vocabulary = JSON.stringify(vocabulary);
  const chosen = trainer?.plan.profile ?? profile;
  // defaults too: a word of the caller's under these names would be taken for one
  for (const choice of engineChoices) metadata[choice] = chosen[choice];
  if (trainer && training) {
    for (const [name, tensor] of training.tensors) tensors.set(name, tensor);
    metadata.train = JSON.stringify(trainer.spec);
    metadata.progress = JSON.stringify(training.progress);
  }
  return encodeSafetensors(tensors, metadata);
}

const shapesOf = ({ packed }: ParameterLayout): Map<string, readonly number[]> =>
  new Map(packed.map(({ parameter }) => [parameter.name, parameter.shape]));

/** Moments, carried states and counts; the copies are submitted before the first await. */
async function readTrainer(trainer: Trainer, { executor, moments: momentsBuffer }: TrainingEngine): Promise<TrainerContents> {
  const access = stateOfTrainer(trainer);
  const { training, device } = access;
  const { layout } = training;
  const step = access.currentStep();
  const { learningRate } = trainer;
  const { metrics, moments } = training.update;
  const states = training.carried.flatMap(({ layer, h, c }) => [
    { name: `state.h_l${layer.layer}`, tensor: h },
    ...(c ? [{ name: `state.c_l${layer.layer}`, tensor: c }] : []),
  ]);
  const [ring, ...rest] = await readBuffers(device, [
    { buffer: executor.bufferOf(metrics), size: metrics.bytes },
    ...states.map(({ tensor }) => ({ buffer: executor.bufferOf(tensor), size: tensor.bytes })),
    ...(moments && momentsBuffer ? [{ buffer: momentsBuffer, size: moments.bytes }] : []),
  ]);
  const tensors = new Map<string, SafeTensor>();
  states.forEach(({ name, tensor: { shape } }, index) => {
    tensors.set(name, { dtype: 'F32', shape, data: new Float32Array(rest[index]) });
  });
  if (moments) {
    const shapes = shapesOf(layout);
    const flat = new Float32Array(rest[states.length]);
    for (let moment = 0; moment < moments.shape[0]; moment++) {
      for (const [name, data] of unpack(layout, flat.subarray(moment * layout.elements, (moment + 1) * layout.elements)))
        tensors.set(`optimizer.${moment}.${name}`, { dtype: 'F32', shape: shapes.get(name) ?? [data.length], data });
    }
  }
  const { applied, skipped, clips } = decodeMetrics(ring, slotOf(step), step, trainer.spec);
  const clipped = Object.fromEntries(Object.entries(clips).map(([name, { acted }]) => [name, acted]));
  return { tensors, progress: { step, applied, skipped, clipped, learningRate, kernels: trainer.plan.describe().kernels } };
}

export interface Loaded {
  readonly model: Model;
  /** How it was trained, if a trainer was saved with it. */
  readonly trainSpec?: TrainSpec;
  readonly vocabulary?: Vocabulary;
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Puts optimizer state, carried states and step into a trainer of the loaded model. One of another batch starts its rows anew.
   *
   * @throws InputError if no trainer was saved, or if it trained another model, with another optimizer or, at the same sizes, other kernels.
   */
  restore(trainer: Trainer): Promise<void>;
}

/**
 * Reads a file of `save`. Everything is checked before a model is made, so that a bad file leaves nothing behind. The model is computed as
 * the saved one was, unless `kernel`, `products` or `weights` say otherwise.
 *
 * @throws InputError if the file is truncated, not of this format, or does not fit its own spec.
 */
export async function load(
  device: GPUDevice,
  bytes: Uint8Array,
  { name = 'checkpoint', ...options }: EngineOptions & { readonly name?: string } = {},
): Promise<Loaded> {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  if (metadata.format !== FORMAT)
    throw new InputError(`${name} must be of format '${FORMAT}', got ${metadata.format === undefined ? 'none' : `'${metadata.format}'`}`);
  const spec = modelSpec(parse<ModelOptions>(name, 'model', metadata));
  const train = metadata.train === undefined ? undefined : trainSpec(parse<TrainOptions>(name, 'train', metadata));
  if (metadata.vocabulary?.includes('"bpe"')) await loadBytePairs();
  const vocabulary = metadata.vocabulary === undefined ? undefined : vocabularyFromJSON(parse(name, 'vocabulary', metadata));
  const values = (prefix: string): Map<string, Float32Array> => {
    const found = new Map<string, Float32Array>();
    for (const [key, { dtype, data }] of tensors) {
      if (key.startsWith(prefix) && dtype === 'F32' && (prefix !== '' || !/^(optimizer|state)\./.test(key)))
        found.set(key.slice(prefix.length), data);
    }
    return found;
  };
  const model = createModel(device, spec, { ...choicesOf(name, metadata), ...options });
  try {
    await model.parameters.write(values(''));
  } catch (error) {
    model.destroy();
    throw error;
  }
  model.vocabulary = vocabulary;
  return {
    model,
    trainSpec: train,
    vocabulary,
    metadata,
    async restore(trainer) {
      const access = stateOfTrainer(trainer);
      if (!train || metadata.progress === undefined) throw new InputError(`${name} must hold a trainer to resume, got parameters only`);
      requireSame(name, 'model', spec, access.model.spec);
      requireSame(name, 'optimizer', train.optimizer.kind, trainer.spec.optimizer.kind);
      const progress = parse<Progress>(name, 'progress', metadata);
      const engineOf = await access.start();
      const kernels = trainer.plan.describe().kernels;
      if (sameSizes(train, trainer.spec)) requireSame(name, 'kernels', kernelsByBits(progress.kernels), kernelsByBits(kernels));
      const { training } = access;
      const { layout } = training;
      const { moments } = training.update;
      if (moments && engineOf.moments) {
        const flat = new Float32Array(moments.elements);
        for (let moment = 0; moment < moments.shape[0]; moment++)
          flat.set(pack(layout, values(`optimizer.${moment}.`)), moment * layout.elements);
        access.device.queue.writeBuffer(engineOf.moments, 0, flat);
      }
      const parameters = pack(layout, values(''));
      const { parameters: parameterBuffer, weights, profile } = stateOf(access.model);
      access.device.queue.writeBuffer(parameterBuffer, 0, parameters);
      access.device.queue.writeBuffer(weights, 0, weightContents(layout, parameters, profile));
      const states = values('state.');
      let hasStates = true;
      for (const { layer, h, c } of training.carried) {
        for (const [key, tensor] of [[`h_l${layer.layer}`, h] as const, ...(c ? [[`c_l${layer.layer}`, c] as const] : [])]) {
          const data = states.get(key);
          // another batch than the checkpoint's starts its rows anew
          if (data?.length === tensor.elements) engineOf.executor.write(tensor, new Float32Array(data));
          else hasStates = false;
        }
      }
      access.restoreStep(progress.step);
      if (!hasStates) trainer.resetStates();
      engineOf.writeCounts(progress.step + 1, progress);
      if (trainer.spec.optimizer.learningRate === train.optimizer.learningRate) trainer.setLearningRate(progress.learningRate);
    },
  };
}

const sameSizes = (a: TrainSpec, b: TrainSpec): boolean =>
  a.batch === b.batch && a.timeSteps === b.timeSteps && a.accumulate === b.accumulate;

function requireSame(
  name: string,
  what: string,
  saved: ModelSpec | string | readonly string[],
  wanted: ModelSpec | string | readonly string[],
): void {
  const [left, right] = [JSON.stringify(saved), JSON.stringify(wanted)];
  if (left !== right) throw new InputError(`${name} has ${what} ${left}, the trainer wants ${right}`);
}

function parse<Value>(name: string, key: string, metadata: Readonly<Record<string, string>>): Value {
  const text = metadata[key];
  if (text === undefined) throw new InputError(`${name} must have '${key}' in its metadata, got none`);
  try {
    return JSON.parse(text) as Value;
  } catch {
    throw new InputError(`${name} must have JSON in its metadata '${key}', got ${JSON.stringify(text.slice(0, 40))}`);
  }
}
