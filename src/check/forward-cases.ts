/** The recurrent layers forward: sequence kernels, step kernels, and the two half steps of the GRU with reset before. */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import type { RecurrentOptions } from '../../shaders/common/recurrent-tile.ts';
import { gruBeforeCandidateForward } from '../../shaders/gru-before-candidate-forward.ts';
import { gruBeforeGatesForward } from '../../shaders/gru-before-gates-forward.ts';
import { gruBeforeSequenceForward } from '../../shaders/gru-before-sequence-forward.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { sequenceForward } from '../../shaders/sequence-forward.ts';
import { stepForward } from '../../shaders/step-forward.ts';
import { gruBeforeCandidateForward as candidateTwin } from '../reference/gru-before-candidate-forward.ts';
import { gruBeforeGatesForward as gatesTwin } from '../reference/gru-before-gates-forward.ts';
import { gruBeforeSequenceForward as beforeSequenceTwin } from '../reference/gru-before-sequence-forward.ts';
import type { Buffers, Call, RecurrentForwardOptions } from '../reference/options.ts';
import { sequenceForward as sequenceTwin } from '../reference/sequence-forward.ts';
import { stepForward as stepTwin } from '../reference/step-forward.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { isInUse } from './in-use.ts';
import { type HostBuffers, type KernelCase, type Outputs, written } from './kernel-case.ts';
import { inInference, inTraining, noiseBuffers, noiseValues } from './recurrent-noise.ts';
import {
  cellKinds,
  isTried,
  lengthsOf,
  type RecurrentShape,
  type RecurrentVariety,
  shapeLabel,
  timeStepsOf,
  varieties,
} from './recurrent-shape.ts';
import { quickLayer, recurrentTiles, smallestLayer } from './tiles.ts';
import { activations, ofLargest } from './tolerance.ts';

interface ForwardShape extends RecurrentShape {
  readonly input: 'projected' | 'tokens';
  readonly bias: 'both' | 'input' | 'none';
}

interface Form {
  readonly kernel: (options: RecurrentOptions & { timeSteps: number; workgroupSize: number }) => Kernel;
  readonly twin: (options: RecurrentForwardOptions, call: Call, buffers: Buffers) => void;
  /** One call for all time steps; otherwise one call each. */
  readonly isSequence: boolean;
  /** Half a step finds what the other half leaves: states of all steps, or the planes r, z and r∘h. */
  readonly finds?: 'states' | 'gates';
}

const forms: readonly Form[] = [
  { kernel: sequenceForward, twin: sequenceTwin, isSequence: true },
  { kernel: stepForward, twin: stepTwin, isSequence: false },
];
const beforeForms: readonly Form[] = [
  { kernel: gruBeforeSequenceForward, twin: beforeSequenceTwin, isSequence: true },
  { kernel: gruBeforeGatesForward, twin: gatesTwin, isSequence: false, finds: 'states' },
  { kernel: gruBeforeCandidateForward, twin: candidateTwin, isSequence: false, finds: 'gates' },
];

const vocabulary = 7;

const kernelOf = (form: Form, shape: ForwardShape): Kernel => form.kernel(optionsOf(shape));

const optionsOf = (shape: ForwardShape) => ({ ...shape, recurrentBias: shape.bias === 'both', inputBias: shape.bias !== 'none' });

function forwardCase(form: Form, shape: ForwardShape, variety: RecurrentVariety): KernelCase {
  const { cell, timeSteps, bias } = shape;
  const kernel = kernelOf(form, shape);
  // a plain RNN's plane holds the sum before the activation, or nothing
  const unspecified = CELLS[cell].planes === 1 && shape.zoneout !== 'noise' ? ['gates'] : [];
  const outputs = (buffers: Buffers | HostBuffers): Outputs => withoutEnded(shape, written(kernel, buffers as Buffers, unspecified));
  const isUnbounded = cell === 'rnn-relu' && variety.range === 'saturated';
  return {
    kernel,
    label: `${shapeLabel(shape, variety)}, bias ${bias}`,
    tolerance: isUnbounded ? ofLargest(1e-5, 'units of 1e4 are not bounded by an activation, and their products cancel') : activations,
    make() {
      const { buffers, offsets: places } = forwardBuffers(form, shape, variety);
      const offsets = { ...places, ...noiseValues(kernel) };
      const steps = Array.from({ length: timeSteps }, (_, t): Call => ({ ...offsets, begin: t, end: t + 1 }));
      const calls = form.isSequence ? [{ ...offsets, begin: 0, end: timeSteps }] : steps;
      return {
        buffers,
        calls,
        pieces: variety.pieces,
        expected(twin) {
          for (const call of calls) form.twin(optionsOf(shape), call, twin);
          return outputs(twin);
        },
        actual: outputs,
      };
    },
  };
}

