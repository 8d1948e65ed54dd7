import { METRICS, METRICS_ELEMENTS } from '../plan/host-tables.ts';

/** What one training step measured on the GPU. */
export interface StepMetrics {
  /** Steps of the trainer, this one included. */
  readonly step: number;
  /** Per counted target: nats for softmax and sigmoid, squared error for linear outputs. */
  readonly loss: number;
  /** Norm of the whole gradient before any clip; not a number if a gradient was not finite. */
  readonly gradientNorm: number;
  /** What the norm's bound multiplied the gradient by, 1 if it did not act. */
  readonly clipFactor: number;
  /** After the schedule. */
  readonly learningRate: number;
  /** Updates applied and updates skipped (a gradient was not finite) since the trainer was made. */
  readonly applied: number;
  readonly skipped: number;
}

/** The entry of a metrics ring that step number `step` wrote into `slot`. */
export function decodeMetrics(ring: ArrayBuffer, slot: number, step: number): StepMetrics {
  const words = new Uint32Array(ring, slot * METRICS_ELEMENTS * 4, METRICS_ELEMENTS);
  const floats = new Float32Array(ring, slot * METRICS_ELEMENTS * 4, METRICS_ELEMENTS);
  const exponent = words[METRICS.normExponent];
  return {
    step,
    loss: floats[METRICS.loss],
    gradientNorm: exponent === 255 ? Number.NaN : Math.sqrt(floats[METRICS.normSum]) * 2 ** (exponent - 127),
    clipFactor: floats[METRICS.clipFactor],
    learningRate: floats[METRICS.learningRate],
    applied: words[METRICS.applied],
    skipped: words[METRICS.skipped],
  };
}
