/** One recurrent kernel forward in one shape: sequence kernels, step kernels, and the two half steps of the GRU with reset before. */
import { CELLS } from '../../shaders/common/cell.ts';
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
import { type HostBuffers, type KernelCase, type Outputs, written } from './kernel-case.ts';
import { noiseBuffers, noiseValues } from './recurrent-noise.ts';
import { lengthsOf, type RecurrentShape, type RecurrentVariety, shapeLabel, smallLayer } from './recurrent-shape.ts';
import { activations, ofLargest } from './tolerance.ts';

export interface ForwardShape extends RecurrentShape {
  readonly input: 'projected' | 'tokens';
  readonly bias: 'both' | 'input' | 'none';
}

export interface ForwardForm {
  readonly kernelName: string;
  readonly kernel: (options: RecurrentOptions & { timeSteps: number; workgroupSize: number }) => Kernel;
  readonly twin: (options: RecurrentForwardOptions, call: Call, buffers: Buffers) => void;
  /** One call for all time steps; otherwise one call each. */
  readonly isSequence: boolean;
  /** Half a step finds what the other half leaves: states of all steps, or the planes r, z and r∘h. */
  readonly finds?: 'states' | 'gates';
}

export const forwardForms: readonly ForwardForm[] = [
  { kernelName: 'sequence-forward', kernel: sequenceForward, twin: sequenceTwin, isSequence: true },
  { kernelName: 'step-forward', kernel: stepForward, twin: stepTwin, isSequence: false },
];
export const forwardBeforeForms: readonly ForwardForm[] = [
  { kernelName: 'gru-before-sequence-forward', kernel: gruBeforeSequenceForward, twin: beforeSequenceTwin, isSequence: true },
  { kernelName: 'gru-before-gates-forward', kernel: gruBeforeGatesForward, twin: gatesTwin, isSequence: false, finds: 'states' },
  { kernelName: 'gru-before-candidate-forward', kernel: gruBeforeCandidateForward, twin: candidateTwin, isSequence: false, finds: 'gates' },
];

const vocabulary = 7;

export const forwardKernel = (form: ForwardForm, shape: ForwardShape): Kernel => form.kernel(optionsOf(shape));

const optionsOf = (shape: ForwardShape) => ({ ...shape, recurrentBias: shape.bias === 'both', inputBias: shape.bias !== 'none' });

export function forwardCase(form: ForwardForm, shape: ForwardShape, variety: RecurrentVariety): KernelCase {
  const { cell, timeSteps, bias } = shape;
  const kernel = forwardKernel(form, shape);
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
export function withoutEnded(shape: RecurrentShape, outputs: Outputs): Outputs {
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
  { finds, isSequence }: ForwardForm,
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

/** A case of a plan's kernel: its very WGSL over two time steps, or that of a small layer where the twin would take long. */
export function forwardCaseOf({ name, options }: Kernel): KernelCase {
  const form = [...forwardForms, ...forwardBeforeForms].find(({ kernelName }) => kernelName === name);
  if (!form) throw new Error(`a recurrent kernel forward must be one of ours, got ${name}`);
  const { recurrentBias, inputBias, ...rest } = options as Parameters<ForwardForm['kernel']>[0];
  const bias = recurrentBias ? 'both' : inputBias ? 'input' : 'none';
  const shape: ForwardShape = { ...rest, timeSteps: 2, bias };
  return forwardCase(form, { ...shape, ...smallLayer(shape) }, {});
}
