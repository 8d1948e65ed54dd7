import type { CaptionedImage } from '../data/examples.ts';
import { deepFreeze } from '../spec/validation.ts';
import { nearestImage } from './baselines/nearest-image.ts';
import { drawCaptionedImages } from './captions/generate.ts';
import { renderRelatedScene, renderScene } from './captions/render.ts';
import { captionOf, relatedCaptionOf, relatedScenes, scenes } from './captions/scene.ts';
import type { ExampleTask } from './task.ts';

type Shared = Pick<ExampleTask<'captioned-image'>, 'kind' | 'identity' | 'metric' | 'baselines' | 'model'>;

const shared: Shared = {
  kind: 'captioned-image',
  identity: ({ caption }) => caption,
  metric: { name: 'exact match', better: 'higher' },
  baselines: (train, heldOut) => ({ 'nearest training picture': nearestImage(train.map(named), heldOut.map(named)) }),
  model: {
    architecture: 'one-to-many',
    embedding: 32,
    recurrent: { cell: 'lstm', hiddenSize: 128 },
  },
};

const oneSteps = 1900;

/**
 * A picture of one object to its caption, as "a small red circle in the upper left". The identity is the combination of attributes, of which there
 * are 756: a fifth is held out, while each pair of values is in training.
 */
export const captionsTask: ExampleTask<'captioned-image'> = deepFreeze({
  ...shared,
  name: 'captions',
  description: 'Says which object is where in a small picture, in combinations never seen before.',
  examples: (split, seed) => drawCaptionedImages(scenes, renderScene, captionOf, split, seed),
  train: {
    batch: 32,
    timeSteps: 9, // eight words and the end mark
    optimizer: { kind: 'adam', learningRate: 3e-3 },
    schedule: { kind: 'cosine', totalSteps: oneSteps },
    clip: { globalNorm: 1 },
  },
  steps: oneSteps,
});

const twoSteps = 1600;

/** A picture of two objects to what they are and how they lie: "a large red circle above a small blue square"; 7,056 combinations. */
export const captionsTwoTask: ExampleTask<'captioned-image'> = deepFreeze({
  ...shared,
  name: 'captions-two',
  description: 'Says how two objects lie in a small picture, in combinations never seen before.',
  examples: (split, seed) => drawCaptionedImages(relatedScenes, renderRelatedScene, relatedCaptionOf, split, seed),
  train: {
    batch: 32,
    timeSteps: 11, // ten words and the end mark
    optimizer: { kind: 'adam', learningRate: 3e-3 },
    schedule: { kind: 'cosine', totalSteps: twoSteps },
    clip: { globalNorm: 1 },
  },
  steps: twoSteps,
});

function named({ image, caption }: CaptionedImage): { picture: Float32Array; name: string } {
  return { picture: image.data, name: caption };
}
