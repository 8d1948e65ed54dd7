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
  /** f32 bits: what the whole gradient was multiplied by to respect the bound of the global norm. */
  clipFactor: 5,
  /** f32 bits: learning rate after the schedule. */
  learningRate: 6,
  /** 1 + index of the last parameter whose gradient was not finite, which is the first one that the reverse sweep met; 0: none. */
  notFinite: 7,
  /** The gradient's norm after the clip by value, as exponent and sum. */
  valueNormExponent: 8,
  valueNormSum: 9,
  /** The largest norm of one parameter's gradient after that, and f32 bits of the smallest factor that any of them got. */
  tensorNormExponent: 10,
  tensorNormSum: 11,
  tensorFactor: 12,
  /** The norm that the global bound met, after both other clips. */
  globalNormExponent: 13,
  globalNormSum: 14,
  /** Applied updates in which the clip by value, by the norms of parameters and by the global norm changed something, so far. */
  valueClipped: 15,
  tensorClipped: 16,
  globalClipped: 17,
  /** With `monitor`: norm of all parameters after the update, and of what the update changed, as exponent and sum. */
  parameterNormExponent: 18,
  parameterNormSum: 19,
  updateNormExponent: 20,
  updateNormSum: 21,
  /** f32 bits: the largest value and the largest norm of a row that the clips inside of the reverse sweep met. */
  stepValue: 22,
  stepNorm: 23,
  /** Applied updates in which they changed something, so far. */
  stepValueClipped: 24,
  stepNormClipped: 25,
} as const;

export const METRICS_ELEMENTS = 26;

export const metrics = /* wgsl */ `
const METRICS_ELEMENTS = ${METRICS_ELEMENTS}u;
const APPLIED = ${METRICS.applied}u;
const SKIPPED = ${METRICS.skipped}u;
const LOSS = ${METRICS.loss}u;
const NORM_EXPONENT = ${METRICS.normExponent}u;
const NORM_SUM = ${METRICS.normSum}u;
const CLIP_FACTOR = ${METRICS.clipFactor}u;
const RATE = ${METRICS.learningRate}u;
const NOT_FINITE_TENSOR = ${METRICS.notFinite}u;
const VALUE_NORM = ${METRICS.valueNormExponent}u;
const TENSOR_NORM = ${METRICS.tensorNormExponent}u;
const TENSOR_FACTOR = ${METRICS.tensorFactor}u;
const GLOBAL_NORM = ${METRICS.globalNormExponent}u;
const VALUE_CLIPPED = ${METRICS.valueClipped}u;
const TENSOR_CLIPPED = ${METRICS.tensorClipped}u;
const GLOBAL_CLIPPED = ${METRICS.globalClipped}u;
const PARAMETER_NORM = ${METRICS.parameterNormExponent}u;
const UPDATE_NORM = ${METRICS.updateNormExponent}u;
const STEP_VALUE = ${METRICS.stepValue}u;
const STEP_NORM = ${METRICS.stepNorm}u;
const STEP_VALUE_CLIPPED = ${METRICS.stepValueClipped}u;
const STEP_NORM_CLIPPED = ${METRICS.stepNormClipped}u;`;
