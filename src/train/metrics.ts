import { METRICS, METRICS_ELEMENTS } from '../plan/host-tables.ts';
import type { ClipSpec } from '../spec/clip.ts';
import { isMeasured } from '../spec/monitor.ts';
import type { TrainSpec } from '../spec/train.ts';
import type { LayerTimeNorms } from './watched.ts';

/** What one clip did in a step, and how often it did anything. */
export interface ClipMetrics {
  /**
   * The norm that it met; of `tensorNorm` the largest norm of one parameter's gradient; over all layers, rows and time steps, of `timeStepNorm` the
   * largest norm of a row, of `timeStepValue` the largest absolute value. Not a number if a gradient was not finite.
   */
  readonly norm: number;
  /** What it left of that norm, 1 if it did not act; of all but `value` and `globalNorm` the smallest factor that anything got. */
  readonly factor: number;
  /** Applied updates in which it changed something, since the trainer was made, this one included. */
  readonly acted: number;
}

/** What one training step measured on the GPU. */
export interface StepMetrics {
  /** Steps of the trainer, this one included. */
  readonly step: number;
  /** Per counted target: nats for softmax and sigmoid, squared error for linear outputs. */
  readonly loss: number;
  /** Norm of the whole gradient before any clip; not a number if a gradient was not finite. */
  readonly gradientNorm: number;
  /** What the bound of the global norm multiplied the gradient by, 1 if it did not act. */
  readonly clipFactor: number;
  /** Of each clip that is on, under its name in `TrainOptions.clip`; they act in the order timeStepValue, timeStepNorm, value, tensorNorm, globalNorm. */
  readonly clips: { readonly [Name in keyof ClipSpec]?: ClipMetrics };
  /** After the schedule. */
  readonly learningRate: number;
  /** Updates applied and updates skipped (a gradient was not finite) since the trainer was made. */
  readonly applied: number;
  readonly skipped: number;
  /** With `monitor`, of a step that is measured, as all below: norm of all parameters after the update. */
  readonly parameterNorm?: number;
  /** Norm of what the update changed, 0 if it was skipped. */
  readonly updateNorm?: number;
  /** updateNorm / parameterNorm; about 1e-3 is usual, much less learns nothing, much more forgets. */
  readonly updateRatio?: number;
  /** How the gradient went back through time in each layer and direction, the lowest layer first. */
  readonly timeNorms?: readonly LayerTimeNorms[];
}

/** What of a TrainSpec says what was measured. */
export type Measured = Pick<TrainSpec, 'clip' | 'monitor'>;

/** The entry of a metrics ring that step number `step` wrote into `slot`, of a trainer that clips and monitors so. */
export function decodeMetrics(ring: ArrayBuffer, slot: number, step: number, { clip, monitor }: Measured): StepMetrics {
  const words = new Uint32Array(ring, slot * METRICS_ELEMENTS * 4, METRICS_ELEMENTS);
  const floats = new Float32Array(ring, slot * METRICS_ELEMENTS * 4, METRICS_ELEMENTS);
  const everyFinite = words[METRICS.notFinite] === 0;
  const norm = (place: number): number => (words[place] === 255 ? Number.NaN : Math.sqrt(floats[place + 1]) * 2 ** (words[place] - 127));
  // behind a clip a gradient that is not finite may look as if it were
  const clippedNorm = (place: number): number => (everyFinite ? norm(place) : Number.NaN);
  const gradientNorm = norm(METRICS.normExponent);
  const globalNorm = clippedNorm(METRICS.globalNormExponent);
  const [parameterNorm, updateNorm] = [norm(METRICS.parameterNormExponent), norm(METRICS.updateNormExponent)];
  const clipFactor = floats[METRICS.clipFactor];
  // what the clips inside of the sweep met: bits of a number that is not finite say so
  const met = (place: number): number => (everyFinite && Number.isFinite(floats[place]) ? floats[place] : Number.NaN);
  const [stepValue, stepNorm] = [met(METRICS.stepValue), met(METRICS.stepNorm)];
  return {
    step,
    loss: floats[METRICS.loss],
    gradientNorm,
    clipFactor,
    clips: {
      ...(clip.timeStepValue !== undefined && {
        timeStepValue: { norm: stepValue, factor: Math.min(1, clip.timeStepValue / stepValue), acted: words[METRICS.stepValueClipped] },
      }),
      ...(clip.timeStepNorm !== undefined && {
        timeStepNorm: {
          norm: stepNorm,
          factor: Math.min(1, clip.timeStepNorm / (stepNorm + 1e-6)),
          acted: words[METRICS.stepNormClipped],
        },
      }),
      ...(clip.value !== undefined && {
        value: {
          norm: gradientNorm,
          factor: gradientNorm === 0 ? 1 : clippedNorm(METRICS.valueNormExponent) / gradientNorm,
          acted: words[METRICS.valueClipped],
        },
      }),
      ...(clip.tensorNorm !== undefined && {
        tensorNorm: {
          norm: clippedNorm(METRICS.tensorNormExponent),
          factor: floats[METRICS.tensorFactor],
          acted: words[METRICS.tensorClipped],
        },
      }),
      ...(clip.globalNorm !== undefined && {
        globalNorm: { norm: globalNorm, factor: clipFactor, acted: words[METRICS.globalClipped] },
      }),
    },
    learningRate: floats[METRICS.learningRate],
    applied: words[METRICS.applied],
    skipped: words[METRICS.skipped],
    ...(isMeasured(monitor, step) && { parameterNorm, updateNorm, updateRatio: updateNorm / parameterNorm }),
  };
}
