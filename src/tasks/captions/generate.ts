import type { CaptionedImage, Image } from '../../data/examples.ts';
import { createRandom, hashWords, type Random } from '../../data/random.ts';
import { oneOf } from '../draw.ts';
import type { Split } from '../task.ts';
import { combinationsOf } from './held-out.ts';

/**
 * Endless pictures of the combinations of one side of the split, each combination as likely as any other.
 *
 * @param all every combination of attributes
 * @param caption the words for a combination, its own for each
 * @throws InputError unless the seed is a u32.
 */
export function* drawCaptionedImages<Scene extends object>(
  all: readonly Scene[],
  render: (scene: Scene, random: Random) => Image,
  caption: (scene: Scene) => string,
  split: Split,
  seed: number,
): Generator<CaptionedImage, never> {
  createRandom(seed); // refuses what is no seed
  const random = createRandom(hashWords(seed, split === 'train' ? 0 : 1));
  const scenes = combinationsOf(all, split);
  for (;;) {
    const scene = oneOf(random, scenes);
    yield { kind: 'captioned-image', image: render(scene, random), caption: caption(scene) };
  }
}
