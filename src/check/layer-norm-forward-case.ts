/** One layer-normalised recurrent kernel forward in one shape. */
import { CELLS } from '../../shaders/common/cell.ts';
import { normsPlaces } from '../../shaders/common/layer-norm.ts';
import type { StepHalf } from '../../shaders/common/layer-norm-forward.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { layerNormSequenceForward } from '../../shaders/layer-norm-sequence-forward.ts';
import { type LayerNormStepForwardOptions, layerNormStepForward } from '../../shaders/layer-norm-step-forward.ts';
import { layerNormSequenceForward as sequenceTwin } from '../reference/layer-norm-sequence-forward.ts';
import { type NormedForwardOptions, layerNormStepForward as stepTwin } from '../reference/layer-norm-step-forward.ts';
import type { Buffers, Call } from '../reference/options.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { withoutEnded } from './forward-case.ts';
import { type HostBuffers, type KernelCase, written } from './kernel-case.ts';
import { noiseBuffers, noiseValues } from './recurrent-noise.ts';
import { lengthsOf, type RecurrentShape, type RecurrentVariety, shapeLabel, smallLayer } from './recurrent-shape.ts';
import { normalised, ofLargest } from './tolerance.ts';

export interface NormedShape extends RecurrentShape {
  /** Units without padding. */
  readonly units: number;
  readonly half?: StepHalf;
}

export interface NormedForwardShape extends NormedShape {
  readonly recurrentBias: boolean;
}

export interface NormedForwardForm {
  readonly kernelName: string;
  readonly kernel: (options: LayerNormStepForwardOptions) => Kernel;
  readonly twin: (options: NormedForwardOptions, call: Call, buffers: Buffers) => void;
  readonly isSequence: boolean;
}

export const normedForwardForms: readonly NormedForwardForm[] = [
  { kernelName: 'layer-norm-sequence-forward', kernel: layerNormSequenceForward, twin: sequenceTwin, isSequence: true },
  { kernelName: 'layer-norm-step-forward', kernel: layerNormStepForward, twin: stepTwin, isSequence: false },
];

const optionsOf = ({ units, timeSteps, ...shape }: NormedForwardShape) => ({
  ...shape,
  input: 'projected' as const,
  inputBias: true,
  layerNorm: { units, timeSteps },
});

export const normedLabel = (shape: NormedShape, variety: RecurrentVariety): string => `${shapeLabel(shape, variety)}, ${shape.units} units`;

export function normedForwardCase(form: NormedForwardForm, shape: NormedForwardShape, variety: RecurrentVariety): KernelCase {
  const options = optionsOf(shape);
  const kernel = form.kernel(options);
  const isUnbounded = shape.cell === 'rnn-relu' && variety.range === 'saturated';
  return {
    kernel,
    label: `${normedLabel(shape, variety)}, ${shape.recurrentBias ? 'bias' : 'no bias'}`,
    tolerance: isUnbounded ? ofLargest(1e-5, 'units of 1e4 are not bounded by an activation, and their products cancel') : normalised,
    make() {
      const { buffers, offsets } = forwardBuffers(form, shape, variety);
      const call = { ...offsets, ...noiseValues(kernel) };
      const steps = Array.from({ length: shape.timeSteps }, (_, t): Call => ({ ...call, begin: t, end: t + 1 }));
      const calls = form.isSequence ? [{ ...call, begin: 0, end: shape.timeSteps }] : steps;
      return {
        buffers,
        calls,
        pieces: variety.pieces,
        expected(twin) {
          for (const each of calls) form.twin(options, each, twin);
          return withoutEnded(shape, written(kernel, twin));
        },
        actual: (left) => withoutEnded(shape, left),
      };
    },
  };
}

function forwardBuffers(
  { isSequence }: NormedForwardForm,
  shape: NormedForwardShape,
  { range }: RecurrentVariety,
): { buffers: HostBuffers; offsets: Call } {
  const { cell, batch, hiddenSize, timeSteps, half, recurrentBias } = shape;
  const { gates: count, planes } = CELLS[cell];
  const numbers = caseNumbers(37 + batch + hiddenSize);
  const size = range === 'tiny' ? 1e-40 : 1;
  const width = count * hiddenSize;
  const weights = arena({
    weightHidden: numbers.signed(hiddenSize * width, (1.5 * size) / Math.sqrt(hiddenSize)),
    biasHidden: recurrentBias ? numbers.signed(width, size) : undefined,
    gainHidden: numbers.between(width, 0.5, 1.5),
    gainCell: numbers.between(hiddenSize, 0.5, 1.5),
    biasCell: numbers.signed(hiddenSize, size),
  });
  const positions = timeSteps * batch;
  const isSecond = half === 'candidate';
  const states = (everyStep: boolean): Float32Array<ArrayBuffer> => {
    const values = unwritten((timeSteps + 1) * batch * hiddenSize);
    values.set(numbers.signed(everyStep ? values.length : batch * hiddenSize, size));
    return values;
  };
  const gates = unwritten(positions * planes * hiddenSize);
  for (let place = 0; place < gates.length; place += planes * hiddenSize) {
    gates.set(range === 'saturated' ? numbers.signs(width, 1e4) : numbers.signed(width, 2 * size), place);
    if (isSecond) gates.set(numbers.between(2 * hiddenSize, 0, 1), place);
  }
  const { normed, elements } = normsPlaces(cell, positions, hiddenSize);
  const norms = unwritten(elements);
  if (!isSequence) norms.set(numbers.signed(positions * width, size), normed);
  // half a step finds the states of all steps
  const hidden = states(cell === 'gru-before' && !isSequence);
  const given = isSequence ? [] : hidden.subarray(0, cell === 'gru-before' ? hidden.length : batch * hiddenSize);
  const { at, values } = weights;
  return {
    buffers: {
      weights: values,
      lengths: lengthsOf(shape),
      gates,
      states: hidden,
      cells: states(false),
      norms,
      ...noiseBuffers(shape, given),
    },
    offsets: {
      weightHidden: at('weightHidden'),
      biasHidden: at('biasHidden'),
      gainHidden: at('gainHidden'),
      gainCell: at('gainCell'),
      biasCell: at('biasCell'),
    },
  };
}

/** A case of a plan's kernel over two time steps, or of a small layer where the twin would take long. */
export function normedForwardCaseOf({ name, options }: Kernel): KernelCase {
  const form = normedForwardForms.find(({ kernelName }) => kernelName === name);
  if (!form) throw new Error(`a layer-normalised kernel forward must be one of ours, got ${name}`);
  const { layerNorm, ...rest } = options as LayerNormStepForwardOptions;
  return normedForwardCase(
    form,
    smallNormed({ ...rest, workgroupSize: rest.workgroupSize ?? 1, timeSteps: 2, units: layerNorm.units }),
    {},
  );
}

/** The shape, or a smaller one whose padding is as wide. */
export function smallNormed<Shape extends NormedShape>(shape: Shape): Shape {
  const smaller = { ...shape, ...smallLayer(shape) };
  return { ...smaller, units: smaller.hiddenSize - (shape.hiddenSize - shape.units) };
}
