/** Retrograde: recurrent networks trained wholly on the GPU through WebGPU. The public API; nothing else is imported from outside. */

export { loadBytePairs } from './data/byte-pair-loader.ts';
export type { CodedBatch, Coder, Prediction } from './data/coders/coder.ts';
export { type CoderOptions, coderFromJSON, createCoder } from './data/coders/create-coder.ts';
export type { SeriesCoder } from './data/coders/series.ts';
export type { Example, ExampleKind, ExampleOf } from './data/examples.ts';
export type { Mark, MarkIds } from './data/marks.ts';
export { readText, splitText } from './data/text.ts';
export {
  createTokenStream,
  createValidationStream,
  type TokenStream,
  type TokenStreamOptions,
  type TokenWindow,
} from './data/token-stream.ts';
export {
  createCharacterVocabulary,
  createVocabulary,
  type Vocabulary,
  type VocabularyOptions,
  vocabularyFromJSON,
} from './data/vocabulary.ts';
export { isSoftwareAdapter, profileOf, requestDevice, requestDeviceFrom } from './gpu/device.ts';
export { type KeptEntries, type KeptStore, type KeptTopic, setKeptStore } from './gpu/kept.ts';
export type { DispatchTime } from './gpu/profiler.ts';
export { type Capacity, capacityOf } from './plan/capacity.ts';
export type { Plan, PlanDescription } from './plan/plan.ts';
export { type AdapterProfile, defaultProfile } from './plan/profile.ts';
export { planTraining, type TrainingPlan } from './plan/training.ts';
export type { ProductTiles, RecurrentKernel, WeightStorage } from './spec/engine.ts';
export type { FeedbackOptions, FeedbackSpec } from './spec/feedback.ts';
export type { ImageOptions } from './spec/image.ts';
export { InputError } from './spec/input-error.ts';
export { type Architecture, type Cell, type ModelOptions, type ModelSpec, modelSpec } from './spec/model.ts';
export type { MonitorSpec } from './spec/monitor.ts';
export type { NonFinitePolicy, RewindSpec } from './spec/non-finite.ts';
export type { OptimizerOptions, OptimizerSpec } from './spec/optimizer.ts';
export { type Parameter, parameterCount, parameterTable } from './spec/parameters.ts';
export type { ScheduleOptions, ScheduleSpec } from './spec/schedule.ts';
export { type TrainOptions, type TrainSpec, trainSpec } from './spec/train.ts';
export type { Batch } from './train/batches.ts';
export { type Loaded, load, save } from './train/checkpoint.ts';
export type { Decoded, DecodeOptions } from './train/decode.ts';
export { createEarlyStopping, type EarlyStopping } from './train/early-stopping.ts';
export type { Evaluation } from './train/evaluate.ts';
export { describeChoice, type FasterKernel, fasterKernel } from './train/faster-kernel.ts';
export { forecast } from './train/forecast.ts';
export type { ForwardOptions, ForwardResult } from './train/forward.ts';
export { generate, generateTokens, type SamplingOptions } from './train/generate.ts';
export type { LayerState } from './train/inference-run.ts';
export type { Inspection, InspectOptions, LayerInspection } from './train/inspect.ts';
export { type Measurement, type MeasureOptions, measure } from './train/measure.ts';
export type { ClipMetrics, StepMetrics } from './train/metrics.ts';
export { createModel, type EngineOptions, type Model } from './train/model.ts';
export { type NotFinite, NotFiniteError, type NotFinitePlace } from './train/not-finite.ts';
export type { RunMetrics, RunOptions, RunSource } from './train/run.ts';
export {
  type KernelVerdict,
  type Replacement,
  type SelfTest,
  SelfTestError,
  type SelfTestMode,
} from './train/self-test.ts';
export { type Snapshot, takeSnapshot } from './train/snapshot.ts';
export type { ModelStream } from './train/stream.ts';
export { createTrainer, type Trainer } from './train/trainer.ts';
export { type LayerVariance, scaleToUnitVariance, type UnitVarianceOptions } from './train/unit-variance.ts';
export type { LayerHealth, LayerTimeNorms, MeasuredNorms, TimeNorms } from './train/watched.ts';
