import { InputError } from '../../spec/input-error.ts';
import type { ModelOptions } from '../../spec/model.ts';
import { requireInteger } from '../../spec/validation.ts';
import type { CaptionedImage, Image } from '../examples.ts';
import { type Vocabulary, vocabularyFromJSON } from '../vocabulary.ts';
import type { ChosenModel, Coder } from './coder.ts';
import { shareOfMatches } from './labels.ts';
import { lengthsOf, longestOf, padIds } from './padding.ts';
import { createTextVocabulary, type TextOptions } from './text-vocabulary.ts';
import { mark, readUntilMark, writtenModel } from './written.ts';

interface Parts {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly target: Vocabulary;
  readonly timeSteps: number;
}

/** A picture, all its pixels as one vector [height · width · channels], to the words of its caption until the mark. */
export function createCaptionedImageCoder(
  examples: readonly CaptionedImage[],
  options: TextOptions<'captioned-image'> = {},
): Coder<'captioned-image'> {
  const captions = examples.map(({ caption }) => caption);
  const target = createTextVocabulary(captions, options, ['end', 'unknown']);
  const { width, height, channels } = examples[0].image;
  const longest = 1 + longestOf([...examples, ...(options.fits ?? [])].map(({ caption }) => target.encode(caption)));
  return captionedImageCoder({ width, height, channels, target, timeSteps: Math.max(longest, options.timeSteps ?? 1) });
}

export function captionedImageFromJSON({ width, height, channels, target, timeSteps }: Record<string, unknown>): Coder<'captioned-image'> {
  return captionedImageCoder({
    width: requireInteger('coder.width', width),
    height: requireInteger('coder.height', height),
    channels: channels === 1 ? 1 : 3,
    target: vocabularyFromJSON(target),
    timeSteps: requireInteger('coder.timeSteps', timeSteps),
  });
}

function captionedImageCoder({ width, height, channels, target, timeSteps }: Parts): Coder<'captioned-image'> {
  const size = width * height * channels;
  const requireSize = (image: Image): Float32Array => {
    if (image.width === width && image.height === height && image.channels === channels) return image.data;
    throw new InputError(
      `an image must have ${width} x ${height} pixels of ${channels} channels, got ${image.width} x ${image.height} of ${image.channels}`,
    );
  };
  return {
    kind: 'captioned-image',
    timeSteps,
    metric: { name: 'exact match', better: 'higher' },
    modelOptions: (chosen: ChosenModel): ModelOptions => writtenModel('one-to-many', { kind: 'vectors', size }, chosen, target.size),
    encode(examples) {
      const targets = examples.map(({ caption }) => [...target.encode(caption), mark]);
      lengthsOf('a caption with its end mark', targets, timeSteps);
      const input = new Float32Array(examples.length * size);
      for (const [row, { image }] of examples.entries()) input.set(requireSize(image), row * size);
      return { input, target: padIds(targets, timeSteps, -1) };
    },
    predictions: (output, examples) => readUntilMark(output, examples.length).map((ids) => target.decode(ids)),
    measure: (examples, predictions) =>
      shareOfMatches(
        predictions,
        examples.map(({ caption }) => caption),
      ),
    show: ({ caption }, prediction) => `${prediction}${prediction === caption ? '' : `\n(it is ${caption})`}`,
    toJSON: () => ({ kind: 'captioned-image', width, height, channels, target, timeSteps }),
  };
}
