/** The kernels that a chain is made of. */
import { gatherBatch } from './gather-batch.ts';
import { gruBeforeSequenceBackward } from './gru-before-sequence-backward.ts';
import { gruBeforeSequenceForward } from './gru-before-sequence-forward.ts';
import { joinDirections } from './join-directions.ts';
import { joinDirectionsBackward } from './join-directions-backward.ts';
import { layerNormGradient } from './layer-norm-gradient.ts';
import { layerNormRows } from './layer-norm-rows.ts';
import { layerNormRowsBackward } from './layer-norm-rows-backward.ts';
import { layerNormSequenceBackward } from './layer-norm-sequence-backward.ts';
import { layerNormSequenceForward } from './layer-norm-sequence-forward.ts';
import { matmul } from './matmul.ts';
import { reverseRows } from './reverse-rows.ts';
import { segmentSum } from './segment-sum.ts';
import { sequenceBackward } from './sequence-backward.ts';
import { sequenceForward } from './sequence-forward.ts';
import { sigmoidCrossEntropy } from './sigmoid-cross-entropy.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
import { squaredError } from './squared-error.ts';
import { weightGradient } from './weight-gradient.ts';

/** A test may replace some. */
export const chainTwins = {
  gatherBatch,
  gruBeforeSequenceBackward,
  gruBeforeSequenceForward,
  /** weight-gradient again, for the head. */
  headGradient: weightGradient,
  joinDirections,
  joinDirectionsBackward,
  layerNormGradient,
  layerNormRows,
  layerNormRowsBackward,
  layerNormSequenceBackward,
  layerNormSequenceForward,
  matmul,
  reverseRows,
  segmentSum,
  sequenceBackward,
  sequenceForward,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  squaredError,
  weightGradient,
};
export type ChainTwins = typeof chainTwins;
