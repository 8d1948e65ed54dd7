/** The baselines of a kind of example, as a task lists them: by their name, each its metric on `heldOut` after seeing `train`. */
import type {
  CaptionedImage,
  Example,
  ExampleKind,
  LabeledText,
  Series,
  SignalPair,
  TextPair,
  ValuedSequence,
} from '../../data/examples.ts';
import { decibelsGained, meanAbsoluteError } from '../../data/scores.ts';
import { type Forecaster, fitAutoregression } from './autoregression.ts';
import { type LabeledSymbols, logisticRegression } from './logistic.ts';
import { majorityLabel } from './majority.ts';
import { meanPredictor } from './mean.ts';
import { fitMovingAverage } from './moving-average.ts';
import { nearestAnswer } from './nearest.ts';
import { nearestImage } from './nearest-image.ts';
import { persist } from './persistence.ts';
import { tagPerWord } from './tag-per-word.ts';
import { fitWiener } from './wiener.ts';

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

/**
 * The baselines that make sense for any examples of a kind, whoever made them.
 *
 * @param horizon of series: how many values are foretold
 */
export function fileBaselines(
  kind: ExampleKind,
  train: readonly Example[],
  heldOut: readonly Example[],
  horizon: number,
): Readonly<Record<string, number>> {
  const [known, asked] = [train as never, heldOut as never];
  switch (kind) {
    case 'labeled-text':
      return labelBaselines((train as readonly LabeledText[]).some(({ text }) => text.includes(' ')) ? 'words' : 'characters')(
        known,
        asked,
      );
    case 'labeled-sequence':
      return { 'most frequent label': majorityLabel(known, asked) };
    case 'valued-sequence':
      return {
        mean: meanPredictor((train as readonly ValuedSequence[]).map(targetOf), (heldOut as readonly ValuedSequence[]).map(targetOf)),
      };
    case 'tagged-sentence':
      return { 'most frequent tag per word': tagPerWord(known, asked) };
    case 'signal-pair':
      return filterBaselines(known, asked);
    case 'text-pair':
      return answerBaselines(known, asked);
    case 'captioned-image':
      return {
        'nearest training picture': nearestImage(
          (train as readonly CaptionedImage[]).map(namedPicture),
          (heldOut as readonly CaptionedImage[]).map(namedPicture),
        ),
      };
    case 'series':
      return forecastBaselines(train as readonly Series[], heldOut as readonly Series[], horizon);
  }
}

const targetOf = ({ value }: ValuedSequence): number => value;
const namedPicture = ({ image, caption }: CaptionedImage) => ({ picture: image.data, name: caption });

/** Decibels that filters gain which are fitted on `train`. */
function filterBaselines(train: readonly SignalPair[], heldOut: readonly SignalPair[]): Record<string, number> {
  const inputs = heldOut.map(({ input }) => input);
  const targets = heldOut.map(({ target }) => target);
  const gain = (filter: (input: readonly number[]) => number[]): number => decibelsGained(inputs, inputs.map(filter), targets);
  return { 'moving average': gain(fitMovingAverage(train).apply), 'Wiener filter': gain(fitWiener(train)) };
}

/** Mean absolute errors of forecasts of the last `horizon` values. */
function forecastBaselines(train: readonly Series[], heldOut: readonly Series[], horizon: number): Record<string, number> {
  const error = (foretell: Forecaster): number =>
    meanAbsoluteError(
      heldOut.map(({ values }) => foretell(values.slice(0, -horizon), horizon)),
      heldOut.map(({ values }) => values.slice(-horizon)),
    );
  const order = Math.min(10, Math.min(...train.map(({ values }) => values.length)) - horizon);
  const regression = fitAutoregression(
    train.map(({ values }) => values),
    order,
  );
  return { persistence: error(persist), [`AR(${order})`]: error(regression) };
}
