/**
 * What changes from step to step, in one small u32 buffer that the host writes before each submit.
 * CONTROL is the one table of places; shaders and host both derive from it.
 */
export const CONTROL = {
  /** f32 bits: what a target's loss gradient is multiplied by. */
  gradientScale: 0,
  /** f32 bits: 1 / number of targets that count in this step. */
  lossScale: 1,
  /** Entry of the metrics ring that this step writes, and the one that the step before wrote. */
  slot: 2,
  previousSlot: 3,
  /** f32 bits: learning rate before the schedule. */
  learningRate: 4,
  /** f32 bits: bound of the gradient's global norm, bound of each gradient value. */
  clipNorm: 5,
  clipValue: 6,
  /** u32: another one for every step and micro-batch; the noise of dropout is drawn from it. */
  seed: 7,
  /** f32 bits: bound of the norm of each parameter's gradient. */
  clipTensorNorm: 8,
  /** f32 bits: bounds inside of the reverse sweep, of each value and of the norm of each row. */
  clipStepValue: 9,
  clipStepNorm: 10,
  starts: 11,
} as const;

export const controlElements = (batch: number): number => CONTROL.starts + 3 * batch;

export const control = (batch: number): string => /* wgsl */ `
const GRADIENT_SCALE = ${CONTROL.gradientScale}u;
const LOSS_SCALE = ${CONTROL.lossScale}u;
const SLOT = ${CONTROL.slot}u;
const PREVIOUS_SLOT = ${CONTROL.previousSlot}u;
const LEARNING_RATE = ${CONTROL.learningRate}u;
const CLIP_NORM = ${CONTROL.clipNorm}u;
const CLIP_VALUE = ${CONTROL.clipValue}u;
const CLIP_TENSOR_NORM = ${CONTROL.clipTensorNorm}u;
const CLIP_STEP_VALUE = ${CONTROL.clipStepValue}u;
const CLIP_STEP_NORM = ${CONTROL.clipStepNorm}u;
const SEED = ${CONTROL.seed}u;
const STARTS = ${CONTROL.starts}u;
const TARGETS = ${CONTROL.starts + batch}u;
const ENDS = ${CONTROL.starts + 2 * batch}u;`;
