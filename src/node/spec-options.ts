/** The options that say what a model is and how it is trained, and how given values turn into the two specs. */
import { InputError, type ModelOptions, type ModelSpec, modelSpec, type TrainOptions, type TrainSpec, trainSpec } from '../index.ts';
import { attentionKinds } from '../spec/attention.ts';
import { clipKinds } from '../spec/clip.ts';
import { feedbackChoices, feedbackKinds, feedbackSchedules } from '../spec/feedback.ts';
import { initializationPresets } from '../spec/initializer.ts';
import { architectures, cells, initialStates } from '../spec/model.ts';
import { nonFinitePolicies } from '../spec/non-finite.ts';
import { optimizerKinds } from '../spec/optimizer.ts';
import { scheduleKinds } from '../spec/schedule.ts';
import type { OptionTable, OptionValues } from './options.ts';

export const modelTable = {
  architecture: {
    kind: 'word',
    words: architectures,
    paths: ['model.architecture'],
    help: 'what goes in and out; follows from the examples, and text wants many-to-many',
  },
  cell: { kind: 'word', words: cells, paths: ['model.recurrent.cell'], help: 'default lstm, or the one of the task' },
  hidden: {
    kind: 'sizes',
    paths: ['model.recurrent.hiddenSize'],
    help: 'units of each layer, or of each one the lowest first: 64,32; default 128, or what the task has',
  },
  layers: { kind: 'integer', least: 1, paths: ['model.recurrent.layers'], help: 'default 1' },
  embedding: {
    kind: 'integer',
    least: 0,
    paths: ['model.input.embedding', 'model.decoder.embedding'],
    help: 'features per token; 0, the default, is one-hot',
  },
  'tied-embeddings': {
    kind: 'flag',
    negatable: true,
    paths: ['model.tiedEmbeddings'],
    help: 'the output weights are the embedding of the tokens, which must be as wide as the top layer; default no',
  },
  tokens: {
    kind: 'word',
    words: ['char', 'word', 'bpe'],
    help: 'what a token of text is; default char, for examples word where there are spaces',
  },
  'gru-reset': {
    kind: 'word',
    words: ['after', 'before'],
    paths: ['model.recurrent.reset'],
    help: 'where the reset gate acts: after the recurrent product (default) or before it',
  },
  bias: { kind: 'word', words: ['both', 'input', 'none'], paths: ['model.recurrent.bias'], help: 'bias vectors per gate; default both' },
  initialization: {
    kind: 'word',
    words: initializationPresets,
    paths: ['model.recurrent.initialization.preset'],
    help: 'how parameters start; its parts:',
  },
  'initialize-input': {
    kind: 'word',
    words: ['xavier', 'uniform', 'normal'],
    paths: ['model.recurrent.initialization.input'],
    help: 'input weights',
  },
  'initialize-recurrent': {
    kind: 'word',
    words: ['orthogonal', 'xavier', 'uniform', 'normal', 'identity'],
    paths: ['model.recurrent.initialization.recurrent'],
    help: 'recurrent weights',
  },
  'initialize-gain': {
    kind: 'number',
    range: 'non-negative',
    paths: ['model.recurrent.initialization.gain'],
    help: 'multiplies the recurrent weights',
  },
  'spectral-radius': {
    kind: 'number',
    range: 'positive',
    paths: ['model.recurrent.initialization.spectralRadius'],
    help: 'scales the recurrent weights until their largest |eigenvalue| is this',
  },
  'initialize-bias': {
    kind: 'word',
    words: ['zeros', 'uniform'],
    paths: ['model.recurrent.initialization.bias'],
    help: 'recurrent biases',
  },
  'initialize-head': { kind: 'word', words: ['xavier', 'uniform'], paths: ['model.recurrent.initialization.head'], help: 'output weights' },
  'forget-bias': {
    kind: 'number',
    range: 'non-negative',
    paths: ['model.recurrent.initialization.forgetBias'],
    help: "start of an LSTM's forget gate bias",
  },
  chrono: {
    kind: 'number',
    range: 'positive',
    paths: ['model.recurrent.initialization.chrono'],
    help: 'longest dependency in time steps that the gate biases of an LSTM or GRU shall start for',
  },
  'embedding-deviation': {
    kind: 'number',
    range: 'non-negative',
    paths: ['model.recurrent.initialization.embeddingDeviation'],
    help: 'spread of the first embedding',
  },
  'initial-state': {
    kind: 'word',
    words: initialStates,
    paths: ['model.recurrent.initialState'],
    help: 'what rows start from: zeros (default) or states that are learned with the parameters',
  },
  dropout: {
    kind: 'number',
    range: 'fraction',
    paths: ['model.recurrent.dropout'],
    help: 'share of each layer that the one above does not see in a training step; default 0',
  },
  'recurrent-dropout': {
    kind: 'number',
    range: 'fraction',
    paths: ['model.recurrent.recurrentDropout'],
    help: 'share of its own units that a layer does not read back in a training step; default 0',
  },
  zoneout: {
    kind: 'number',
    range: 'fraction',
    paths: ['model.recurrent.zoneout'],
    help: 'share of the units that keep their state at a time step of a training step; default 0',
  },
  'zoneout-cell': {
    kind: 'number',
    range: 'fraction',
    paths: ['model.recurrent.zoneoutCell'],
    help: "the same for an LSTM's c; default 0",
  },
  'layer-norm': {
    kind: 'flag',
    paths: ['model.recurrent.layerNorm'],
    help: "layers normalise their products and an LSTM's c over the units of each row",
  },
  bidirectional: {
    kind: 'flag',
    paths: ['model.recurrent.bidirectional'],
    help: 'layers read from the end as well; not for text that is written',
  },
  merge: {
    kind: 'word',
    words: ['concat', 'sum', 'mean'],
    paths: ['model.recurrent.merge'],
    help: 'of bidirectional: how two directions make one output; default concat',
  },
  pooling: {
    kind: 'word',
    words: ['last', 'mean', 'max'],
    paths: ['model.pooling'],
    help: 'of many-to-one: what the head sees; default last',
  },
  attention: {
    kind: 'word',
    words: attentionKinds,
    paths: ['model.attention.kind'],
    help: 'of encoder-decoder: how what is written looks back at what was read',
  },
  'input-feeding': {
    kind: 'flag',
    negatable: true,
    paths: ['model.attention.inputFeeding'],
    help: 'of attention: the decoder also reads what the head read at the step before; default no',
  },
  'attention-size': { kind: 'integer', least: 1, paths: ['model.attention.size'], help: 'width of queries and keys of additive attention' },
} as const satisfies OptionTable;

