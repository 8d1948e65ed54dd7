/** The way back from the last step of a beam search: which hypothesis of each example is the best, and what it wrote. Pure. */
import { DEAD } from '../plan/host-tables.ts';

/** What a beam search leaves; rows are hypotheses, `beam` of each example one behind the other. */
export interface BeamChoices {
  /** [T, B·beam]: the row that each hypothesis of a step goes on from, and its token. */
  readonly parents: Uint32Array;
  readonly written: Uint32Array;
  /** [B·beam]: summed log-probabilities after the last step. */
  readonly scores: Float32Array;
}

export interface BeamShape {
  readonly batch: number;
  readonly beam: number;
  readonly timeSteps: number;
  readonly mark: number;
  /** Exponent a of ((5 + length) / 6)^a, by which a score is divided before hypotheses are compared (Wu et al. 2016). */
  readonly lengthPenalty: number;
}

export interface BestHypotheses {
  /** [T, B]: ids up to and with the mark, -1 behind it. */
  readonly ids: Int32Array;
  /** [B]: summed log-probabilities, without the length penalty. */
  readonly scores: Float32Array;
  /** [T, B]: the row of the decoder that wrote each id. */
  readonly rows: Int32Array;
}

interface Hypothesis {
  readonly ids: readonly number[];
  readonly rows: readonly number[];
  readonly score: number;
  readonly isFinished: boolean;
  readonly ranked: number;
}

/**
 * Finished hypotheses come before those that the last step cuts off; then the higher score after the length penalty, then the lower beam. The length
 * counts the mark.
 */
export function followBeams(choices: BeamChoices, shape: BeamShape): BestHypotheses {
  const { batch, beam, timeSteps } = shape;
  const ids = new Int32Array(timeSteps * batch).fill(-1);
  const rows = new Int32Array(timeSteps * batch).fill(-1);
  const scores = new Float32Array(batch);
  for (let example = 0; example < batch; example++) {
    const all = Array.from({ length: beam }, (_, index) => follow(choices, shape, example * beam + index));
    const best = all.reduce((first, next) => (isBetter(next, first) ? next : first));
    scores[example] = best.score;
    for (let t = 0; t < timeSteps; t++) {
      rows[t * batch + example] = best.rows[t];
      if (t < best.ids.length) ids[t * batch + example] = best.ids[t];
    }
  }
  return { ids, scores, rows };
}

function isBetter(a: Hypothesis, b: Hypothesis): boolean {
  return a.isFinished === b.isFinished ? a.ranked > b.ranked : a.isFinished;
}

/** The hypothesis that ends in a row of the last step; a row without one ranks last. */
function follow({ parents, written, scores }: BeamChoices, shape: BeamShape, last: number): Hypothesis {
  const { batch, beam, timeSteps, mark, lengthPenalty } = shape;
  const path: number[] = [];
  const rows: number[] = [];
  let row = last;
  for (let t = timeSteps - 1; t >= 0; t--) {
    path.unshift(written[t * batch * beam + row]);
    row = parents[t * batch * beam + row];
    rows.unshift(row);
  }
  const score = scores[last];
  const end = path.indexOf(mark);
  const ids = end < 0 ? path : path.slice(0, end + 1);
  const ranked = score <= DEAD ? Number.NEGATIVE_INFINITY : score / ((5 + ids.length) / 6) ** lengthPenalty;
  return { ids, rows, score, isFinished: end >= 0 && score > DEAD, ranked };
}
