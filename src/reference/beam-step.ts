import type { Buffers, Call } from './options.ts';

export interface BeamStepOptions {
  readonly examples: number;
  readonly beam: number;
  /** V, without padding. */
  readonly classes: number;
  /** From one row of logits to the next. */
  readonly stride: number;
  /** The class that ends a hypothesis. */
  readonly mark: number;
}

/** The score of a hypothesis that is none. */
export const dead = -(2 ** 127);

interface Continuation {
  readonly score: number;
  /** Within the example. */
  readonly beam: number;
  readonly logit: number;
  readonly id: number;
}

/** The likelier continuation first; of equals that of the lower beam, in a beam the larger logit, then the lower id. */
const inOrder = (a: Continuation, b: Continuation): number => b.score - a.score || a.beam - b.beam || b.logit - a.logit || a.id - b.id;

/** Each example's best `beam` continuations; one that has written the mark goes on with the mark alone, at no cost. */
export function beamStep(options: BeamStepOptions, call: Call, { logits, scores, tokens, parents, written }: Buffers): void {
  const { examples, beam, classes, stride, mark } = options;
  for (let example = 0; example < examples; example++) {
    const first = example * beam;
    const best = Array.from({ length: beam }, (_, index): Continuation[] => {
      const row = first + index;
      const sum = call.time > 0 ? scores[row] : index === 0 ? 0 : dead;
      if (sum === dead) return [];
      const values = Array.from(logits.subarray(row * stride, row * stride + classes));
      if (call.time > 0 && tokens[row] === mark) return [{ score: sum, beam: index, logit: values[mark], id: mark }];
      const largest = Math.max(...values);
      const norm = largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0));
      return values.map((logit, id) => ({ score: sum + (logit - norm), beam: index, logit, id }));
    })
      .flat()
      .sort(inOrder);
    for (let place = 0; place < beam; place++) {
      const { score, beam: parent, id } = best[place] ?? { score: dead, beam: 0, id: mark };
      scores[first + place] = score;
      tokens[first + place] = id;
      written[call.time * examples * beam + first + place] = id;
      parents[call.time * examples * beam + first + place] = first + parent;
    }
  }
}
