import { expect, test } from 'vitest';
import { InputError } from '../index.ts';
import type { OptionTable } from './options.ts';
import { requireAgreement, type SpecBase, type SpecValues, specsFrom, specTable } from './spec-options.ts';

const base: SpecBase = {
  model: {
    input: { kind: 'tokens', vocabulary: 60 },
    recurrent: { cell: 'lstm', hiddenSize: 128, layers: 1 },
    output: { kind: 'softmax', classes: 60 },
  },
  train: { batch: 16, timeSteps: 32, stateful: true, optimizer: { kind: 'adam', learningRate: 1e-2 }, clip: { globalNorm: 1 } },
};

/** For each option a value that says something else than the default, with what it needs beside it. */
const other: { readonly [Name in keyof SpecValues]: SpecValues } = {
  architecture: { architecture: 'many-to-one' },
  cell: { cell: 'gru' },
  hidden: { hidden: [64, 32] },
  layers: { layers: 2 },
  embedding: { architecture: 'encoder-decoder', embedding: 8 },
  'tied-embeddings': { embedding: 128, 'tied-embeddings': true },
  dropout: { dropout: 0.1 },
  'recurrent-dropout': { 'recurrent-dropout': 0.2 },
  zoneout: { zoneout: 0.3 },
  'zoneout-cell': { 'zoneout-cell': 0.4 },
  'layer-norm': { 'layer-norm': true },
  bidirectional: { bidirectional: true },
  merge: { bidirectional: true, merge: 'sum' },
  pooling: { architecture: 'many-to-one', pooling: 'max' },
  attention: { architecture: 'encoder-decoder', attention: 'additive' },
  'input-feeding': { architecture: 'encoder-decoder', embedding: 8, attention: 'additive', 'input-feeding': true },
  'attention-size': { architecture: 'encoder-decoder', attention: 'additive', 'attention-size': 7 },
  'gru-reset': { cell: 'gru', 'gru-reset': 'before' },
  'initial-state': { 'initial-state': 'learned' },
  bias: { bias: 'input' },
  initialization: { initialization: 'pytorch' },
  'initialize-input': { 'initialize-input': 'normal' },
  'initialize-recurrent': { 'initialize-recurrent': 'uniform' },
  'initialize-gain': { 'initialize-gain': 0.5 },
  'spectral-radius': { 'spectral-radius': 1.1 },
  'initialize-bias': { 'initialize-bias': 'uniform' },
  'initialize-head': { 'initialize-head': 'uniform' },
  'forget-bias': { 'forget-bias': 2 },
  chrono: { chrono: 50 },
  'embedding-deviation': { 'embedding-deviation': 1 },
  batch: { batch: 8 },
  'time-steps': { 'time-steps': 8 },
  optimizer: { optimizer: 'sgd' },
  'learning-rate': { 'learning-rate': 1 },
  'weight-decay': { 'weight-decay': 0.5 },
  momentum: { optimizer: 'momentum', momentum: 0.5 },
  dampening: { optimizer: 'momentum', dampening: 0.5 },
  nesterov: { optimizer: 'momentum', nesterov: true },
  alpha: { optimizer: 'rmsprop', alpha: 0.5 },
  beta1: { beta1: 0.5 },
  beta2: { beta2: 0.5 },
  epsilon: { epsilon: 1e-3 },
  schedule: { schedule: 'step', 'schedule-every': 5 },
  warmup: { warmup: 5 },
  'schedule-steps': { schedule: 'cosine', 'schedule-steps': 9 },
  'schedule-minimum': { schedule: 'cosine', 'schedule-steps': 9, 'schedule-minimum': 0.5 },
  'schedule-every': { schedule: 'step', 'schedule-every': 7 },
  'schedule-factor': { schedule: 'exponential', 'schedule-factor': 0.5 },
  'clip-norm': { 'clip-norm': 5 },
  'clip-tensor-norm': { 'clip-tensor-norm': 5 },
  'clip-value': { 'clip-value': 5 },
  'clip-step-norm': { 'clip-step-norm': 5 },
  'clip-step-value': { 'clip-step-value': 5 },
  monitor: { monitor: true },
  'monitor-every': { 'monitor-every': 3 },
  'non-finite': { 'non-finite': 'rewind' },
  'label-smoothing': { 'label-smoothing': 0.1 },
  reduction: { reduction: 'sum' },
  feedback: { feedback: 'scheduled' },
  'feedback-choice': { feedback: 'scheduled', 'feedback-choice': 'likeliest' },
  'feedback-most': { feedback: 'scheduled', 'feedback-most': 0.5 },
  'feedback-schedule': { feedback: 'scheduled', 'feedback-schedule': 'exponential' },
  'feedback-steps': { feedback: 'scheduled', 'feedback-steps': 7 },
  'feedback-given': { feedback: 'free', 'feedback-given': 5 },
  accumulate: { accumulate: 2 },
  stateful: { stateful: false },
  'update-every': { stateful: true, 'update-every': 2 },
  recompute: { stateful: true, recompute: 1 },
  seed: { seed: 7 },
};

