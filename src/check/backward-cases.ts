/** The recurrent layers in reverse: sequence kernels, step kernels, and the two half steps of the GRU with reset before. */
import { CELLS, type CellKind } from '../../shaders/common/cell.ts';
import { gruBeforeCandidateBackward } from '../../shaders/gru-before-candidate-backward.ts';
import { gruBeforeGatesBackward } from '../../shaders/gru-before-gates-backward.ts';
import { gruBeforeSequenceBackward } from '../../shaders/gru-before-sequence-backward.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { sequenceBackward } from '../../shaders/sequence-backward.ts';
import { type StepBackwardOptions, stepBackward } from '../../shaders/step-backward.ts';
import { gruBeforeCandidateBackward as candidateTwin } from '../reference/gru-before-candidate-backward.ts';
import { gruBeforeGatesBackward as gatesTwin } from '../reference/gru-before-gates-backward.ts';
import { gruBeforeSequenceBackward as beforeSequenceTwin } from '../reference/gru-before-sequence-backward.ts';
import type { Buffers, Call, RecurrentBackwardOptions } from '../reference/options.ts';
import { sequenceBackward as sequenceTwin } from '../reference/sequence-backward.ts';
import { stepBackward as stepTwin } from '../reference/step-backward.ts';
import { arena, type CaseNumbers, caseNumbers, unwritten } from './case-buffers.ts';
import { isInUse } from './in-use.ts';
import { type HostBuffers, type KernelCase, written } from './kernel-case.ts';
import { cellKinds, isTried, type RecurrentShape, type RecurrentVariety, shapeLabel, timeStepsOf, varieties } from './recurrent-shape.ts';
import { recurrentTiles, smallestLayer } from './tiles.ts';
import { chained } from './tolerance.ts';

interface Form {
  readonly kernel: (options: StepBackwardOptions) => Kernel;
  readonly twin: (options: RecurrentBackwardOptions, call: Call, buffers: Buffers) => void;
  readonly isSequence: boolean;
  /** The carry that the first half of this step left is there from the beginning. */
  readonly findsCarry?: boolean;
}

const forms: readonly Form[] = [
  { kernel: sequenceBackward, twin: sequenceTwin, isSequence: true },
  { kernel: stepBackward, twin: stepTwin, isSequence: false },
];
const beforeForms: readonly Form[] = [
  { kernel: gruBeforeSequenceBackward, twin: beforeSequenceTwin, isSequence: true },
  { kernel: gruBeforeCandidateBackward, twin: candidateTwin, isSequence: false },
  { kernel: gruBeforeGatesBackward, twin: gatesTwin, isSequence: false, findsCarry: true },
];

function backwardCase(form: Form, shape: RecurrentShape, variety: RecurrentVariety): KernelCase {
  const { timeSteps } = shape;
  const kernel = form.kernel(shape);
  return {
    kernel,
    label: shapeLabel(shape, variety),
    tolerance: chained,
    make() {
      const { buffers, weightHidden } = backwardBuffers(form, shape, variety);
      const steps = Array.from({ length: timeSteps }, (_, t): Call => ({ weightHidden, begin: t, end: t + 1 })).reverse();
      const calls = form.isSequence ? [{ weightHidden, begin: 0, end: timeSteps }] : steps;
      return {
        buffers,
        calls,
        pieces: variety.pieces,
        expected(twin) {
          for (const call of calls) form.twin(shape, call, twin);
          return written(kernel, twin);
        },
      };
    },
  };
}

function backwardBuffers(
  { findsCarry }: Form,
  shape: RecurrentShape,
  { range = 'ordinary' }: RecurrentVariety,
): { buffers: HostBuffers; weightHidden: number } {
  const { cell, batch, hiddenSize, timeSteps } = shape;
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
    outputGradient: numbers.signed(timeSteps * batch * hiddenSize, size),
    // the last time step takes nothing from it
    carry: findsCarry ? numbers.signed(batch * hiddenSize, size) : unwritten(batch * hiddenSize),
  };
  return { buffers, weightHidden: parameters.at('weightHidden') };
}

/** What forward left in one plane of one row: sigmoids in (0, 1), tanh in (-1, 1), the GRU's fourth plane in between. */
function activated(numbers: CaseNumbers, cell: CellKind, plane: number, units: number, range: RecurrentVariety['range']): Float32Array {
  const isSigmoid = cell === 'lstm' ? plane !== 2 : plane < 2;
  if (range === 'saturated') return isSigmoid ? numbers.signs(units, 0.5).map((value) => value + 0.5) : numbers.signs(units, 1);
  return isSigmoid ? numbers.between(units, 0, 1) : numbers.signed(units, range === 'tiny' ? 1e-40 : 1);
}

/** Tiles in turn, whatever default models use, and a single time step. */
function shapesOf(form: Form, cell: CellKind, turn: number): readonly RecurrentShape[] {
  const shapes = recurrentTiles(cell, 'backward').map(
    (tile, number): RecurrentShape => ({ ...tile, cell, timeSteps: timeStepsOf(number + turn) }),
  );
  const chosen = shapes.filter((shape, number) => isTried(cell, form.isSequence, number) || isInUse(form.kernel(shape)));
  return [...chosen, { ...smallestLayer(cell, 'backward'), cell, timeSteps: 1 }];
}

export const backwardCases: readonly KernelCase[] = cellKinds.flatMap((cell) =>
  (cell === 'gru-before' ? beforeForms : forms).flatMap((form, turn) =>
    shapesOf(form, cell, turn).flatMap((shape) =>
      varieties(form.isSequence, shape.timeSteps).map((variety) => backwardCase(form, shape, variety)),
    ),
  ),
);
