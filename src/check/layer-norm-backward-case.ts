/** One layer-normalised recurrent kernel in reverse in one shape. */
import { CELLS } from '../../shaders/common/cell.ts';
import { normsPlaces } from '../../shaders/common/layer-norm.ts';
import type { TimeStepClip } from '../../shaders/common/time-step-clip.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { layerNormSequenceBackward } from '../../shaders/layer-norm-sequence-backward.ts';
import { type LayerNormStepBackwardOptions, layerNormStepBackward } from '../../shaders/layer-norm-step-backward.ts';
import { f32Bits } from '../plan/f32-bits.ts';
import { layerNormSequenceBackward as sequenceTwin } from '../reference/layer-norm-sequence-backward.ts';
import { type NormedReverseOptions, layerNormStepBackward as stepTwin } from '../reference/layer-norm-step-backward.ts';
import { type Buffers, type Call, turnsOf } from '../reference/options.ts';
import { activated, bounds, carryBuffer, endsOf, metBy } from './backward-case.ts';
import { arena, caseNumbers, unwritten } from './case-buffers.ts';
import { type HostBuffers, type KernelCase, written } from './kernel-case.ts';
import { type NormedShape, normedLabel, smallNormed } from './layer-norm-forward-case.ts';
import { noiseBuffers, noiseValues } from './recurrent-noise.ts';
import { lengthsOf, type RecurrentVariety } from './recurrent-shape.ts';
import { chainedNormalised } from './tolerance.ts';

export interface NormedBackwardShape extends NormedShape {
  readonly initial?: boolean;
  readonly finalCell?: boolean;
  readonly keepsCells?: boolean;
  readonly clip?: TimeStepClip;
}

export interface NormedBackwardForm {
  readonly kernelName: string;
  readonly kernel: (options: LayerNormStepBackwardOptions) => Kernel;
  readonly twin: (options: NormedReverseOptions, call: Call, buffers: Buffers) => void;
  readonly isSequence: boolean;
}

export const normedBackwardForms: readonly NormedBackwardForm[] = [
  { kernelName: 'layer-norm-sequence-backward', kernel: layerNormSequenceBackward, twin: sequenceTwin, isSequence: true },
  { kernelName: 'layer-norm-step-backward', kernel: layerNormStepBackward, twin: stepTwin, isSequence: false },
];

export function normedBackwardCase(form: NormedBackwardForm, shape: NormedBackwardShape, variety: RecurrentVariety): KernelCase {
  const { units, timeSteps } = shape;
  const options = { ...shape, layerNorm: { units, timeSteps } };
  const whole = form.kernel(options);
  const kernel = variety.ends ? { ...whole, range: undefined } : whole;
  const known = (call: Call): Call => Object.fromEntries(Object.entries(call).filter(([name]) => kernel.uniforms.includes(name)));
  const turns = turnsOf(shape);
  // the initial state's turn is the product's alone
  const first = shape.initial && !form.isSequence ? 1 : 0;
  return {
    kernel,
    label: normedLabel(shape, variety),
    tolerance: chainedNormalised,
    make() {
      const { buffers, offsets } = backwardBuffers(form, shape, variety);
      const calls = endsOf(first, turns, form.isSequence, variety.ends === true)
        .map((turn): Call => known({ ...offsets, ...noiseValues(kernel), ...bounds, keptCells: variety.forgetsCells ? 0 : 1, ...turn }))
        .reverse();
      return {
        buffers,
        calls,
        pieces: variety.pieces,
        expected(twin) {
          for (const call of calls) form.twin(options, call, twin);
          return { ...written(kernel, twin, ['clipped']), ...metBy(kernel, twin) };
        },
        actual: (left) => ({ ...left, ...metBy(kernel, left) }),
      };
    },
  };
}

function backwardBuffers(
  { isSequence }: NormedBackwardForm,
  shape: NormedBackwardShape,
  { range = 'ordinary' }: RecurrentVariety,
): { buffers: HostBuffers; offsets: Call } {
  const { cell, batch, hiddenSize, timeSteps, half, finalCell, keepsCells } = shape;
  const { gates: count, planes } = CELLS[cell];
  const numbers = caseNumbers(41 + batch + hiddenSize);
  const size = range === 'tiny' ? 1e-40 : 1;
  const width = count * hiddenSize;
  const parameters = arena({
    weightHidden: numbers.signed(width * hiddenSize, 1 / Math.sqrt(hiddenSize)),
    gainHidden: numbers.between(width, 0.5, 1.5),
    gainCell: numbers.between(hiddenSize, 0.5, 1.5),
    biasCell: numbers.signed(hiddenSize),
  });
  const positions = timeSteps * batch;
  const states = (scale: number): Float32Array<ArrayBuffer> => numbers.signed((timeSteps + 1) * batch * hiddenSize, scale);
  const gates = new Float32Array(positions * planes * hiddenSize);
  for (let place = 0; place < gates.length; place += hiddenSize)
    gates.set(activated(numbers, cell, (place / hiddenSize) % planes, hiddenSize, range), place);
  const { normed, cellDelta, statistics, elements } = normsPlaces(cell, positions, hiddenSize);
  const norms = unwritten(elements);
  // what a turn that is not run would have left of dL/d(U h)
  norms.set(numbers.signed(normed, size));
  norms.set(numbers.signed(cellDelta - normed, 1.7), normed);
  norms.set(numbers.between(elements - statistics, 0.5, 2), statistics);
  const lengths = lengthsOf(shape);
  if (shape.lengths)
    for (let position = 0; position < positions; position++)
      norms[statistics + 4 * position + 3] = Math.floor(position / batch) < lengths[position % batch] ? 1 : 0;
  const isReset = cell === 'gru-before';
  const rows = isReset ? 2 : keepsCells ? timeSteps + 1 : 1;
  const isFound = finalCell || (isReset && !isSequence && half !== 'candidate');
  const carry = isReset && !isFound ? unwritten(rows * batch * hiddenSize) : carryBuffer(numbers, rows, batch * hiddenSize, size, isFound);
  const { at, values } = parameters;
  return {
    buffers: {
      parameters: values,
      gates,
      states: states(size),
      cells: states(range === 'saturated' ? 1e4 : size),
      outputGradient: numbers.signed((timeSteps + 1) * batch * hiddenSize, size),
      lengths,
      // that other layers have met before
      clipped: Uint32Array.of(f32Bits(0.1), f32Bits(0.2)),
      norms,
      ...noiseBuffers(shape),
      carry,
    },
    offsets: { weightHidden: at('weightHidden'), gainHidden: at('gainHidden'), gainCell: at('gainCell'), biasCell: at('biasCell') },
  };
}

/** A case of a plan's kernel: the two ends of its sweep, or that of a small layer where the twin would take long. */
export function normedBackwardCaseOf({ name, options }: Kernel): KernelCase {
  const form = normedBackwardForms.find(({ kernelName }) => kernelName === name);
  if (!form) throw new Error(`a layer-normalised kernel in reverse must be one of ours, got ${name}`);
  const { layerNorm, ...rest } = options as LayerNormStepBackwardOptions;
  return normedBackwardCase(form, smallNormed({ ...rest, workgroupSize: rest.workgroupSize ?? 1, units: layerNorm.units }), { ends: true });
}
