/** Attention, forward and backward; the small kernels around it are in column-cases.ts. */
import { attentionForward } from '../../shaders/attention-forward.ts';
import { attentionQueryBackward } from '../../shaders/attention-query-backward.ts';
import { attentionScoreBackward } from '../../shaders/attention-score-backward.ts';
import { attentionSourceBackward } from '../../shaders/attention-source-backward.ts';
import { type AttentionShape, alignmentStride } from '../../shaders/common/attention.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import type { AttentionChoice } from '../plan/strategy.ts';
import { attentionForward as forwardTwin } from '../reference/attention-forward.ts';
import { attentionQueryBackward as queryTwin } from '../reference/attention-query-backward.ts';
import { attentionScoreBackward as scoreTwin } from '../reference/attention-score-backward.ts';
import { attentionSourceBackward as sourceTwin } from '../reference/attention-source-backward.ts';
import type { Buffers, Call } from '../reference/options.ts';
import { type Arena, arena, type CaseNumbers, caseNumbers, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { attentionTiles } from './tiles.ts';
import { activations, sums } from './tolerance.ts';

/** `far`: whole numbers of up to ±1e4, exact in f32, where exp would overflow or vanish. */
type Spread = 'ordinary' | 'far';

interface Variety {
  readonly spread?: Spread;
  readonly pieces?: number;
  /** Whether value gradients are added to what is there; default: where they get both sums. */
  readonly accumulate?: boolean;
}

/** Of the real steps of each batch row: 1, 2, then all. Other numbers stand before and behind. */
const firstLength = 3;
const lengthsOf = ({ batch, sourceSteps }: AttentionShape): Uint32Array<ArrayBuffer> => {
  const lengths = new Uint32Array(firstLength + batch + 1).fill(sourceSteps);
  lengths.set([1, Math.min(2, sourceSteps)].slice(0, batch), firstLength);
  return lengths;
};

/** Queries, keys, values and v: past a row's length lie numbers, as the encoder's states do there, that must not count. */
function operandsOf(shape: AttentionShape, numbers: CaseNumbers, spread: Spread = 'ordinary'): Readonly<Record<string, Arena>> {
  const { kind, batch, targetSteps, sourceSteps, attentionSize, valueSize } = shape;
  const whole = (values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> => values.map(Math.round);
  const rows = (steps: number, factor: number): Float32Array<ArrayBuffer> => {
    const count = steps * batch * attentionSize;
    if (spread === 'ordinary') return numbers.signed(count, 1.5);
    // tanh is exactly the sign of the key there, so that the score is a sum of ±v
    return kind === 'additive' ? numbers.signs(count, factor * 20) : whole(numbers.signed(count, 100 / Math.sqrt(attentionSize)));
  };
  return {
    queries: arena({ queries: rows(targetSteps, 1) }),
    keys: arena({ keys: rows(sourceSteps, 2) }),
    values: arena({ values: numbers.signed(sourceSteps * batch * valueSize, 2) }),
    parameters: arena({
      before: numbers.signed(8),
      score: spread === 'far' ? whole(numbers.signed(attentionSize, 1e4)) : numbers.signed(attentionSize, 2),
    }),
  };
}

/** Numbers [T, B, S padded] that are 0 past the length, as the forward kernel leaves its alignment. */
function masked(shape: AttentionShape, numbers: CaseNumbers, low: number): Float32Array<ArrayBuffer> {
  const { batch, targetSteps, sourceSteps } = shape;
  const lengths = lengthsOf(shape);
  const stride = alignmentStride(sourceSteps);
  return numbers
    .between(targetSteps * batch * stride, low, 1)
    .map((value, i) => (i % stride < lengths[firstLength + (Math.floor(i / stride) % batch)] ? value : 0));
}

interface Work {
  readonly kernel: Kernel;
  readonly shape: AttentionShape;
  readonly variety: Variety;
  readonly words?: string;
  readonly tolerance: KernelCase['tolerance'];
  readonly twin: (call: Call, buffers: Buffers) => void;
  /** Contents by binding name; an arena has its binding's name as the name of its part (`score` in parameters). */
  readonly arenas: (numbers: CaseNumbers) => Readonly<Record<string, Arena>>;
}

function attentionCase({ kernel, shape, variety, words, tolerance, twin, arenas }: Work): KernelCase {
  const { batch, targetSteps, sourceSteps, attentionSize, valueSize, scale } = shape;
  const sizes = `batch ${batch}, T ${targetSteps}, S ${sourceSteps}, A ${attentionSize}, C ${valueSize}, scale ${scale}`;
  return {
    kernel,
    label: [
      sizes,
      `${kernel.workgroupSize[0]} threads`,
      ...(words ? [words] : []),
      `scores ${variety.spread ?? 'ordinary'}, ${variety.pieces ?? 1} pieces`,
    ].join(', '),
    tolerance,
    make() {
      const made: Readonly<Record<string, Arena>> = arenas(caseNumbers(53 + targetSteps));
      const bound = kernel.bindings.map(({ name }) => [name, name === 'lengths' ? lengthsOf(shape) : made[name].values] as const);
      const placeOf = (name: string): number =>
        name === 'lengths' ? firstLength : (made[name === 'score' ? 'parameters' : name]?.at(name) ?? 0);
      const call: Call = Object.fromEntries(kernel.uniforms.filter((name) => name !== 'begin').map((name) => [name, placeOf(name)]));
      return {
        buffers: Object.fromEntries(bound),
        calls: [call],
        pieces: variety.pieces,
        expected(buffers) {
          twin(call, buffers);
          return written(kernel, buffers);
        },
      };
    },
  };
}

const named = (name: string, values: Float32Array<ArrayBuffer>): Readonly<Record<string, Arena>> => ({ [name]: arena({ [name]: values }) });
const pairs = ({ targetSteps, batch }: AttentionShape, width: number): number => targetSteps * batch * width;

/** Every kernel of one shape with the tiles of `choice`. */
function casesOf(shape: AttentionShape, choice: AttentionChoice, variety: Variety = {}): readonly KernelCase[] {
  const { kind, batch, sourceSteps, attentionSize, valueSize } = shape;
  const { rows, workgroupSize, threads } = choice;
  const stride = alignmentStride(sourceSteps);
  const forward = { ...shape, rows, workgroupSize };
  const query = { ...shape, tile: choice.query, workgroupSize: threads };
  const source = { ...shape, tile: choice.source, workgroupSize: threads, keys: 'own' as const, accumulate: false };
  const shared = { ...source, attentionSize: valueSize, keys: 'values' as const };
  const gradients = (numbers: CaseNumbers) => ({
    ...named('scoreGradient', masked(shape, numbers, -1)),
    ...named('contextGradient', numbers.signed(pairs(shape, valueSize))),
    ...named('alignment', masked(shape, numbers, 0)),
  });
  const sourceCase = (options: Parameters<typeof attentionSourceBackward>[0]): KernelCase =>
    attentionCase({
      kernel: attentionSourceBackward(options),
      shape: options,
      variety,
      words: `keys ${options.keys}${options.accumulate ? ', accumulated' : ''}`,
      tolerance: sums,
      twin: (call, buffers) => sourceTwin(options, call, buffers),
      arenas: (numbers) => ({
        ...operandsOf(options, numbers, variety.spread),
        ...gradients(numbers),
        ...named('keyGradient', unwritten(sourceSteps * batch * options.attentionSize)),
        ...named(
          'valueGradient',
          options.accumulate ? numbers.signed(sourceSteps * batch * valueSize) : unwritten(sourceSteps * batch * valueSize),
        ),
      }),
    });
  return [
    attentionCase({
      kernel: attentionForward(forward),
      shape,
      variety,
      tolerance: { alignment: activations, context: sums },
      twin: (call, buffers) => forwardTwin(shape, call, buffers),
      arenas: (numbers) => ({
        ...operandsOf(shape, numbers, variety.spread),
        ...named('alignment', unwritten(pairs(shape, stride))),
        ...named('context', unwritten(pairs(shape, valueSize))),
      }),
    }),
    attentionCase({
      kernel: attentionScoreBackward(forward),
      shape,
      variety,
      words: kind,
      tolerance: sums,
      twin: (call, buffers) => scoreTwin(shape, call, buffers),
      arenas: (numbers) => ({
        ...operandsOf(shape, numbers),
        ...gradients(numbers),
        ...named('scoreGradient', unwritten(pairs(shape, stride))),
      }),
    }),
    attentionCase({
      kernel: attentionQueryBackward(query),
      shape,
      variety,
      tolerance: sums,
      twin: (call, buffers) => queryTwin(shape, call, buffers),
      arenas: (numbers) => ({
        ...operandsOf(shape, numbers, variety.spread),
        ...gradients(numbers),
        ...named('queryGradient', unwritten(pairs(shape, attentionSize))),
        ...named('weightRows', unwritten(pairs(shape, attentionSize))),
      }),
    }),
    sourceCase({ ...source, accumulate: variety.accumulate ?? false }),
    ...(kind === 'multiplicative' ? [sourceCase({ ...shared, accumulate: variety.accumulate ?? true })] : []),
  ];
}

const small: AttentionShape = { kind: 'additive', batch: 3, targetSteps: 5, sourceSteps: 5, attentionSize: 8, valueSize: 12, scale: 1 };
const plain: AttentionChoice = { rows: 4, workgroupSize: 4, query: { rows: 4, vectors: 1 }, source: { rows: 4, vectors: 1 }, threads: 4 };
const wide: AttentionChoice = { rows: 2, workgroupSize: 8, query: { rows: 8, vectors: 2 }, source: { rows: 8, vectors: 2 }, threads: 16 };

export const attentionCases: readonly KernelCase[] = (['additive', 'multiplicative'] as const).flatMap((kind) => {
  const shape = { ...small, kind };
  return [
    ...casesOf({ ...shape, targetSteps: 4 }, plain),
    ...casesOf(shape, plain, { spread: 'far' }),
    ...casesOf({ ...shape, scale: 0.5 }, plain, { pieces: 2 }),
    ...casesOf({ ...shape, batch: 2, targetSteps: 3 }, plain, { accumulate: kind === 'additive' }),
    ...casesOf({ ...shape, batch: 1, targetSteps: 1, sourceSteps: 1 }, plain),
    // 12 padded steps in blocks of 8, 3 vectors in blocks of 2
    ...casesOf({ ...shape, sourceSteps: 9, attentionSize: 12 }, wide),
    ...attentionTiles(kind).flatMap((found) => casesOf(found.shape, found.choice)),
  ];
});
