/** Checkpoints as files: everything that can be wrong with one is found before a GPU is asked for. */
import { decodeSafetensors } from '../formats/safetensors.ts';
import {
  type Coder,
  coderFromJSON,
  InputError,
  type Model,
  type ModelOptions,
  type ModelSpec,
  modelSpec,
  parameterTable,
  save,
  type Trainer,
  type TrainOptions,
  type TrainSpec,
  trainSpec,
  type Vocabulary,
  vocabularyFromJSON,
} from '../index.ts';
import { choicesOf, type EngineChoices, engineChoices } from '../spec/engine.ts';
import { readBytes, writeWhole } from './files.ts';

/** What the command line adds to a checkpoint so that a run can go on: what it read, and how. */
export type RunRecord = TextRecord | ExamplesRecord;

export interface TextRecord {
  /** SHA-256 of the text. */
  readonly text: string;
  readonly validation: number;
  readonly order: 'stream' | 'random';
}

export interface ExamplesRecord {
  /** `task` and its name, or the SHA-256 of the examples of a file. */
  readonly examples: string;
  /** Share that is held out of a file. */
  readonly validation: number;
}

export interface CheckpointFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly model: ModelSpec;
  readonly vocabulary?: Vocabulary;
  /** Between examples and the model's arrays; absent for models of text. */
  readonly coder?: Coder;
  /** How it was trained, if a trainer was saved with it. */
  readonly train?: TrainSpec;
  /** Updates so far. */
  readonly step: number;
  /** How it was computed when it was trained. */
  readonly engine: EngineChoices;
  /** Absent if the checkpoint was not written by the command line. */
  readonly run?: RunRecord;
}

/**
 * Reads and checks a checkpoint.
 *
 * @throws InputError if there is no such file, if it is cut short, or if its tensors are not those of its own spec.
 */
export async function readCheckpoint(name: string): Promise<CheckpointFile> {
  const bytes = await readBytes(name, 'a checkpoint');
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  const parse = (key: string): unknown => {
    if (metadata[key] === undefined) return undefined;
    try {
      return JSON.parse(metadata[key]);
    } catch {
      throw new InputError(`${name} must have JSON in its metadata '${key}', got '${metadata[key].slice(0, 40)}'`);
    }
  };
  const options = parse('model');
  if (options === undefined) throw new InputError(`${name} must be a checkpoint of retrograde, got a .safetensors file without a model`);
  const model = modelSpec(options as ModelOptions);
  for (const { name: parameter, shape } of parameterTable(model)) {
    const got = tensors.get(parameter)?.shape;
    if (got?.join() !== shape.join()) {
      throw new InputError(
        `${name} must have ${parameter} [${shape.join(', ')}] for its own model, got ${got ? `[${got.join(', ')}]` : 'none'}`,
      );
    }
  }
  const vocabulary = parse('vocabulary');
  const coder = parse('coder');
  const train = parse('train');
  const progress = parse('progress') as { readonly step: number } | undefined;
  return {
    name,
    bytes,
    model,
    vocabulary: vocabulary === undefined ? undefined : vocabularyFromJSON(vocabulary),
    coder: coder === undefined ? undefined : coderFromJSON(coder),
    train: train === undefined ? undefined : trainSpec(train as TrainOptions),
    step: progress?.step ?? 0,
    engine: choicesOf(name, metadata),
    run: parse('run') as RunRecord | undefined,
  };
}

/** A checkpoint's vocabulary; throws InputError if it has none, because then it cannot read or write text. */
export function requireVocabulary({ name, vocabulary }: CheckpointFile): Vocabulary {
  if (vocabulary) return vocabulary;
  throw new InputError(`${name} must hold a vocabulary to work on text, got none`);
}

/** How a run is computed: as the checkpoint from which it goes on; throws InputError if anything else was asked for. */
export function engineOfRun(asked: Partial<EngineChoices>, resumed: CheckpointFile | undefined): EngineChoices {
  if (!resumed) return choicesOf('the run', asked);
  for (const name of engineChoices) {
    const word = asked[name];
    if (word !== undefined && word !== 'auto' && word !== resumed.engine[name])
      throw new InputError(`--${name} must be the ${resumed.engine[name]} that ${resumed.name} was trained with, got ${word}`);
  }
  return resumed.engine;
}

/** What a run over a text recorded, if anything did; throws InputError if the checkpoint's was over examples. */
export function requireTextRecord({ name, run }: CheckpointFile, source: string): TextRecord | undefined {
  if (!run || 'text' in run) return run;
  throw new InputError(`${name} must be a model of text to go on with ${source}, got one of examples`);
}

/** What a run over examples recorded; throws InputError if there was none. */
export function requireExamplesRecord({ name, run }: CheckpointFile, source: string): ExamplesRecord {
  if (run && 'examples' in run) return run;
  throw new InputError(`${name} must be a model of examples to go on with ${source}, got one of text`);
}

/** Writes model and trainer, whole or not at all. */
export async function writeCheckpoint(
  name: string,
  model: Model,
  trainer: Trainer,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  await writeWhole(name, await save(model, trainer, { metadata }));
}