const withPaths = Object.entries<OptionTable[string]>(specTable).flatMap(([name, { paths }]) => (paths ? [{ name, paths }] : []));

test.each(withPaths)('--$name reaches the spec', ({ name, paths }) => {
  const values = other[name as keyof SpecValues];
  expect(values, 'the table above needs a value').toBeDefined();
  const specs = specsFrom(base, values ?? {});
  for (const path of paths.filter((path) => !path.endsWith('.preset'))) {
    const at = path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], specs);
    expect(at).toEqual(name === 'monitor' ? { every: 10 } : values?.[name as keyof SpecValues]);
  }
  expect(specs).not.toEqual(specsFrom(base, {}));
});

test('another variant forgets the options of the one before', () => {
  expect(specsFrom(base, { optimizer: 'sgd' }).train.optimizer).toEqual({ kind: 'sgd', learningRate: 2e-3, weightDecay: 0 });
  expect(specsFrom(base, { optimizer: 'adam' }).train.optimizer).toMatchObject({ learningRate: 1e-2 });
});

test('a flag and what it is told together', () => {
  expect(specsFrom(base, { monitor: true, 'monitor-every': 3 }).train.monitor).toEqual({ every: 3 });
  const specs = specsFrom(base, { 'monitor-every': 3 });
  expect(() => requireAgreement('m.safetensors', specs, { monitor: true })).not.toThrow();
  expect(specsFrom(specs, { monitor: false }).train.monitor).toBe(false);
});

test('a clip of zero is none, a list of widths says how many layers', () => {
  expect(specsFrom(base, { 'clip-norm': 0 }).train.clip).toEqual({});
  expect(specsFrom(base, { hidden: [64, 32, 16] }).model.recurrent.layers).toBe(3);
  expect(() => specsFrom(base, { hidden: [64, 32], layers: 3 })).toThrow('layers must equal the 2 entries');
});

test('options must agree with a checkpoint, if they are given at all', () => {
  const given: SpecValues = {
    hidden: 16,
    layers: 2,
    initialization: 'pytorch',
    'initialize-gain': 0.5,
    schedule: 'cosine',
    'schedule-steps': 50,
  };
  const specs = specsFrom(base, given);
  expect(() => requireAgreement('m.safetensors', specs, {})).not.toThrow();
  expect(() => requireAgreement('m.safetensors', specs, given)).not.toThrow();
  expect(() => requireAgreement('m.safetensors', specs, { hidden: [16, 16], cell: 'lstm', steps: 900 })).not.toThrow();
  const refused: readonly (readonly [SpecValues, string])[] = [
    [{ cell: 'lstm', hidden: 17 }, '--hidden must be what m.safetensors was trained with, got 17'],
    [{ layers: 3 }, '--layers must be what'],
    [{ optimizer: 'sgd' }, '--optimizer must be what'],
    [{ schedule: 'constant' }, '--schedule must be what'],
    [{ seed: 2 }, '--seed must be what'],
  ];
  for (const [values, message] of refused) {
    expect(() => requireAgreement('m.safetensors', specs, values)).toThrow(InputError);
    expect(() => requireAgreement('m.safetensors', specs, values)).toThrow(message);
  }
});
