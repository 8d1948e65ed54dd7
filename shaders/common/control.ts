import { wgsl } from '../wgsl.ts';

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
  /** u32, with `monitor`: 0 in a step that is not measured, else 1 + the entry of the rings of norms that it writes. */
  monitored: 11,
  /** Four numbers per row, [4, B]: where its inputs start, where its targets start, where its inputs end, whether it starts anew (1). */
  starts: 12,
} as const;

export const controlElements = (batch: number): number => CONTROL.starts + 4 * batch;

/** Where the numbers of the rows begin, by kind, counted from the beginning of a block of control. */
export const controlRows = (batch: number) => ({
  starts: CONTROL.starts,
  targetStarts: CONTROL.starts + batch,
  ends: CONTROL.starts + 2 * batch,
  anew: CONTROL.starts + 3 * batch,
});

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
const MONITORED = ${CONTROL.monitored}u;
const SEED = ${CONTROL.seed}u;
const STARTS = ${CONTROL.starts}u;
const TARGETS = ${controlRows(batch).targetStarts}u;
const ENDS = ${controlRows(batch).ends}u;
const ANEW = ${controlRows(batch).anew}u;`;

/**
 * is_counted(t, b): whether the loss of this step counts there. The first `overlap` time steps of a window repeat the last ones of the window before, in
 * which they counted, unless row b starts anew. Wants control(batch).
 */
export const countedAfter = (overlap: number): string => wgsl`
fn is_counted(t: u32, b: u32) -> bool {
#if ${overlap > 0}
  return t >= ${overlap}u || control[call.control + ANEW + b] != 0u;
#else
  return true;
#endif
}`;
