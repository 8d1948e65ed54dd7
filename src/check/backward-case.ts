/** One recurrent kernel in reverse in one shape: sequence kernels, step kernels, and the two half steps of the GRU with reset before. */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import type { TimeStepClip } from '../../shaders/common/time-step-clip.ts';
import { gruBeforeCandidateBackward } from '../../shaders/gru-before-candidate-backward.ts';
import { gruBeforeGatesBackward } from '../../shaders/gru-before-gates-backward.ts';
import { gruBeforeSequenceBackward } from '../../shaders/gru-before-sequence-backward.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { sequenceBackward } from '../../shaders/sequence-backward.ts';
import { type StepBackwardOptions, stepBackward } from '../../shaders/step-backward.ts';
import { stepClipBackward } from '../../shaders/step-clip-backward.ts';
import { f32Bits } from '../plan/f32-bits.ts';
import { gruBeforeCandidateBackward as candidateTwin } from '../reference/gru-before-candidate-backward.ts';
import { gruBeforeGatesBackward as gatesTwin } from '../reference/gru-before-gates-backward.ts';
import { gruBeforeSequenceBackward as beforeSequenceTwin } from '../reference/gru-before-sequence-backward.ts';
import { type Buffers, type Call, type RecurrentBackwardOptions, turnsOf } from '../reference/options.ts';
import { sequenceBackward as sequenceTwin } from '../reference/sequence-backward.ts';
import { stepBackward as stepTwin } from '../reference/step-backward.ts';
import { stepClipBackward as clipTwin } from '../reference/step-clip-backward.ts';
import { arena, type CaseNumbers, caseNumbers, unwritten } from './case-buffers.ts';
import { type HostBuffers, type KernelCase, type Outputs, written } from './kernel-case.ts';
import { noiseBuffers, noiseValues } from './recurrent-noise.ts';
import { lengthsOf, type RecurrentShape, type RecurrentVariety, shapeLabel, smallLayer } from './recurrent-shape.ts';
import { chained } from './tolerance.ts';

export interface BackwardForm {
  readonly kernelName: string;
  readonly kernel: (options: StepBackwardOptions) => Kernel;
  readonly twin: (options: RecurrentBackwardOptions, call: Call, buffers: Buffers) => void;
  readonly isSequence: boolean;
  /** The carry that the first half of this step left is there from the beginning. */
  readonly findsCarry?: boolean;
  /** Has no part in the initial state's turn. */
  readonly isSecond?: boolean;
  /** Leaves what gradients are clipped to others: no case of its own with a clip. */
  readonly ignoresClip?: boolean;
}

export const backwardForms: readonly BackwardForm[] = [
  { kernelName: 'sequence-backward', kernel: sequenceBackward, twin: sequenceTwin, isSequence: true },
  { kernelName: 'step-backward', kernel: stepBackward, twin: stepTwin, isSequence: false },
];
export const backwardBeforeForms: readonly BackwardForm[] = [
  { kernelName: 'gru-before-sequence-backward', kernel: gruBeforeSequenceBackward, twin: beforeSequenceTwin, isSequence: true },
  { kernelName: 'gru-before-candidate-backward', kernel: gruBeforeCandidateBackward, twin: candidateTwin, isSequence: false },
  {
    kernelName: 'gru-before-gates-backward',
    kernel: gruBeforeGatesBackward,
    twin: gatesTwin,
    isSequence: false,
    findsCarry: true,
    isSecond: true,
    ignoresClip: true,
  },
];
/** Follows a half step whose gradients are clipped by norm; of every cell. */
export const clipForm: BackwardForm = {
  kernelName: 'step-clip-backward',
  kernel: stepClipBackward,
  twin: clipTwin,
  isSequence: false,
  isSecond: true,
};

/** Bounds that some gradients of the cases exceed and others do not. */
export const bounds = { clipValue: f32Bits(0.6), clipNorm: f32Bits(1.5) };

export interface BackwardShape extends RecurrentShape {
  readonly initial?: boolean;
  readonly finalCell?: boolean;
  readonly keepsCells?: boolean;
  readonly clip?: TimeStepClip;
}

export function backwardCase(form: BackwardForm, shape: BackwardShape, variety: RecurrentVariety): KernelCase {
  const whole = form.kernel(shape);
  const kernel = variety.ends ? { ...whole, range: undefined } : whole;
  const turns = turnsOf(shape);
  const first = shape.initial && form.isSecond ? 1 : 0;
  const known = (values: Call): Call => Object.fromEntries(Object.entries(values).filter(([name]) => kernel.uniforms.includes(name)));
  return {
    kernel,
    label: shapeLabel(shape, variety),
    tolerance: chained,
    make() {
      const { buffers, weightHidden } = backwardBuffers(form, shape, variety);
      const noise = noiseValues(kernel);
      const calls = endsOf(first, turns, form.isSequence, variety.ends === true)
        .map((turn): Call => known({ ...noise, weightHidden, ...bounds, keptCells: variety.forgetsCells ? 0 : 1, ...turn }))
        .reverse();
      return {
        buffers,
        calls,
        pieces: variety.pieces,
        expected(twin) {
          for (const call of calls) form.twin(shape, call, twin);
          return { ...written(kernel, twin, ['clipped']), ...metBy(kernel, twin) };
        },
        actual: (left) => ({ ...left, ...metBy(kernel, left) }),
      };
    },
  };
}

