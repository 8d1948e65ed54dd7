/** Checkpoints as files: everything that can be wrong with one is found before a GPU is asked for. */
import { decodeSafetensors } from '../formats/safetensors.ts';
import {
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
import { readBytes, writeWhole } from './files.ts';

/** What the command line adds to a checkpoint so that a run can go on: which text it read, and how. */
export interface RunRecord {
  /** SHA-256 of the text. */
  readonly text: string;
  readonly validation: number;
  readonly order: 'stream' | 'random';
  readonly kernel: 'auto' | 'sequence' | 'step';
}

export interface CheckpointFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly model: ModelSpec;
  readonly vocabulary?: Vocabulary;
  /** How it was trained, if a trainer was saved with it. */
  readonly train?: TrainSpec;
  /** Updates so far. */
  readonly step: number;
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
  const train = parse('train');
  const progress = parse('progress') as { readonly step: number } | undefined;
  return {
    name,
    bytes,
    model,
    vocabulary: vocabulary === undefined ? undefined : vocabularyFromJSON(vocabulary),
    train: train === undefined ? undefined : trainSpec(train as TrainOptions),
    step: progress?.step ?? 0,
    run: parse('run') as RunRecord | undefined,
  };
}

/** A checkpoint's vocabulary; throws InputError if it has none, because then it cannot read or write text. */
export function requireVocabulary({ name, vocabulary }: CheckpointFile): Vocabulary {
  if (vocabulary) return vocabulary;
  throw new InputError(`${name} must hold a vocabulary to work on text, got none`);
}

/** Writes model and trainer, whole or not at all. */
export async function writeCheckpoint(name: string, model: Model, trainer: Trainer, run: RunRecord): Promise<void> {
  await writeWhole(name, await save(model, trainer, { metadata: { run: JSON.stringify(run) } }));
}
