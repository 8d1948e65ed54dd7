/** Layers of two directions: rows backwards in time, both directions joined, and their gradients taken apart. */
import { type JoinDirectionsOptions, joinDirections } from '../../shaders/join-directions.ts';
import { joinDirectionsBackward } from '../../shaders/join-directions-backward.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { type ReverseRowsOptions, reverseRows } from '../../shaders/reverse-rows.ts';
import { joinDirections as joinTwin } from '../reference/join-directions.ts';
import { joinDirectionsBackward as joinBackwardTwin } from '../reference/join-directions-backward.ts';
import { type Call, float32View } from '../reference/options.ts';
import { reverseRows as reverseTwin } from '../reference/reverse-rows.ts';
import { arena, caseNumbers, controlOffset, controlWords, lengthsOffset, rowLengths, spoilPastEnd, unwritten } from './case-buffers.ts';
import { type KernelCase, written } from './kernel-case.ts';
import { exact, perElement } from './tolerance.ts';

interface Shape {
  readonly batch: number;
  readonly timeSteps: number;
  readonly workgroupSize: number;
  readonly pieces?: number;
}

const shapes: readonly Shape[] = [
  { batch: 13, timeSteps: 6, workgroupSize: 16 },
  { batch: 6, timeSteps: 5, workgroupSize: 64, pieces: 3 },
  { batch: 1, timeSteps: 4, workgroupSize: 16 },
  { batch: 3, timeSteps: 1, workgroupSize: 16 },
];
const flags = [false, true];
const labelOf = ({ batch, timeSteps, pieces = 1 }: Shape, width: number): string =>
  `batch ${batch}, T ${timeSteps}, width ${width}, ${pieces} pieces`;

/** Elements between the beginning of an output and its first row, as a tensor [T + 1, B, H] has them. */
const firstOut = 8;