/** The ranges of a sweep's calls, the first turns in front: all turns, or only two at either `end`; one call each, or of a sequence kernel one for all. */
export function endsOf(first: number, turns: number, isSequence: boolean, ends: boolean): readonly { begin: number; end: number }[] {
  const sweeps =
    ends && turns > 4
      ? [
          [first, first + 2],
          [turns - 2, turns],
        ]
      : [[first, turns]];
  return sweeps.flatMap(([begin, end]) =>
    isSequence ? [{ begin, end }] : Array.from({ length: end - begin }, (_, turn) => ({ begin: begin + turn, end: begin + turn + 1 })),
  );
}

/** The largest value and norm, of which a kernel leaves the bits. */
export const metBy = (kernel: Kernel, { clipped }: HostBuffers | Buffers): Outputs =>
  kernel.bindings.some(({ name }) => name === 'clipped') ? { met: new Float32Array(Uint32Array.from(clipped).buffer) } : {};

function backwardBuffers(
  { findsCarry }: BackwardForm,
  shape: BackwardShape,
  { range = 'ordinary' }: RecurrentVariety,
): { buffers: HostBuffers; weightHidden: number } {
  const { cell, batch, hiddenSize, timeSteps, finalCell, keepsCells } = shape;
  const rows = keepsCells ? timeSteps + 1 : 1;
  const { gates: count, planes } = CELLS[cell];
  const numbers = caseNumbers(29 + batch + hiddenSize);
  const size = range === 'tiny' ? 1e-40 : 1;
  const parameters = arena({ weightHidden: numbers.signed(count * hiddenSize * hiddenSize, 1 / Math.sqrt(hiddenSize)) });
  const states = (scale: number): Float32Array<ArrayBuffer> => numbers.signed((timeSteps + 1) * batch * hiddenSize, scale);
  const gates = new Float32Array(timeSteps * batch * planes * hiddenSize);
  for (let place = 0; place < gates.length; place += hiddenSize) {
    gates.set(activated(numbers, cell, (place / hiddenSize) % planes, hiddenSize, range), place);
  }
  const buffers = {
    parameters: parameters.values,
    gates,
    states: states(size),
    cells: states(range === 'saturated' ? 1e4 : size),
    outputGradient: numbers.signed((timeSteps + 1) * batch * hiddenSize, size),
    lengths: lengthsOf(shape),
    // that other layers have met before
    clipped: Uint32Array.of(f32Bits(0.1), f32Bits(0.2)),
    ...noiseBuffers(shape),
    carry: carryBuffer(numbers, rows, batch * hiddenSize, size, findsCarry || finalCell),
  };
  return { buffers, weightHidden: parameters.at('weightHidden') };
}

/**
 * A carry of `rows` rows. The last one is there from the beginning, or unwritten, so that it is noticed if a kernel takes something from it; where there are
 * several, the others are those of time steps that a case with two ends of a sweep leaves out.
 */
export function carryBuffer(numbers: CaseNumbers, rows: number, width: number, size: number, isFound = false): Float32Array<ArrayBuffer> {
  const carry = numbers.signed(rows * width, size);
  if (!isFound) carry.set(unwritten(width), (rows - 1) * width);
  return carry;
}

/** What forward left in one plane of one row: sigmoids in (0, 1), tanh in (-1, 1), the GRU's fourth plane in between. */
export function activated(
  numbers: CaseNumbers,
  cell: CellKind,
  plane: number,
  units: number,
  range: RecurrentVariety['range'],
): Float32Array {
  const isSigmoid = cell === 'lstm' ? plane !== 2 : plane < 2;
  if (range === 'saturated') return isSigmoid ? numbers.signs(units, 0.5).map((value) => value + 0.5) : numbers.signs(units, 1);
  return isSigmoid ? numbers.between(units, 0, 1) : numbers.signed(units, range === 'tiny' ? 1e-40 : 1);
}

/** A case of a plan's kernel: the two ends of its very sweep, or that of a small layer where the twin would take long. */
export function backwardCaseOf({ name, options }: Kernel): KernelCase {
  const form = [...backwardForms, ...backwardBeforeForms, clipForm].find(({ kernelName }) => kernelName === name);
  if (!form) throw new Error(`a recurrent kernel in reverse must be one of ours, got ${name}`);
  const shape = options as BackwardShape;
  return backwardCase(form, { ...shape, ...smallLayer(shape) }, { ends: true });
}
