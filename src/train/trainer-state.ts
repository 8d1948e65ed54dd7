/** The inside of a trainer, for the run loop, checkpoints and early stopping. */
import type { TrainingPlan } from '../plan/training.ts';
import type { TrainSpec } from '../spec/train.ts';
import type { StepMetrics } from './metrics.ts';
import type { Model } from './model.ts';
import type { StepWindow } from './step-window.ts';
import type { Trainer } from './trainer.ts';
import type { StepReport, TrainingEngine } from './training-engine.ts';

export interface TrainerState {
  readonly device: GPUDevice;
  readonly model: Model;
  readonly spec: TrainSpec;
  readonly training: TrainingPlan;
  start(): Promise<TrainingEngine>;
  /** Throws once the trainer or its model is destroyed. */
  requireAlive(): void;
  submitWindow(engine: TrainingEngine, window: StepWindow, reset: boolean, report: boolean): Promise<StepReport> | undefined;
  /** Of a step up to the reported one, each once and in order. */
  decode(report: StepReport, step: number): StepMetrics;
  currentStep(): number;
  restoreStep(step: number): void;
  learningRate(): number;
  setLearningRate(learningRate: number): void;
  pack(tensors: ReadonlyMap<string, Float32Array>): Float32Array<ArrayBuffer>;
}

const states = new WeakMap<Trainer, TrainerState>();

export function rememberTrainer(trainer: Trainer, state: TrainerState): void {
  states.set(trainer, state);
}

export function stateOfTrainer(trainer: Trainer): TrainerState {
  const state = states.get(trainer);
  if (!state) throw new Error('trainer must be made by createTrainer');
  return state;
}
