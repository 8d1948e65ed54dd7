/** The recurrent layers in reverse, in every tile. */
import type { CellKind } from '../../shaders/common/cell.ts';
import { type BackwardForm, type BackwardShape, backwardBeforeForms, backwardCase, backwardForms, clipForm } from './backward-case.ts';
import { isInUse } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';
import { inTraining } from './recurrent-noise.ts';
import { cellKinds, isTried, type RecurrentShape, type RecurrentVariety, timeStepsOf, varieties } from './recurrent-shape.ts';
import { aloneTiles, quickLayer, recurrentTiles, sharedTiles, smallestLayer, stagedLayer } from './tiles.ts';

/** Tiles in turn, whatever default models use, rows that end early, wanted gradients of initial states, and a single time step. */
function shapesOf(form: BackwardForm, cell: CellKind, turn: number): readonly BackwardShape[] {
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
  const kept: readonly BackwardShape[] = cell === 'lstm' ? keptCells.map((options) => ({ ...quick, ...options })) : [];
  const shared = (form.isSequence ? [] : sharedTiles(cell, 'backward')).map((tile): BackwardShape => ({ ...tile, cell, timeSteps: 3 }));
  return [
    ...chosen,
    ...shared,
    ...shared.slice(0, 1).map((shape) => ({ ...shape, ...inTraining, lengths: true, initial: true, finalCell: cell === 'lstm' })),
    ...ends,
    ...kept,
    ...(form.ignoresClip ? [] : clipsOf(quick)),
    ...(form.isSequence ? [stagedOf(cell)] : []),
    ...(form.isSequence && cell !== 'gru-before' ? aloneOf(cell) : []),
    { ...smallestLayer(cell, 'backward'), cell, timeSteps: 1 },
  ];
}

/** All there is at once, handed over through storage. */
const stagedOf = (cell: CellKind): BackwardShape => ({
  ...stagedLayer(cell, 'backward'),
  ...inTraining,
  cell,
  timeSteps: 5,
  lengths: true,
  initial: true,
  finalCell: cell === 'lstm',
  keepsCells: cell === 'lstm',
  clip: { value: true, norm: true },
});

/** Threads that own rows alone: every tile, and with the first all else that there is but a clip by norm. */
const aloneOf = (cell: CellKind): readonly BackwardShape[] =>
  aloneTiles(cell, 'backward')
    .filter((_, number) => isTried(cell, true, number))
    .flatMap((tile, index): readonly BackwardShape[] => {
      const shape = { ...tile, cell, timeSteps: timeStepsOf(index) };
      const all = { ...stagedOf(cell), ...tile, clip: { value: true, norm: false } };
      return index === 0 ? [shape, all] : [shape];
    });

/** The LSTM's gradient of every cell. */
const keptCells: readonly Partial<BackwardShape>[] = [
  { keepsCells: true },
  { keepsCells: true, lengths: true },
  { keepsCells: true, lengths: true, initial: true, finalCell: true, clip: { value: true, norm: false } },
];

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
  return [norm, all, noisy, { ...norm, workgroupSize: 4 }, ...(cell === 'lstm' ? [{ ...all, keepsCells: true }] : [])];
};

const varietiesOf = ({ timeSteps, keepsCells }: BackwardShape, isSequence: boolean): readonly RecurrentVariety[] => {
  const kept = varieties(isSequence, timeSteps);
  return keepsCells ? kept.flatMap((variety) => [variety, { ...variety, forgetsCells: true }]) : kept;
};

export const backwardCases: readonly KernelCase[] = cellKinds.flatMap((cell) =>
  (cell === 'gru-before' ? backwardBeforeForms : backwardForms)
    .flatMap((form, turn) =>
      shapesOf(form, cell, turn).flatMap((shape) =>
        varietiesOf(shape, form.isSequence).map((variety) => backwardCase(form, shape, variety)),
      ),
    )
    .concat(clipShapes(cell).flatMap((shape) => varietiesOf(shape, false).map((variety) => backwardCase(clipForm, shape, variety)))),
);
