import { describe, expect, it } from 'vitest';
import { beamStep } from '../reference/beam-step.ts';
import { randomNumbers } from '../reference/chain-layout.ts';
import { type BeamShape, followBeams } from './follow-beams.ts';

const classes = 4;
const timeSteps = 3;
const mark = 1;

/** A language model over all texts so far: random logits for each. */
function randomLanguage(seed: number): (text: readonly number[]) => number[] {
  const random = randomNumbers(seed);
  const known = new Map<string, number[]>();
  return (text) => {
    const key = text.join();
    const logits = known.get(key) ?? Array.from({ length: classes }, () => 6 * random() - 3);
    known.set(key, logits);
    return logits;
  };
}

function logProbability(language: (text: readonly number[]) => number[], text: readonly number[]): number {
  return text.reduce((sum, id, t) => {
    const logits = language(text.slice(0, t));
    return sum + logits[id] - Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
  }, 0);
}

/** The twin's steps over one example, as the plan strings them together. */
function search(language: (text: readonly number[]) => number[], beam: number, lengthPenalty: number) {
  const buffers = {
    logits: new Float64Array(beam * classes),
    scores: new Float64Array(beam),
    tokens: new Uint32Array(beam).fill(mark),
    parents: new Uint32Array(timeSteps * beam),
    written: new Uint32Array(timeSteps * beam),
  };
  let texts: number[][] = Array.from({ length: beam }, () => []);
  for (let time = 0; time < timeSteps; time++) {
    texts.forEach((text, row) => {
      buffers.logits.set(language(text), row * classes);
    });
    beamStep({ examples: 1, beam, classes, stride: classes, mark }, { time }, buffers);
    const here = texts;
    texts = texts.map((_, row) => [...here[buffers.parents[time * beam + row]], buffers.written[time * beam + row]]);
  }
  const { parents, written } = buffers;
  return followBeams({ parents, written, scores: Float32Array.from(buffers.scores) }, { batch: 1, beam, timeSteps, mark, lengthPenalty });
}

describe('beam search in Float64', () => {
  it('as wide as there are texts, finds the best of all', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const language = randomLanguage(seed);
      const texts: number[][] = [];
      for (let code = 0; code < classes ** timeSteps; code++) {
        const text = [code % 4, Math.floor(code / 4) % 4, Math.floor(code / 16)];
        const end = text.indexOf(mark);
        if (end >= 0) texts.push(text.slice(0, end + 1));
      }
      for (const lengthPenalty of [0, 0.6, 2]) {
        const rank = (text: readonly number[]): number => logProbability(language, text) / ((5 + text.length) / 6) ** lengthPenalty;
        const best = texts.reduce((first, next) => (rank(next) > rank(first) ? next : first));
        const { ids, scores } = search(language, classes ** timeSteps, lengthPenalty);
        expect(Array.from(ids).filter((id) => id >= 0)).toEqual(best);
        expect(scores[0]).toBeCloseTo(logProbability(language, best), 5);
      }
    }
  });

  it('of width one takes the likeliest token at each step', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const language = randomLanguage(seed);
      const text: number[] = [];
      while (text.length < timeSteps && text.at(-1) !== mark) {
        const logits = language(text);
        text.push(logits.indexOf(Math.max(...logits)));
      }
      expect(Array.from(search(language, 1, 0.6).ids).filter((id) => id >= 0)).toEqual(text);
    }
  });

  it('finds more than greed does', () => {
    const better = Array.from({ length: 50 }, (_, seed) => {
      const language = randomLanguage(seed + 1);
      return search(language, 4, 0).scores[0] - search(language, 1, 0).scores[0];
    });
    expect(better.filter((gain) => gain > 0.1).length).toBeGreaterThan(5);
  });
});

describe('the way back', () => {
  const shape: BeamShape = { batch: 1, beam: 3, timeSteps: 3, mark: 0, lengthPenalty: 0 };
  // 5 0 (0), 5 6 0 and 7 8 9: the first two finished, the last cut off
  const choices = {
    parents: Uint32Array.from([0, 0, 0, 0, 0, 1, 0, 1, 2]),
    written: Uint32Array.from([5, 7, 0, 0, 6, 8, 0, 0, 9]),
    scores: Float32Array.from([-2, -2.1, -1]),
  };

  it('prefers what is finished, then the score after the length penalty', () => {
    expect(followBeams(choices, shape)).toEqual({
      ids: Int32Array.from([5, 0, -1]),
      scores: Float32Array.from([-2]),
      rows: Int32Array.from([0, 0, 0]),
    });
    const longer = followBeams(choices, { ...shape, lengthPenalty: 1 });
    expect(longer.ids).toEqual(Int32Array.from([5, 6, 0]));
    expect(longer.rows).toEqual(Int32Array.from([0, 0, 1]));
  });

  it('takes what was cut off where nothing is finished, and the lower beam of equals', () => {
    const cut = { ...choices, written: Uint32Array.from([5, 7, 8, 6, 6, 8, 3, 4, 9]), scores: Float32Array.from([-2, -1, -1]) };
    expect(followBeams(cut, shape).ids).toEqual(Int32Array.from([5, 6, 4]));
  });

  it('never takes a row without a hypothesis, though it holds the mark', () => {
    const cut = {
      ...choices,
      written: Uint32Array.from([5, 7, 0, 6, 0, 8, 3, 0, 0]),
      scores: Float32Array.from([-9, -(2 ** 127), -(2 ** 127)]),
    };
    expect(followBeams(cut, shape).ids).toEqual(Int32Array.from([5, 6, 3]));
  });
});