/** Gates past the end of a row have no specified contents: zeros take their place on both sides. */
function withoutEnded(shape: ForwardShape, outputs: Outputs): Outputs {
  if (!shape.lengths || !outputs.gates) return outputs;
  const lengths = lengthsOf(shape);
  const stride = CELLS[shape.cell].planes * shape.hiddenSize;
  const hasEnded = (place: number): boolean => {
    const position = Math.floor(place / stride);
    return Math.floor(position / shape.batch) >= lengths[position % shape.batch];
  };
  return { ...outputs, gates: Array.from(outputs.gates, (value, place) => (hasEnded(place) ? 0 : value)) };
}

function forwardBuffers(
  { finds, isSequence }: Form,
  shape: ForwardShape,
  { range }: RecurrentVariety,
): { buffers: HostBuffers; offsets: Call } {
  const { cell, batch, hiddenSize, timeSteps, input, bias } = shape;
  const { gates: count, planes } = CELLS[cell];
  const numbers = caseNumbers(23 + batch + hiddenSize);
  const size = range === 'tiny' ? 1e-40 : 1;
  const inputSums = (length: number): Float32Array =>
    range === 'saturated' ? numbers.signs(length, 1e4) : numbers.signed(length, 2 * size);
  const width = count * hiddenSize;
  const isTokens = input === 'tokens';
  const weights = arena({
    weightInput: isTokens ? inputSums(vocabulary * width) : undefined,
    weightHidden: numbers.signed(hiddenSize * width, (1.5 * size) / Math.sqrt(hiddenSize)),
    biasInput: isTokens && bias !== 'none' ? numbers.signed(width, size) : undefined,
    biasHidden: bias === 'both' ? numbers.signed(width, size) : undefined,
  });
  const states = (everyStep: boolean): Float32Array<ArrayBuffer> => {
    const values = unwritten((timeSteps + 1) * batch * hiddenSize);
    values.set(numbers.signed(everyStep ? values.length : batch * hiddenSize, size));
    return values;
  };
  const gates = unwritten(timeSteps * batch * planes * hiddenSize);
  for (let place = 0; place < gates.length; place += planes * hiddenSize) {
    if (!isTokens) gates.set(inputSums(width), place);
    if (finds === 'gates') {
      gates.set(numbers.between(2 * hiddenSize, 0, 1), place);
      gates.set(numbers.signed(hiddenSize, size), place + 3 * hiddenSize);
    }
  }
  const { at } = weights;
  const hidden = states(finds === 'states');
  const given = isSequence ? [] : hidden.subarray(0, finds === 'states' ? hidden.length : batch * hiddenSize);
  return {
    buffers: {
      weights: weights.values,
      tokens: numbers.below(timeSteps * batch, vocabulary),
      lengths: lengthsOf(shape),
      gates,
      states: hidden,
      cells: states(false),
      ...noiseBuffers(shape, given),
    },
    offsets: { weightHidden: at('weightHidden'), biasHidden: at('biasHidden'), weightInput: at('weightInput'), biasInput: at('biasInput') },
  };
}

const inputs = ['tokens', 'projected'] as const;
const biases = ['both', 'input', 'none'] as const;

/** Tiles with inputs and biases in turn, what default models use beside them, and a single time step. */
function shapesOf(form: Form, cell: CellKind, turn: number): readonly ForwardShape[] {
  const tiles = recurrentTiles(cell, 'forward');
  const variantOf = (shape: ForwardShape): string => kernelOf(form, shape).variant;
  const tried = tiles
    .filter((_, number) => isTried(cell, form.isSequence, number))
    .map((tile, index): ForwardShape => {
      const input = inputs[(index + turn) % 2];
      return { ...tile, cell, timeSteps: timeStepsOf(index), input, bias: biases[Math.floor(index / 2) % 3] };
    });
  const known = new Set(tried.map(variantOf));
  const inUse = tiles
    .flatMap((tile) => inputs.map((input): ForwardShape => ({ ...tile, cell, timeSteps: 4, input, bias: 'both' })))
    .filter((shape) => isInUse(kernelOf(form, shape)) && !known.has(variantOf(shape)));
  const ended = { ...quickLayer(cell, 'forward'), cell, timeSteps: 5, lengths: true, input: inputs[turn % 2], bias: 'both' } as const;
  const noises = [
    { ...ended, lengths: false, ...inTraining },
    { ...ended, ...inTraining },
    { ...ended, ...inInference },
  ];
  // half a step knows neither lengths nor zoneout
  const noisy = form.finds === 'states' ? noises.slice(0, 1) : noises;
  return [
    ...tried,
    ...inUse,
    ended,
    ...noisy,
    { ...smallestLayer(cell, 'forward'), cell, timeSteps: 1, input: inputs[turn % 2], bias: 'both' },
  ];
}

export const forwardCases: readonly KernelCase[] = cellKinds.flatMap((cell) =>
  (cell === 'gru-before' ? beforeForms : forms).flatMap((form, turn) =>
    shapesOf(form, cell, turn).flatMap((shape) =>
      varieties(form.isSequence, shape.timeSteps).map((variety) => forwardCase(form, shape, variety)),
    ),
  ),
);
