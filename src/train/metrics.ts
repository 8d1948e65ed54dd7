import { METRICS, METRICS_ELEMENTS } from '../plan/host-tables.ts';
import type { ClipSpec } from '../spec/clip.ts';

/** What one clip did in a step, and how often it did anything. */
export interface ClipMetrics {
  /** The norm that it met; of `tensorNorm` the largest norm of one parameter's gradient. Not a number if a gradient was not finite. */
  readonly norm: number;
  /** What it left of that norm, 1 if it did not act; of `tensorNorm` the smallest factor that any parameter's gradient got. */
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
  /** Of each clip that is on, under its name in `TrainOptions.clip`; they act in the order value, tensorNorm, globalNorm. */
  readonly clips: { readonly [Name in keyof ClipSpec]?: ClipMetrics };
  /** After the schedule. */
  readonly learningRate: number;
  /** Updates applied and updates skipped (a gradient was not finite) since the trainer was made. */
  readonly applied: number;
  readonly skipped: number;
}

/** The entry of a metrics ring that step number `step` wrote into `slot`, of a trainer with these clips. */
export function decodeMetrics(ring: ArrayBuffer, slot: number, step: number, clip: ClipSpec = {}): StepMetrics {
  const words = new Uint32Array(ring, slot * METRICS_ELEMENTS * 4, METRICS_ELEMENTS);
  const floats = new Float32Array(ring, slot * METRICS_ELEMENTS * 4, METRICS_ELEMENTS);
  const everyFinite = words[METRICS.notFinite] === 0;
  const norm = (place: number): number => (everyFinite ? Math.sqrt(floats[place + 1]) * 2 ** (words[place] - 127) : Number.NaN);
  const gradientNorm = norm(METRICS.normExponent);
  const globalNorm = norm(METRICS.globalNormExponent);
  const clipFactor = floats[METRICS.clipFactor];
  return {
    step,
    loss: floats[METRICS.loss],
    gradientNorm,
    clipFactor,
    clips: {
      ...(clip.value !== undefined && {
        value: {
          norm: gradientNorm,
          factor: gradientNorm === 0 ? 1 : norm(METRICS.valueNormExponent) / gradientNorm,
          acted: words[METRICS.valueClipped],
        },
      }),
      ...(clip.tensorNorm !== undefined && {
        tensorNorm: { norm: norm(METRICS.tensorNormExponent), factor: floats[METRICS.tensorFactor], acted: words[METRICS.tensorClipped] },
      }),
      ...(clip.globalNorm !== undefined && {
        globalNorm: { norm: globalNorm, factor: clipFactor, acted: words[METRICS.globalClipped] },
      }),
    },
    learningRate: floats[METRICS.learningRate],
    applied: words[METRICS.applied],
    skipped: words[METRICS.skipped],
  };
}
