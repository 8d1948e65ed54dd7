/** From the page's settings to what the engine takes; the engine judges the numbers. */
import { InputError, type ModelOptions, type TrainOptions } from '../../src/index.ts';
import type { Settings } from '../protocol.ts';

/** What a task chose for itself. */
interface Chosen {
  readonly model: Pick<ModelOptions, 'recurrent'>;
}

/** A bound that no gradient reaches: the clip is always on, so that its bound can move while training goes on. */
const unbounded = 3e38;

export const clipOf = (clipNorm: number | null): { readonly globalNorm: number } => ({ globalNorm: clipNorm ?? unbounded });

/** Gain of recurrent weights that make gradients explode. */
const largeGain = 1.6;

/** @param timeSteps of the run, for gates that are to remember as long */
export function recurrentOf(settings: Settings, task: Chosen, timeSteps: number): ModelOptions['recurrent'] {
  const { cell, hiddenSize, layers, bidirectional, dropout, recurrentDropout, zoneout, zoneoutCell, layerNorm, resetGate } = settings;
  return {
    cell,
    hiddenSize,
    layers,
    bidirectional,
    dropout,
    recurrentDropout,
    zoneout,
    zoneoutCell,
    layerNorm,
    reset: resetGate,
    initialState: settings.learnedState ? 'learned' : 'zero',
    initialization: initializationOf(settings, task, timeSteps),
  };
}

function initializationOf({ initialization, cell }: Settings, task: Chosen, timeSteps: number) {
  switch (initialization) {
    case 'default':
      return (cell === task.model.recurrent.cell ? task.model.recurrent.initialization : undefined) ?? 'default';
    case 'pytorch':
      return 'pytorch';
    case 'identity':
      return { recurrent: 'identity' } as const;
    case 'chrono':
      return { chrono: Math.max(3, timeSteps) };
    case 'large':
      return { gain: largeGain };
  }
}

export function attentionOf({ attention, inputFeeding }: Settings): ModelOptions['attention'] {
  return attention === 'none' ? undefined : { kind: attention, inputFeeding };
}

/** @param freely how a series runs freely, for a network that is to read its own values */
export function trainOf(
  settings: Settings,
  sizes: Pick<TrainOptions, 'timeSteps' | 'sourceSteps' | 'stateful' | 'updateEvery'>,
  freely?: TrainOptions['feedback'],
): TrainOptions {
  const { batch, optimizer, learningRate, weightDecay, clipNorm, clipValue, clipStepNorm, labelSmoothing, feedback, seed } = settings;
  return {
    ...sizes,
    batch,
    optimizer: { kind: optimizer, learningRate, ...(weightDecay !== null && { weightDecay }) },
    schedule: scheduleOf(settings),
    clip: {
      ...clipOf(clipNorm),
      ...(clipValue !== null && { value: clipValue }),
      ...(clipStepNorm !== null && { timeStepNorm: clipStepNorm }),
    },
    loss: { labelSmoothing },
    feedback: feedback === 'free' ? freely : { kind: feedback },
    monitor: true,
    nonFinite: 'stop',
    seed,
  };
}

function scheduleOf({ schedule, scheduleSteps, warmupSteps }: Settings): TrainOptions['schedule'] {
  if (schedule !== 'constant' && !(Number.isInteger(scheduleSteps) && scheduleSteps > 0))
    throw new InputError(`scheduleSteps must be a positive integer, got ${scheduleSteps}`);
  switch (schedule) {
    case 'constant':
      return { kind: 'constant', warmupSteps };
    case 'cosine':
      return { kind: 'cosine', totalSteps: scheduleSteps, warmupSteps };
    case 'step':
      return { kind: 'step', every: scheduleSteps, factor: 0.5, warmupSteps };
    case 'exponential':
      return { kind: 'exponential', factor: 0.1 ** (1 / scheduleSteps), warmupSteps };
  }
}
