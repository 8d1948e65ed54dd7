/**
 * What the kernels of attention share. Sizes: targetSteps T time steps of the decoder attend to sourceSteps S of the encoder, of which lengths[b]
 * are real; queries [T, B, A], keys [S, B, A], values [S, B, C]; the alignment a [T, B, S padded to a multiple of 4] is 0 past the length.
 * additive: score = v · tanh(q + k) (Bahdanau et al. 2015); multiplicative: score = scale q · k (Luong et al. 2015, general).
 */
export interface AttentionShape {
  readonly kind: 'additive' | 'multiplicative';
  readonly batch: number;
  readonly targetSteps: number;
  readonly sourceSteps: number;
  /** A, a multiple of 4. */
  readonly attentionSize: number;
  /** C, a multiple of 4. */
  readonly valueSize: number;
  /** Factor of multiplicative scores; 1 as Luong has it, 1/√A as scaled dot products. */
  readonly scale: number;
}

/** Operations that a tanh counts, for the work budget. */
export const TANH_FLOP = 30;

/** From one row of the alignment to the next. */
export const alignmentStride = (sourceSteps: number): number => Math.ceil(sourceSteps / 4) * 4;

/** Constants of the rows: a workgroup (or thread) owns `rows` neighbouring time steps of one batch row. */
export function attentionConstants({ batch, targetSteps, sourceSteps, attentionSize, valueSize }: AttentionShape): string {
  return `const BATCH = ${batch}u;
const TARGETS = ${targetSteps}u;
const SOURCES = ${sourceSteps}u;
const STRIDE = ${alignmentStride(sourceSteps)}u;
const ATTENTION = ${attentionSize / 4}u;
const VALUES = ${valueSize / 4}u;`;
}
