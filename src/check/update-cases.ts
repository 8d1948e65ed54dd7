/** The end of a training step with every optimizer, schedule and clip. */
import type { ScheduleOptions } from '../spec/schedule.ts';
import type { KernelCase } from './kernel-case.ts';
import { type UpdateCase, updateCase } from './update-case.ts';

const sgd = { kind: 'sgd' } as const;
const adam = { kind: 'adam' } as const;
const schedules: readonly ScheduleOptions[] = [
  { kind: 'constant', warmupSteps: 10 },
  { kind: 'cosine', totalSteps: 20, minimumFactor: 0.1, warmupSteps: 3 },
  { kind: 'step', every: 2, factor: 0.5, warmupSteps: 1 },
  { kind: 'exponential', factor: 0.9 },
];

const cases: readonly UpdateCase[] = [
  // each pipeline more than once: the first updates, and late ones, where the bias corrections differ
  ...[5, 0, 1, 99, 20000].map((applied) => ({ optimizer: adam, norm: 1, applied })),
  { optimizer: adam, norm: 1, isBroken: true },
  { optimizer: adam, norm: 1, scale: 1e-3 },
  { optimizer: adam, norm: 1, scale: 1e25 },
  { optimizer: adam, norm: 1, scale: 1e-25 },
  { optimizer: adam, norm: 1, pieces: 2, hiddenSize: 20 },
  { optimizer: { kind: 'adam', weightDecay: 0.1, beta1: 0.8, epsilon: 1e-3 }, value: 0.5 },
  ...[5, 0].map((applied) => ({ optimizer: { kind: 'adamw', weightDecay: 0.1 } as const, applied })),
  ...[5, 0].flatMap((applied) => [
    { optimizer: { kind: 'momentum', momentum: 0.9, weightDecay: 0.1, dampening: 0.3 } as const, applied },
    { optimizer: { kind: 'momentum', nesterov: true } as const, applied, norm: 1 },
    { optimizer: { kind: 'rmsprop', weightDecay: 0.1 } as const, applied },
    { optimizer: sgd, applied },
  ]),
  { optimizer: { kind: 'rmsprop' }, isBroken: true },
  { optimizer: { kind: 'sgd', weightDecay: 0.1 }, isBroken: true },
  { optimizer: sgd, norm: 0.5, value: 0.25 },
  { optimizer: sgd, norm: 0.5, value: 0.25, scale: 1e25 },
  { optimizer: sgd, norm: 100, value: 2 },
  { optimizer: sgd, value: 0.25, scale: 1e-25 },
  // the largest parameters are clipped, the biases are not
  ...[1, 1e25, 1e-25].map((scale) => ({ optimizer: sgd, tensorNorm: 3, scale })),
  { optimizer: adam, tensorNorm: 3, applied: 0 },
  { optimizer: sgd, tensorNorm: 3, hiddenSize: 20, pieces: 2 },
  ...[1, 1e25].map((scale) => ({ optimizer: sgd, tensorNorm: 2, norm: 4, scale })),
  { optimizer: sgd, tensorNorm: 2, norm: 4, value: 0.5 },
  { optimizer: sgd, tensorNorm: 2, norm: 400, value: 0.5 },
  { optimizer: sgd, tensorNorm: 2, value: 0.5, isBroken: true },
  { optimizer: sgd, stepValue: [0.5, 0.25] },
  { optimizer: sgd, stepValue: [0.5, 0.75], stepNorm: [1e-3, 2e10], norm: 4 },
  { optimizer: sgd, stepNorm: [3, 2.5] },
  { optimizer: sgd, stepValue: [0.5, 0.75], stepNorm: [2, 3], isBroken: true },
  { optimizer: adam, copies: false, norm: 1 },
  { optimizer: sgd, halts: true },
  { optimizer: sgd, halts: true, isBroken: true },
  { optimizer: adam, halts: true, halted: true, norm: 1 },
  { optimizer: sgd, halts: true, halted: true, isBroken: true },
  ...schedules.flatMap((schedule) => [0, 5, 40].map((applied) => ({ optimizer: sgd, schedule, applied }))),
];

export const updateCases: readonly KernelCase[] = cases.map(updateCase);
