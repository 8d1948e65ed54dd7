/** How given options turn into the two specs, and whether they agree with those of a checkpoint. */
import { InputError, type ModelOptions, type ModelSpec, modelSpec, type TrainOptions, type TrainSpec, trainSpec } from '../index.ts';
import { clipKinds } from '../spec/clip.ts';
import { modelTable } from './model-options.ts';
import type { OptionTable, OptionValues } from './options.ts';
import { trainTable } from './train-options.ts';

export const specTable = { ...modelTable, ...trainTable };
export type SpecValues = OptionValues<typeof specTable>;

/** Where options begin: a task's description, or the specs of a checkpoint. */
export interface SpecBase {
  readonly model: ModelOptions;
  readonly train: TrainOptions;
}

export interface Specs {
  readonly model: ModelSpec;
  readonly train: TrainSpec;
}

type Draft = Record<string, unknown>;

/** These choose a variant: another choice forgets the other options of the variant before. */
const VARIANTS = /\.(optimizer\.kind|schedule\.kind|feedback\.kind|initialization\.preset)$/;
/** Zero stands for "off", which the spec says by leaving the key out. */
const OFF_AT_ZERO = new RegExp(`\\.clip\\.(${clipKinds.join('|')})$`);

/**
 * The specs of a base with the given options in it.
 *
 * @throws InputError from modelSpec and trainSpec.
 */
export function specsFrom(base: SpecBase, values: SpecValues): Specs {
  const draft = structuredClone(base) as unknown as Draft;
  for (const [name, { paths = [] }] of Object.entries<OptionTable[string]>(specTable)) {
    const value = values[name as keyof SpecValues];
    if (value === undefined) continue;
    for (const path of paths) if (hasPlace(draft, path)) put(draft, path, value);
  }
  forgetForgetBias(draft, values);
  return { model: modelSpec(draft.model as ModelOptions), train: trainSpec(draft.train as TrainOptions) };
}

/** A network that writes has a decoder, whose tokens have features too; what it reads may be vectors. */
function hasPlace({ model }: Draft, path: string): boolean {
  const { decoder, input } = model as Draft;
  if (path.startsWith('model.decoder.')) return decoder !== undefined;
  return path !== 'model.input.embedding' || decoder === undefined || (input as Draft).kind === 'tokens';
}

/** A task's forget bias is for its LSTM: another cell has no forget gate. */
function forgetForgetBias({ model }: Draft, values: SpecValues): void {
  const { recurrent } = model as Draft & { recurrent: Draft };
  const { initialization } = recurrent;
  if (recurrent.cell === 'lstm' || values['forget-bias'] !== undefined || typeof initialization !== 'object') return;
  const { forgetBias: _, ...rest } = initialization as Draft;
  recurrent.initialization = rest;
}

function put(draft: Draft, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let parent = draft;
  let above = draft;
  for (const key of keys) {
    above = parent;
    // `monitor: true` has no place for an option of its own
    if (typeof parent[key] !== 'object' || parent[key] === null) parent[key] = {};
    parent = parent[key] as Draft;
  }
  if (VARIANTS.test(path) && parent[last] !== value) above[keys[keys.length - 1]] = { [last]: value };
  else if (OFF_AT_ZERO.test(path) && value === 0) delete parent[last];
  // a flag leaves what there is more to say
  else if (value !== true || typeof parent[last] !== 'object') parent[last] = value;
  // a list of widths says how many layers there are
  if (last === 'hiddenSize' && Array.isArray(value)) delete parent.layers;
}

/**
 * Holds options against the specs of a checkpoint, which a resumed run keeps.
 *
 * @throws InputError that names an option that says something else.
 */
export function requireAgreement(name: string, specs: Specs, values: SpecValues): void {
  if (agrees(specs, values)) return;
  const given = Object.entries(values).filter(([key]) => key in specTable);
  const culprit = given.find(([key, value]) => !agrees(specs, { [key]: value })) ?? given[0];
  throw new InputError(`--${culprit[0]} must be what ${name} was trained with, got ${String(culprit[1])}`);
}

function agrees(specs: Specs, values: SpecValues): boolean {
  try {
    return JSON.stringify(specsFrom(specs, values)) === JSON.stringify(specs);
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** A cosine is as long as the run unless told. */
export function withScheduleLength(values: SpecValues, steps: number): SpecValues {
  return values.schedule === 'cosine' ? { 'schedule-steps': steps, ...values } : values;
}