export const trainTable = {
  batch: { kind: 'integer', least: 1, paths: ['train.batch'], help: 'rows per step; default 16' },
  'time-steps': {
    kind: 'integer',
    least: 1,
    paths: ['train.timeSteps'],
    help: 'of text: tokens that gradients flow back through; default 32',
  },
  steps: { kind: 'integer', least: 1, help: 'updates of the whole run, those of a resumed one included; default what the task has' },
  optimizer: { kind: 'word', words: optimizerKinds, paths: ['train.optimizer.kind'], help: 'default adam' },
  'learning-rate': {
    kind: 'number',
    range: 'non-negative',
    paths: ['train.optimizer.learningRate'],
    help: 'default what the task has, 0.002 for another optimizer',
  },
  'weight-decay': { kind: 'number', range: 'non-negative', paths: ['train.optimizer.weightDecay'], help: 'default 0, for adamw 0.01' },
  momentum: { kind: 'number', range: 'non-negative', paths: ['train.optimizer.momentum'], help: 'of momentum; default 0.9' },
  dampening: { kind: 'number', range: 'non-negative', paths: ['train.optimizer.dampening'], help: 'of momentum; default 0' },
  nesterov: { kind: 'flag', negatable: true, paths: ['train.optimizer.nesterov'], help: 'of momentum; default no' },
  alpha: { kind: 'number', range: 'fraction', paths: ['train.optimizer.alpha'], help: 'of rmsprop; default 0.99' },
  beta1: { kind: 'number', range: 'fraction', paths: ['train.optimizer.beta1'], help: 'of adam and adamw; default 0.9' },
  beta2: { kind: 'number', range: 'fraction', paths: ['train.optimizer.beta2'], help: 'of adam and adamw; default 0.999' },
  epsilon: { kind: 'number', range: 'positive', paths: ['train.optimizer.epsilon'], help: 'of rmsprop, adam and adamw; default 1e-8' },
  schedule: { kind: 'word', words: scheduleKinds, paths: ['train.schedule.kind'], help: 'of the learning rate; default constant' },
  warmup: {
    kind: 'integer',
    least: 0,
    paths: ['train.schedule.warmupSteps'],
    help: 'updates over which the learning rate rises; default 0',
  },
  'schedule-steps': { kind: 'integer', least: 1, paths: ['train.schedule.totalSteps'], help: 'length of cosine; default --steps' },
  'schedule-minimum': {
    kind: 'number',
    range: 'fraction',
    paths: ['train.schedule.minimumFactor'],
    help: 'factor at the end of cosine; default 0',
  },
  'schedule-every': { kind: 'integer', least: 1, paths: ['train.schedule.every'], help: 'updates between two steps of step' },
  'schedule-factor': { kind: 'number', range: 'positive', paths: ['train.schedule.factor'], help: 'of step (default 0.1) and exponential' },
  'clip-norm': {
    kind: 'number',
    range: 'non-negative',
    paths: ['train.clip.globalNorm'],
    help: 'bound of the whole gradient; default 1, 0 is none',
  },
  'clip-tensor-norm': {
    kind: 'number',
    range: 'non-negative',
    paths: ['train.clip.tensorNorm'],
    help: "bound of each parameter's gradient; 0, the default, is none",
  },
  'clip-value': {
    kind: 'number',
    range: 'non-negative',
    paths: ['train.clip.value'],
    help: 'bound of each element of the gradient; 0, the default, is none',
  },
  'clip-step-norm': {
    kind: 'number',
    range: 'non-negative',
    paths: ['train.clip.timeStepNorm'],
    help: 'bound of the gradient of each row at each time step, inside of BPTT; 0, the default, is none',
  },
  'clip-step-value': {
    kind: 'number',
    range: 'non-negative',
    paths: ['train.clip.timeStepValue'],
    help: 'bound of each element of the gradient at each time step, inside of BPTT; 0, the default, is none',
  },
  monitor: {
    kind: 'flag',
    negatable: true,
    paths: ['train.monitor'],
    help: 'whether norms of parameters, updates and gradients through time are measured; default no',
  },
  'monitor-every': {
    kind: 'integer',
    least: 1,
    paths: ['train.monitor.every'],
    help: 'measures the first step and every n-th; default 10',
  },
  'non-finite': {
    kind: 'word',
    words: nonFinitePolicies,
    paths: ['train.nonFinite'],
    help: 'what is done about a gradient that is not finite; default skip',
  },
  'label-smoothing': { kind: 'number', range: 'fraction', paths: ['train.loss.labelSmoothing'], help: 'default 0' },
  reduction: {
    kind: 'word',
    words: ['mean', 'sum'],
    paths: ['train.loss.reduction'],
    help: 'gradients of the mean over all targets (default) or of the sum over time steps',
  },
  feedback: {
    kind: 'word',
    words: feedbackKinds,
    paths: ['train.feedback.kind'],
    help: 'what a network that writes reads in training: the right token (teacher, the default), at times its own (scheduled), or its own values alone (free)',
  },
  'feedback-choice': {
    kind: 'word',
    words: feedbackChoices,
    paths: ['train.feedback.choice'],
    help: 'of scheduled: its own token is a draw (default) or the likeliest',
  },
  'feedback-most': {
    kind: 'number',
    range: 'positive',
    paths: ['train.feedback.most'],
    help: 'of scheduled: the share of its own tokens at the end; default 0.25',
  },
  'feedback-schedule': {
    kind: 'word',
    words: feedbackSchedules,
    paths: ['train.feedback.schedule'],
    help: 'of scheduled: how that share rises; default linear',
  },
  'feedback-steps': {
    kind: 'integer',
    least: 1,
    paths: ['train.feedback.steps'],
    help: 'of scheduled: updates over which it rises; default 1000',
  },
  'feedback-given': {
    kind: 'integer',
    least: 1,
    paths: ['train.feedback.given'],
    help: 'of free: time steps whose input is given; default 1, of a series all before the horizon',
  },
  accumulate: { kind: 'integer', least: 1, paths: ['train.accumulate'], help: 'batches whose gradients make one update; default 1' },
  stateful: {
    kind: 'flag',
    negatable: true,
    paths: ['train.stateful'],
    help: 'whether each step starts from the states in which the last one ended; default yes',
  },
  'update-every': {
    kind: 'integer',
    least: 1,
    paths: ['train.updateEvery'],
    help: 'of text: tokens from one update to the next; default --time-steps, and below it windows overlap',
  },
  seed: { kind: 'seed', paths: ['model.seed', 'train.seed'], help: 'of the first parameters, the random order and the sample; default 1' },
} as const satisfies OptionTable;

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
