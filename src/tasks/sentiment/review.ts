import type { Random } from '../../data/random.ts';
import { oneOf, percent, weighted } from '../draw.ts';
import { drawClause, drawPhrase, drawTopics, join, type Topics } from './clause.ts';
import { agreements, concessions, type Sign, shortAgreements, shortConcessions, turns } from './words.ts';

/** Words and commas of a review. */
export const fewestWords = 6;
export const mostWords = 24;

type Shape = (topics: Topics, sign: Sign) => string;

const against = (sign: Sign): Sign => (sign === 1 ? -1 : 1);

const one: Shape = (topics, sign) => drawClause(topics, sign);

/** A denial in the first clause could be read as one of both. */
const agreeing: Shape = (topics, sign) => {
  const first = drawClause(topics, sign, false);
  if (percent(topics.random, 30)) return join(first, oneOf(topics.random, shortAgreements), drawPhrase(topics, sign));
  return join(first, oneOf(topics.random, agreements), drawClause(topics, sign));
};

/** The last clause counts. */
const turning: Shape = (topics, sign) => join(drawClause(topics, against(sign)), oneOf(topics.random, turns), drawClause(topics, sign));

/** The clause without `although` counts, wherever it stands. */
const conceding: Shape = (topics, sign) => {
  const concession = percent(topics.random, 35)
    ? join(oneOf(topics.random, shortConcessions), drawPhrase(topics, against(sign)))
    : join(oneOf(topics.random, concessions), drawClause(topics, against(sign)));
  const main = drawClause(topics, sign);
  return percent(topics.random, 50) ? join(concession, ',', main) : join(main, ',', concession);
};

/** Two against one, and the one counts. */
const outnumbered: Shape = (topics, sign) => join(agreeing(topics, against(sign)), oneOf(topics.random, turns), drawClause(topics, sign));

/**
 * A review of 6 to 24 words and commas whose verdict is for (1) or against (-1): what follows `but`, what stands beside `although`, and
 * the one opinion where there is no contrast.
 */
export function drawReview(random: Random, sign: Sign): string {
  for (;;) {
    const shape = weighted(random, [
      [27, one],
      [53, agreeing],
      [8, turning],
      [9, conceding],
      [3, outnumbered],
    ]);
    const review = shape(drawTopics(random), sign);
    const length = review.split(' ').length;
    if (length >= fewestWords && length <= mostWords) return review;
  }
}