function reverseCase({ pieces = 1, ...shape }: Shape, kind: ReverseRowsOptions['kind'], columns: number, lengths: boolean): KernelCase {
  const options = { ...shape, kind, columns, lengths };
  const { batch, timeSteps } = shape;
  const kernel = reverseRows(options);
  return {
    kernel,
    label: labelOf({ ...shape, pieces }, columns),
    tolerance: exact,
    make() {
      const numbers = caseNumbers(67);
      const elements = timeSteps * batch * columns;
      const ends = rowLengths(batch, timeSteps);
      const tokens = { source: numbers.below(5 + elements, 1000), out: new Uint32Array(firstOut + elements + 4).fill(77) };
      const vectors = { source: arena({ source: numbers.signed(elements) }).values, out: unwritten(firstOut + elements + 4) };
      const call = { source: kind === 'tokens' ? 5 : 4, out: firstOut, lengths: lengthsOffset };
      if (lengths) spoilPastEnd(vectors.source, call.source, columns, ends);
      return {
        buffers: { ...(kind === 'tokens' ? tokens : vectors), lengths: ends },
        calls: [call],
        pieces,
        expected(twin) {
          reverseTwin(options, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

/** Factors of dropout are one division, which WGSL allows 2.5 units in the last place, and one product. */
const scaled = perElement(1e-6, 1e-10, 'a sum of two, a division and two products, each within a few 6e-8');

interface JoinShape extends Omit<JoinDirectionsOptions, 'workgroupSize'>, Shape {
  readonly probability?: number;
}

const joinLabel = (shape: JoinShape): string =>
  `${labelOf(shape, shape.hiddenSize)}${shape.dropout === 'noise' ? `, probability ${shape.probability}` : ''}`;

/** What joining and its gradient are given besides their rows: where rows end, and what dropout rests on. */
function joinInputs({ batch, timeSteps, mode, hiddenSize, probability = 0 }: JoinShape) {
  const columns = mode === 'concat' ? 2 * hiddenSize : hiddenSize;
  const positions = timeSteps * batch;
  const numbers = caseNumbers(71 + hiddenSize);
  const mask = arena({ mask: Float32Array.from(numbers.below(positions * columns, 3)) });
  const lengths = rowLengths(batch, timeSteps);
  return {
    columns,
    positions,
    numbers,
    lengths,
    buffers: { lengths, mask: mask.values, control: controlWords(controlOffset, {}, { seed: 0x9e3779b9 }) },
    call: { lengths: lengthsOffset, mask: mask.at('mask'), control: controlOffset, layer: 2, probability: floatBits(probability) },
  };
}

function floatBits(value: number): number {
  const bits = new Uint32Array(1);
  float32View(bits)[0] = value;
  return bits[0];
}

/** The values of a call that the kernel has. */
const callOf = ({ uniforms }: Kernel, values: Call): Call =>
  Object.fromEntries(Object.entries(values).filter(([name]) => uniforms.includes(name)));

function joinCase(shape: JoinShape): KernelCase {
  const kernel = joinDirections(shape);
  return {
    kernel,
    label: joinLabel(shape),
    tolerance: scaled,
    make() {
      const { columns, positions, numbers, lengths, buffers, call: common } = joinInputs(shape);
      const elements = positions * shape.hiddenSize;
      const forward = arena({ forward: numbers.signed(elements) });
      const reverse = arena({ before: numbers.signed(4), reverse: numbers.signed(elements) });
      const call = callOf(kernel, { ...common, forward: forward.at('forward'), reverse: reverse.at('reverse'), out: firstOut });
      if (shape.lengths) {
        spoilPastEnd(forward.values, forward.at('forward'), shape.hiddenSize, lengths);
        spoilPastEnd(reverse.values, reverse.at('reverse'), shape.hiddenSize, lengths);
      }
      const out = unwritten(firstOut + positions * columns + 4);
      return {
        buffers: { ...buffers, forward: forward.values, reverse: reverse.values, out },
        calls: [call],
        pieces: shape.pieces,
        expected(twin) {
          joinTwin(shape, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function joinBackwardCase(shape: JoinShape): KernelCase {
  const kernel = joinDirectionsBackward(shape);
  return {
    kernel,
    label: joinLabel(shape),
    tolerance: scaled,
    make() {
      const { columns, positions, numbers, lengths, buffers, call: common } = joinInputs(shape);
      const outGradient = arena({ outGradient: numbers.signed(positions * columns) });
      const first = outGradient.at('outGradient');
      const call = callOf(kernel, { ...common, outGradient: first, forwardGradient: firstOut, reverseGradient: 4 });
      if (shape.lengths) spoilPastEnd(outGradient.values, first, columns, lengths);
      const directions = {
        forwardGradient: unwritten(firstOut + positions * shape.hiddenSize + 4),
        reverseGradient: unwritten(4 + positions * shape.hiddenSize + 8),
      };
      return {
        buffers: { ...buffers, ...directions, outGradient: outGradient.values },
        calls: [call],
        pieces: shape.pieces,
        expected(twin) {
          joinBackwardTwin(shape, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

const modes = ['concat', 'sum', 'mean', 'single'] as const;
const drops = [{ dropout: 'none' }, { dropout: 'noise', probability: 0.3 }, { dropout: 'mask' }] as const;
const [large, cut, ...small] = shapes;
/** Every mode with every dropout, with and without lengths; odd sizes where both directions meet. */
const joinShapes: readonly JoinShape[] = [
  ...modes.flatMap((mode) =>
    flags.flatMap((lengths) => drops.map((dropout) => ({ ...(lengths ? large : cut), ...dropout, mode, lengths, hiddenSize: 8 }))),
  ),
  ...small.map((shape) => ({ ...shape, ...drops[1], mode: 'concat' as const, lengths: true, hiddenSize: 20 })),
  { ...large, mode: 'sum', lengths: true, hiddenSize: 4, dropout: 'noise', probability: 0 },
  { ...large, mode: 'concat', lengths: true, hiddenSize: 4, dropout: 'noise', probability: 0.9 },
];

export const directionCases: readonly KernelCase[] = [
  ...shapes.flatMap((shape) =>
    flags.flatMap((lengths) => [reverseCase(shape, 'vectors', 8, lengths), reverseCase(shape, 'tokens', 1, lengths)]),
  ),
  reverseCase(large, 'vectors', 20, true),
  ...joinShapes.map(joinCase),
  ...joinShapes.map(joinBackwardCase),
];
