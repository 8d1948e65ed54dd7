/** The options that say how a model is trained: each with the places in the training's description that it fills. */
import { feedbackChoices, feedbackKinds, feedbackSchedules } from '../spec/feedback.ts';
import { nonFinitePolicies } from '../spec/non-finite.ts';
import { optimizerKinds } from '../spec/optimizer.ts';
import { scheduleKinds } from '../spec/schedule.ts';
import type { OptionTable } from './options.ts';

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
  recompute: {
    kind: 'integer',
    least: 1,
    paths: ['train.recompute'],
    help: 'of text: time steps of a segment that is run again instead of kept, a divisor of --time-steps; default none',
  },
  seed: { kind: 'seed', paths: ['model.seed', 'train.seed'], help: 'of the first parameters, the random order and the sample; default 1' },
} as const satisfies OptionTable;
