/** Beam search: the choice of continuations, rows that follow their parents, rows repeated. */
import { type BeamStepOptions, beamStep } from '../../shaders/beam-step.ts';
import { reorderRows } from '../../shaders/reorder-rows.ts';
import { repeatRows } from '../../shaders/repeat-rows.ts';
import { beamStep as beamTwin } from '../reference/beam-step.ts';
import { reorderRows as reorderTwin } from '../reference/reorder-rows.ts';
import { repeatRows as repeatTwin } from '../reference/repeat-rows.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { absolute, exact } from './tolerance.ts';

interface BeamCase extends BeamStepOptions {
  readonly steps: number;
  /** Logits are whole numbers and rows of an example alike, so that many sums are equal. */
  readonly hasTies?: boolean;
}

/** Every step reads the same logits; each depends on the scores, tokens and choices of the one before. */
function beamCase({ steps, hasTies = false, ...options }: BeamCase): KernelCase {
  const { examples, beam, classes, stride, mark } = options;
  const kernel = beamStep(options);
  return {
    kernel,
    label: `${examples} examples, beam ${beam}, ${classes} of ${stride} classes, mark ${mark}, ${steps} steps${hasTies ? ', ties' : ''}`,
    tolerance: absolute(1e-4, 'sums of up to 5 log-probabilities of down to -12, each with a logarithm of a sum of f32 exponentials'),
    make() {
      const numbers = caseNumbers(83 + classes);
      const rows = examples * beam;
      const drawn = numbers.signed(rows * stride, 5);
      const alike = (place: number): number => Math.round(drawn[(place % stride) + Math.floor(place / (beam * stride)) * beam * stride]);
      const logits = hasTies ? drawn.map((_, place) => alike(place)) : drawn;
      for (let row = 0; row < rows; row++) {
        // hypotheses end: the mark is among the likely ones
        if (hasTies || row % 2 === 0) logits[row * stride + mark] = hasTies ? 4 : 4.5;
        // the largest number of a row lies in its padding
        logits.fill(50, row * stride + classes, (row + 1) * stride);
      }
      return {
        buffers: {
          logits,
          scores: unwritten(rows),
          tokens: new Uint32Array(rows).fill(mark),
          parents: new Uint32Array((steps + 1) * rows).fill(77),
          written: new Uint32Array((steps + 1) * rows).fill(77),
        },
        calls: Array.from({ length: steps }, (_, time) => ({ time })),
        expected(twin) {
          for (let time = 0; time < steps; time++) beamTwin(options, { time }, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function reorderCase(count: number, columns: number, workgroupSize: number, pieces = 1): KernelCase {
  const kernel = reorderRows({ count, columns, workgroupSize });
  return {
    kernel,
    label: `${count} rows of ${columns}, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const numbers = caseNumbers(89);
      const rows = arena({ out: numbers.signed(count * columns), source: numbers.signed(count * columns) });
      const parents = new Uint32Array(3 + count).fill(99);
      parents.set(numbers.below(count, count), 3);
      const call = { parents: 3, source: rows.at('source'), out: rows.at('out') };
      return {
        buffers: { parents, rows: rows.values },
        calls: [call],
        pieces,
        expected(twin) {
          reorderTwin({ count, columns }, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function repeatCase(rows: number, columns: number, times: number, workgroupSize: number, pieces = 1): KernelCase {
  const kernel = repeatRows({ rows, columns, times, workgroupSize });
  return {
    kernel,
    label: `${rows} rows of ${columns}, ${times} times, ${pieces} pieces`,
    tolerance: exact,
    make() {
      const numbers = caseNumbers(97);
      const source = arena({ before: numbers.signed(4), source: numbers.signed(rows * columns) });
      const out = arena({ out: unwritten(rows * times * columns) });
      const call = { source: source.at('source'), out: out.at('out') };
      return {
        buffers: { source: source.values, out: out.values },
        calls: [call],
        pieces,
        expected(twin) {
          repeatTwin({ rows, columns, times }, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

export const beamCases: readonly KernelCase[] = [
  beamCase({ examples: 3, beam: 4, classes: 11, stride: 12, mark: 0, steps: 4 }),
  beamCase({ examples: 1, beam: 1, classes: 65, stride: 68, mark: 3, steps: 2 }),
  beamCase({ examples: 2, beam: 5, classes: 130, stride: 132, mark: 129, steps: 5 }),
  // more beams than continuations, then as many as there are sequences
  beamCase({ examples: 2, beam: 27, classes: 3, stride: 4, mark: 1, steps: 3 }),
  beamCase({ examples: 2, beam: 70, classes: 4, stride: 4, mark: 0, steps: 2 }),
  beamCase({ examples: 2, beam: 4, classes: 11, stride: 12, mark: 2, steps: 1, hasTies: true }),
  beamCase({ examples: 2, beam: 4, classes: 11, stride: 12, mark: 2, steps: 2, hasTies: true }),
  reorderCase(6, 8, 16),
  reorderCase(13, 4, 4, 3),
  repeatCase(5, 8, 3, 16),
  repeatCase(7, 4, 1, 4),
  repeatCase(6, 12, 4, 16, 3),
];
