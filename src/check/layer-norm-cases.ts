/** Layer normalisation within the recurrence: every cell in both directions of time, and the rows around it. */
import type { CellKind } from '../../shaders/common/cell.ts';
import { CELLS } from '../../shaders/common/cell.ts';
import type { StepHalf } from '../../shaders/common/layer-norm-forward.ts';
import type { KernelCase } from './kernel-case.ts';
import { type NormedBackwardForm, type NormedBackwardShape, normedBackwardCase, normedBackwardForms } from './layer-norm-backward-case.ts';
import { type NormedForwardForm, type NormedForwardShape, normedForwardCase, normedForwardForms } from './layer-norm-forward-case.ts';
import { gainCase, rowsBackwardCase, rowsCase } from './layer-norm-rows-case.ts';
import { inInference, inTraining } from './recurrent-noise.ts';
import { cellKinds, type RecurrentVariety, varieties } from './recurrent-shape.ts';
import { quickLayer, recurrentTiles, smallestLayer, stagedLayer } from './tiles.ts';

/** The plainest shape of a cell in all varieties, the others as they are. */
const varietiesOf = (index: number, isSequence: boolean): readonly RecurrentVariety[] => (index === 0 ? varieties(isSequence, 5) : [{}]);

const halvesOf = (cell: CellKind, isSequence: boolean) =>
  cell === 'gru-before' && !isSequence ? (['gates', 'candidate'] as const) : ([undefined] as const);

/** The tile of a GPU and, of the LSTM, those of software adapters with and without lanes; padding of one unit in turn, lengths, noise. */
function forwardShapes({ isSequence }: NormedForwardForm, cell: CellKind): readonly NormedForwardShape[] {
  const quick = { ...quickLayer(cell, 'forward'), cell, timeSteps: 5, units: 7, recurrentBias: true };
  const [first, ...others] = recurrentTiles(cell, 'forward').filter(({ hiddenSize }) => hiddenSize <= 32);
  const tiles = isSequence && cell === 'lstm' ? [first, ...others.slice(-1)] : [];
  return [
    quick,
    { ...quick, units: 8, recurrentBias: false },
    { ...quick, lengths: true },
    { ...quick, ...inTraining, lengths: true },
    { ...quick, ...inInference },
    ...(isSequence ? [] : [{ ...quick, workgroupSize: 4, hiddenSize: 20, units: 18 }]),
    ...tiles.map((tile) => ({ ...tile, cell, timeSteps: 3, units: tile.hiddenSize, recurrentBias: true })),
    ...(isSequence
      ? [{ ...stagedLayer(cell, 'forward'), ...inTraining, cell, timeSteps: 5, units: 18, recurrentBias: true, lengths: true }]
      : []),
    { ...smallestLayer(cell, 'forward'), cell, timeSteps: 1, units: 3, recurrentBias: true },
  ];
}

function backwardShapes({ isSequence }: NormedBackwardForm, cell: CellKind): readonly NormedBackwardShape[] {
  const quick = { ...quickLayer(cell, 'backward'), cell, timeSteps: 5, units: 7 };
  const [first, ...others] = recurrentTiles(cell, 'backward').filter(({ hiddenSize }) => hiddenSize <= 32);
  const tiles = isSequence && cell === 'lstm' ? [first, ...others.slice(-1)] : [];
  const isLstm = cell === 'lstm';
  const all = { ...inTraining, lengths: true, initial: true, finalCell: isLstm, keepsCells: isLstm, clip: { value: true, norm: true } };
  return [
    quick,
    { ...quick, units: 8, lengths: true },
    { ...quick, initial: true },
    { ...quick, ...inTraining, lengths: true, initial: true, finalCell: isLstm },
    ...(isLstm ? [{ ...quick, keepsCells: true }] : []),
    { ...quick, clip: { value: true, norm: false } },
    { ...quick, ...all, recurrentDropout: undefined, zoneout: undefined },
    { ...quick, ...inTraining, lengths: true, clip: { value: true, norm: true } },
    ...(isSequence ? [] : [{ ...quick, workgroupSize: 4, hiddenSize: 20, units: 18 }]),
    ...tiles.map((tile) => ({ ...tile, cell, timeSteps: 3, units: tile.hiddenSize })),
    ...(isSequence ? [{ ...stagedLayer(cell, 'backward'), ...all, cell, timeSteps: 5, units: 18 }] : []),
    { ...smallestLayer(cell, 'backward'), cell, timeSteps: 1, units: 3 },
  ];
}

/** The second half of a turn of the GRU with reset before has nothing to clip. */
const shapesOfHalf = (shapes: readonly NormedBackwardShape[], half?: StepHalf): readonly NormedBackwardShape[] =>
  half === 'gates' ? shapes.filter(({ clip }) => !clip) : shapes;

const recurrentCases = cellKinds.flatMap((cell) => [
  ...normedForwardForms.flatMap((form) =>
    halvesOf(cell, form.isSequence).flatMap((half) =>
      forwardShapes(form, cell).flatMap((shape, index) =>
        varietiesOf(index, form.isSequence).map((variety) => normedForwardCase(form, half ? { ...shape, half } : shape, variety)),
      ),
    ),
  ),
  ...normedBackwardForms.flatMap((form) =>
    halvesOf(cell, form.isSequence).flatMap((half) =>
      shapesOfHalf(backwardShapes(form, cell), half).flatMap((shape, index) =>
        [...varietiesOf(index, form.isSequence), ...(shape.keepsCells ? [{ forgetsCells: true }] : [])].map((variety) =>
          normedBackwardCase(form, half ? { ...shape, half } : shape, variety),
        ),
      ),
    ),
  ),
]);

/** Rows of a layer of 18 units, the last of a longer list. */
const rowsOf = (cell: CellKind, workgroupSize: number) => {
  const { gates, planes } = CELLS[cell];
  return { rows: 11, positions: 13, gates, planes, hiddenSize: 20, units: 18, workgroupSize };
};

const rowCases = (['lstm', 'gru', 'rnn-tanh'] as const).flatMap((cell) =>
  [4, 16, 64].flatMap((workgroupSize) => {
    const options = rowsOf(cell, workgroupSize);
    const { gates, planes, hiddenSize } = options;
    const strides = { rows: 13, hiddenSize, deltaStride: planes * hiddenSize, normedStride: gates * hiddenSize };
    const apart = cell === 'gru' ? [0, 1, 3] : Array.from({ length: gates }, (_, gate) => gate);
    return [
      ...[true, false].flatMap((tokens) => [
        rowsCase({ ...options, tokens, bias: true }),
        rowsCase({ ...options, tokens, bias: false, units: 20 }, { scale: 'tiny', pieces: 2 }),
      ]),
      rowsBackwardCase(options),
      rowsBackwardCase({ ...options, apart: true }),
      rowsBackwardCase({ ...options, units: 20 }, { pieces: 3 }),
      rowsBackwardCase(options, { scale: 'tiny' }),
      gainCase({ ...strides, planes: apart, bias: true, workgroupSize }),
      gainCase({ ...strides, rows: 3, planes: apart, bias: false, workgroupSize }, { pieces: 2 }),
    ];
  }),
);

export const layerNormCases: readonly KernelCase[] = [
  ...recurrentCases,
  ...rowCases,
  // in one pass squares of 1e6 would leave nothing of a variance of 0.3
  rowsCase({ ...rowsOf('lstm', 16), tokens: false, bias: true }, { scale: 'far' }),
];
