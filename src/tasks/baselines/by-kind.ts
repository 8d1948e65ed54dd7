/** The baselines of a kind of example, as a task lists them: by their name, each its metric on `heldOut` after seeing `train`. */
import type { LabeledText, TextPair } from '../../data/examples.ts';
import { type LabeledSymbols, logisticRegression } from './logistic.ts';
import { majorityLabel } from './majority.ts';
import { nearestAnswer } from './nearest.ts';

/**
 * Accuracies of predictors of a label.
 *
 * @param symbols what a time step of the text is: words between spaces, or characters
 */
export function labelBaselines(symbols: 'words' | 'characters') {
  const split = ({ text, label }: LabeledText): LabeledSymbols => ({ symbols: symbols === 'words' ? text.split(' ') : [...text], label });
  return (train: readonly LabeledText[], heldOut: readonly LabeledText[]) => ({
    'most frequent label': majorityLabel(train, heldOut),
    'logistic regression': logisticRegression(train.map(split), heldOut.map(split)),
  });
}

/** Shares of exact matches of predictors of an answer. */
export function answerBaselines(train: readonly TextPair[], heldOut: readonly TextPair[]) {
  const ask = ({ source, target }: TextPair) => ({ question: source, answer: target });
  return { 'nearest training example': nearestAnswer(train.map(ask), heldOut.map(ask)) };
}
