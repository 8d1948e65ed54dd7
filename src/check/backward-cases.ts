/** The recurrent layers in reverse: sequence kernels, step kernels, and the two half steps of the GRU with reset before. */
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
import { isInUse } from './in-use.ts';
import { type HostBuffers, type KernelCase, type Outputs, written } from './kernel-case.ts';
import { inTraining, noiseBuffers, noiseValues } from './recurrent-noise.ts';
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
import { chained } from './tolerance.ts';

interface Form {
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

const forms: readonly Form[] = [
  { kernel: sequenceBackward, twin: sequenceTwin, isSequence: true },
  { kernel: stepBackward, twin: stepTwin, isSequence: false },
];
const beforeForms: readonly Form[] = [
  { kernel: gruBeforeSequenceBackward, twin: beforeSequenceTwin, isSequence: true },
  { kernel: gruBeforeCandidateBackward, twin: candidateTwin, isSequence: false },
  { kernel: gruBeforeGatesBackward, twin: gatesTwin, isSequence: false, findsCarry: true, isSecond: true, ignoresClip: true },
];
/** Follows a half step whose gradients are clipped by norm; of every cell. */
const clipForm: Form = { kernel: stepClipBackward, twin: clipTwin, isSequence: false, isSecond: true };

/** Bounds that some gradients of the cases exceed and others do not. */
const bounds = { clipValue: f32Bits(0.6), clipNorm: f32Bits(1.5) };

interface BackwardShape extends RecurrentShape {
  readonly initial?: boolean;
  readonly finalCell?: boolean;
  readonly clip?: TimeStepClip;
}

function backwardCase(form: Form, shape: BackwardShape, variety: RecurrentVariety): KernelCase {
  const kernel = form.kernel(shape);
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
      const steps = Array.from(
        { length: turns - first },
        (_, turn): Call => known({ ...noise, weightHidden, ...bounds, begin: first + turn, end: first + turn + 1 }),
      );
      const calls = form.isSequence ? [known({ ...noise, weightHidden, ...bounds, begin: 0, end: turns })] : steps.reverse();
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

/** The largest value and norm, of which a kernel leaves the bits. */
const metBy = (kernel: Kernel, { clipped }: HostBuffers | Buffers): Outputs =>
  kernel.bindings.some(({ name }) => name === 'clipped') ? { met: new Float32Array(Uint32Array.from(clipped).buffer) } : {};

function backwardBuffers(
  { findsCarry }: Form,
  shape: BackwardShape,
  { range = 'ordinary' }: RecurrentVariety,
): { buffers: HostBuffers; weightHidden: number } {
  const { cell, batch, hiddenSize, timeSteps, finalCell } = shape;
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
    // the last time step takes nothing from it, unless it is told to
    ...noiseBuffers(shape),
    carry: findsCarry || finalCell ? numbers.signed(batch * hiddenSize, size) : unwritten(batch * hiddenSize),
  };
  return { buffers, weightHidden: parameters.at('weightHidden') };
}

/** What forward left in one plane of one row: sigmoids in (0, 1), tanh in (-1, 1), the GRU's fourth plane in between. */
function activated(numbers: CaseNumbers, cell: CellKind, plane: number, units: number, range: RecurrentVariety['range']): Float32Array {
  const isSigmoid = cell === 'lstm' ? plane !== 2 : plane < 2;
  if (range === 'saturated') return isSigmoid ? numbers.signs(units, 0.5).map((value) => value + 0.5) : numbers.signs(units, 1);
  return isSigmoid ? numbers.between(units, 0, 1) : numbers.signed(units, range === 'tiny' ? 1e-40 : 1);
}

/** Tiles in turn, whatever default models use, rows that end early, wanted gradients of initial states, and a single time step. */
function shapesOf(form: Form, cell: CellKind, turn: number): readonly BackwardShape[] {
  const shapes = recurrentTiles(cell, 'backward').map(
    (tile, number): RecurrentShape => ({ ...tile, cell, timeSteps: timeStepsOf(number + turn) }),
  );
  const chosen = shapes.filter((shape, number) => isTried(cell, form.isSequence, number) || isInUse(form.kernel(shape)));
  const quick = { ...quickLayer(cell, 'backward'), cell, timeSteps: 5 };
  const ends: readonly BackwardShape[] = [
    { ...quick, lengths: true },
    { ...quick, initial: true },
    { ...quick, lengths: true, initial: true, finalCell: cell === 'lstm' },
    { ...quick, ...inTraining },
    { ...quick, ...inTraining, lengths: true, initial: true, finalCell: cell === 'lstm' },
  ];
  return [...chosen, ...ends, ...(form.ignoresClip ? [] : clipsOf(quick)), { ...smallestLayer(cell, 'backward'), cell, timeSteps: 1 }];
}

/** Each clip, and both where all else is on as well. */
const clipsOf = (quick: BackwardShape): readonly BackwardShape[] => [
  { ...quick, clip: { value: true, norm: false } },
  { ...quick, clip: { value: false, norm: true } },
  { ...quick, lengths: true, initial: true, finalCell: quick.cell === 'lstm', clip: { value: true, norm: true } },
  { ...quick, ...inTraining, lengths: true, initial: true, finalCell: quick.cell === 'lstm', clip: { value: true, norm: true } },
];

/** Of a row on some threads of an adapter of either kind. */
const clipShapes = (cell: CellKind): readonly BackwardShape[] => {
  const quick = { ...quickLayer(cell, 'backward'), cell, timeSteps: 4 };
  const [, norm, all, noisy] = clipsOf(quick);
  return [norm, all, noisy, { ...norm, workgroupSize: 4 }];
};

export const backwardCases: readonly KernelCase[] = cellKinds.flatMap((cell) =>
  (cell === 'gru-before' ? beforeForms : forms)
    .flatMap((form, turn) =>
      shapesOf(form, cell, turn).flatMap((shape) =>
        varieties(form.isSequence, shape.timeSteps).map((variety) => backwardCase(form, shape, variety)),
      ),
    )
    .concat(
      clipShapes(cell).flatMap((shape) => varieties(false, shape.timeSteps).map((variety) => backwardCase(clipForm, shape, variety))),
    ),
);
