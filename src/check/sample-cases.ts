/** Tokens drawn from logits. */
import { SAMPLING, SAMPLING_ELEMENTS, type SampleOptions, sample } from '../../shaders/sample.ts';
import { type SampleOptions as DrawOptions, gumbel, lowestKept, sample as sampleTwin } from '../reference/sample.ts';
import { caseNumbers } from './case-buffers.ts';
import type { HostBuffers, KernelCase, Outputs } from './kernel-case.ts';
import { absolute } from './tolerance.ts';

interface SampleCase extends SampleOptions {
  readonly temperature: number;
  readonly topK: number;
  /** Default 0: all. */
  readonly topP?: number;
  /** Logits are whole numbers, so that many are equal. */
  readonly hasTies?: boolean;
}

const seed = 12345;
const position = 1000;
const steps = 3;
const free = 0xffffffff;

/** A draw may differ from the twin's where the two best scores are closer than this. */
const tolerance = absolute(1e-4, 'scores of up to 20 in f32, whose noise rests on two logarithms');

function sampleCase({ temperature, topK, topP = 0, hasTies = false, ...options }: SampleCase): KernelCase {
  const { rows, classes, stride } = options;
  const kernel = sample(options);
  const tokenAt = (time: number, row: number): number => (time + 1) * rows + row;
  const draws = Array.from({ length: steps * rows }, (_, index) => ({ time: Math.floor(index / rows), row: index % rows }));
  return {
    kernel,
    label: `${rows} rows, ${classes} of ${stride} classes, temperature ${temperature}, top ${topK || 'all'}${topP ? `, p ${topP}` : ''}${hasTies ? ', ties' : ''}`,
    tolerance,
    make() {
      const numbers = caseNumbers(59 + classes);
      const sampling = new Uint32Array(SAMPLING_ELEMENTS);
      sampling[SAMPLING.seed] = seed;
      sampling[SAMPLING.topK] = topK;
      sampling[SAMPLING.position] = position;
      new Float32Array(sampling.buffer)[SAMPLING.temperature] = temperature;
      new Float32Array(sampling.buffer)[SAMPLING.topP] = topP;
      const logits = numbers.signed(rows * stride, 5);
      if (hasTies) logits.set(logits.map(Math.round));
      // the largest number of a row lies in its padding
      for (let place = classes; place < logits.length; place += stride) logits.fill(50, place, place + stride - classes);
      const forced = new Uint32Array((steps + 1) * rows).fill(free);
      forced[tokenAt(1, rows - 1)] = 1;
      const buffers = { sampling, logits, forced, tokens: new Uint32Array((steps + 1) * rows).fill(77) };
      return {
        buffers,
        calls: Array.from({ length: steps }, (_, time) => ({ time })),
        expected: () => outputs(buffers, (time, row) => chosenBy(buffers, time, row)),
        actual: ({ tokens }) => outputs({ ...buffers, tokens }, (time, row) => tokens[tokenAt(time, row)]),
      };
    },
  };

  function drawOf(time: number, row: number): DrawOptions {
    return { classes, temperature, topK, topP, seed, position: position + time, row };
  }

  function chosenBy({ logits, forced }: HostBuffers, time: number, row: number): number {
    const given = forced[tokenAt(time, row)];
    if (given !== free) return given;
    return sampleTwin(drawOf(time, row), logits.subarray(row * stride, (row + 1) * stride));
  }

  /** The score of each draw, and whatever must be equal: forced tokens, greedy draws, the first row, which is the caller's. */
  function outputs(buffers: HostBuffers, chosen: (time: number, row: number) => number): Outputs {
    const isFree = ({ time, row }: (typeof draws)[number]): boolean => buffers.forced[tokenAt(time, row)] === free && temperature > 0;
    const score = (time: number, row: number, token: number): number => {
      const values = buffers.logits.subarray(row * stride, row * stride + classes);
      const isKept = token < classes && values[token] >= lowestKept(drawOf(time, row), values);
      return isKept ? values[token] / temperature + gumbel(seed, position + time, row, token) : Number.NEGATIVE_INFINITY;
    };
    return {
      scores: draws.filter(isFree).map(({ time, row }) => score(time, row, chosen(time, row))),
      tokens: Uint32Array.from([
        ...buffers.tokens.subarray(0, rows),
        ...draws.filter((draw) => !isFree(draw)).map(({ time, row }) => chosen(time, row)),
      ]),
    };
  }
}

const shapes: readonly SampleOptions[] = [
  { rows: 3, classes: 65, stride: 68 },
  { rows: 1, classes: 2, stride: 4 },
  { rows: 8, classes: 200, stride: 200 },
];

export const sampleCases: readonly KernelCase[] = shapes.flatMap((shape) => [
  sampleCase({ ...shape, temperature: 1, topK: 0 }),
  sampleCase({ ...shape, temperature: 0.5, topK: 5 }),
  sampleCase({ ...shape, temperature: 2, topK: 1 }),
  sampleCase({ ...shape, temperature: 0, topK: 0 }),
  sampleCase({ ...shape, temperature: 0, topK: 3 }),
  sampleCase({ ...shape, temperature: 1, topK: 4, hasTies: true }),
  sampleCase({ ...shape, temperature: 0, topK: 0, hasTies: true }),
  sampleCase({ ...shape, temperature: 1, topK: 0, topP: 0.6 }),
  sampleCase({ ...shape, temperature: 3, topK: 60, topP: 0.8 }),
  sampleCase({ ...shape, temperature: 2, topK: 0, topP: 0.5, hasTies: true }),
  sampleCase({ ...shape, temperature: 1, topK: 0, topP: 1e-6 }),
  sampleCase({ ...shape, temperature: 0, topK: 0, topP: 0.5 }),
]);
