/** The recurrent layers forward, in every tile, input and bias. */
import type { CellKind } from '../../shaders/common/cell.ts';
import { type ForwardForm, type ForwardShape, forwardBeforeForms, forwardCase, forwardForms, forwardKernel } from './forward-case.ts';
import { isInUse } from './in-use.ts';
import type { KernelCase } from './kernel-case.ts';
import { inInference, inTraining } from './recurrent-noise.ts';
import { cellKinds, isTried, timeStepsOf, varieties } from './recurrent-shape.ts';
import { aloneTiles, quickLayer, recurrentTiles, sharedTiles, smallestLayer } from './tiles.ts';

const inputs = ['tokens', 'projected'] as const;
const biases = ['both', 'input', 'none'] as const;

/** Tiles with inputs and biases in turn, what default models use beside them, and a single time step. */
function shapesOf(form: ForwardForm, cell: CellKind, turn: number): readonly ForwardShape[] {
  const tiles = recurrentTiles(cell, 'forward');
  const variantOf = (shape: ForwardShape): string => forwardKernel(form, shape).variant;
  const tried = tiles
    .filter((_, number) => isTried(cell, form.isSequence, number))
    .map((tile, index): ForwardShape => {
      const input = inputs[(index + turn) % 2];
      return { ...tile, cell, timeSteps: timeStepsOf(index), input, bias: biases[Math.floor(index / 2) % 3] };
    });
  const known = new Set(tried.map(variantOf));
  const inUse = tiles
    .flatMap((tile) => inputs.map((input): ForwardShape => ({ ...tile, cell, timeSteps: 4, input, bias: 'both' })))
    .filter((shape) => isInUse(forwardKernel(form, shape)) && !known.has(variantOf(shape)));
  const ended = { ...quickLayer(cell, 'forward'), cell, timeSteps: 5, lengths: true, input: inputs[turn % 2], bias: 'both' } as const;
  const noises = [
    { ...ended, lengths: false, ...inTraining },
    { ...ended, ...inTraining },
    { ...ended, ...inInference },
  ];
  // half a step knows neither lengths nor zoneout
  const noisy = form.finds === 'states' ? noises.slice(0, 1) : noises;
  // every tile in turns of inputs and biases, and all else that there is once
  const shared = (form.isSequence ? [] : sharedTiles(cell, 'forward')).flatMap((tile, index): readonly ForwardShape[] => {
    const shape = { ...tile, cell, timeSteps: 3, input: inputs[(index + turn) % 2], bias: biases[index % 3] };
    return index === 0 ? [shape, { ...shape, ...inTraining, lengths: form.finds !== 'states' }] : [shape];
  });
  const alone = (form.isSequence && cell !== 'gru-before' ? aloneTiles(cell, 'forward') : [])
    .filter((_, number) => isTried(cell, true, number))
    .flatMap((tile, index): readonly ForwardShape[] => {
      const shape = { ...tile, cell, timeSteps: timeStepsOf(index), input: inputs[index % 2], bias: biases[index % 3] };
      return index > 0
        ? [shape]
        : [shape, { ...shape, input: 'projected' }, { ...shape, ...inTraining, lengths: true }, { ...shape, timeSteps: 1, bias: 'none' }];
    });
  return [
    ...tried,
    ...inUse,
    ...shared,
    ...alone,
    ended,
    ...noisy,
    { ...smallestLayer(cell, 'forward'), cell, timeSteps: 1, input: inputs[turn % 2], bias: 'both' },
  ];
}

export const forwardCases: readonly KernelCase[] = cellKinds.flatMap((cell) =>
  (cell === 'gru-before' ? forwardBeforeForms : forwardForms).flatMap((form, turn) =>
    shapesOf(form, cell, turn).flatMap((shape) =>
      varieties(form.isSequence, shape.timeSteps).map((variety) => forwardCase(form, shape, variety)),
    ),
  ),
);
