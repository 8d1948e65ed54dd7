/**
 * One entry of the metrics ring: written by each update, read back late by the host. It also carries the optimizer's count of applied steps
 * from one step to the next, so that nothing on the GPU is read and written in the same dispatch.
 */
export const METRICS = {
  /** Updates applied so far, this one included. */
  applied: 0,
  /** Updates skipped so far because a gradient was not finite. */
  skipped: 1,
  /** f32 bits: loss per counted target. */
  loss: 2,
  /** The gradient's norm before any clip is 2^(exponent - 127) * sqrt(sum), sum as f32 bits; exponent 255: not finite. */
  normExponent: 3,
  normSum: 4,
  /** f32 bits: what the gradient was multiplied by to respect the norm's bound. */
  clipFactor: 5,
  /** f32 bits: learning rate after the schedule. */
  learningRate: 6,
} as const;

export const METRICS_ELEMENTS = 8;

export const metrics = /* wgsl */ `
const METRICS_ELEMENTS = ${METRICS_ELEMENTS}u;
const APPLIED = ${METRICS.applied}u;
const SKIPPED = ${METRICS.skipped}u;
const LOSS = ${METRICS.loss}u;
const NORM_EXPONENT = ${METRICS.normExponent}u;
const NORM_SUM = ${METRICS.normSum}u;
const CLIP_FACTOR = ${METRICS.clipFactor}u;
const RATE = ${METRICS.learningRate}u;`;
