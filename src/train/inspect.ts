/** A look inside: what gates, hidden states and cells were at every time step of one row, read from the GPU after a forward pass of their own. */
import type { ReadBack } from '../gpu/readback.ts';
import { gatePlanes } from '../plan/gate-planes.ts';
import type { RecurrentLayer } from '../plan/layers/recurrent.ts';
import type { Tensor } from '../plan/tensor.ts';
import { InputError } from '../spec/input-error.ts';
import type { Cell } from '../spec/model.ts';
import { requireInteger } from '../spec/validation.ts';
import { withoutPadding } from './decoding-run.ts';
import { type ForwardOptions, runForward } from './forward.ts';
import type { InferenceRun } from './inference-run.ts';
import type { Model } from './model.ts';
import type { ModelState } from './model-state.ts';
import { unpadRows } from './rows.ts';

export interface InspectOptions extends ForwardOptions {
  /** Which row of the batch; default the first, 0. */
  readonly row?: number;
}

/** One direction of one layer over the time steps T that the row really has. */
export interface LayerInspection {
  /** `l0`, `l0_reverse`, `encoder.l0`, ... */
  readonly name: string;
  readonly cell: Cell;
  readonly timeSteps: number;
  readonly hiddenSize: number;
  /** After their activations, [T, H] each: LSTM `input`, `forget`, `candidate`, `output`; GRU `reset`, `update`, `candidate`; none of an RNN. */
  readonly gates: Readonly<Record<string, Float32Array>>;
  /** h_t [T, H]. */
  readonly hidden: Float32Array;
  /** The LSTM's c_t [T, H]. */
  readonly cells?: Float32Array;
}

export interface Inspection {
  /** What reads first, the lowest layer first. All in the order of time; a reverse direction at t has read from the end down to t. */
  readonly layers: readonly LayerInspection[];
  /** The head's outputs of the row, [T, V]; [V] of many-to-one. */
  readonly output: Float32Array;
  /** With attention: how much each written step looked at each source step, [T, S]; each line sums to 1. */
  readonly alignment?: Float32Array;
}

/**
 * Runs a forward pass and reads what happened inside of one row. The plan is one of its own, in which no other tensor takes the gates' memory: made when
 * it is first wanted, kept with the model's other forward plans, and nothing where nobody looks. A training step cannot be looked into afterwards: its
 * reverse sweep puts gradients in the gates' place.
 *
 * @throws InputError as `forward` does, and for a row that the batch has not.
 */
export function inspect(model: Model, state: ModelState, { row = 0, ...options }: InspectOptions): Promise<Inspection> {
  const { spec } = model;
  requireInteger('row', row, 0);
  return runForward(model, state, options, true, async (run, readBack) => {
    const { stack, encoder, head, alignment } = run.inference.wiring;
    const { batch, timeSteps } = stack.options;
    if (row >= batch) throw new InputError(`row must be below ${batch}, the rows of the batch, got ${row}`);
    // what is read may end early, and so may what is told
    const read = { stack: encoder ?? stack, steps: options.lengths?.[row] ?? (encoder ?? stack).options.timeSteps };
    const told = { stack, steps: toldSteps(options, batch, row) ?? timeSteps };
    const parts = encoder ? [read, told] : [spec.decoder ? told : read];
    const directions = parts.flatMap((part) =>
      part.stack.layers.flatMap((layer) => layer.directions.map((direction) => ({ ...part, direction }))),
    );
    const wanted = [head.logits, ...(alignment ? [alignment] : []), ...directions.flatMap(({ direction }) => tensorsOf(direction))];
    const values = await readTensors(run, wanted, readBack);
    const rowOf = (tensor: Tensor, steps: number, skipped = 0) =>
      rowValues(values.get(tensor) as Float32Array, tensor, { batch, row, skipped, steps });
    const outputSteps = spec.architecture === 'many-to-one' ? 1 : parts[parts.length - 1].steps;
    const logits = values.get(head.logits) as Float32Array;
    const columns = logits.length / (head.timeSteps * batch);
    return {
      layers: directions.map(({ stack: { options: shape }, direction, steps }) => {
        const hiddenSize = shape.hiddenSize[direction.layer];
        const inTime = (each: Float32Array) => (direction.isReversed ? backwards(each, hiddenSize) : each);
        const stateRow = (tensor: Tensor) => inTime(unpadRows(rowOf(tensor, steps, 1), hiddenSize));
        const gates = rowOf(direction.gates, steps);
        return {
          name: direction.name,
          cell: spec.recurrent.cell,
          timeSteps: steps,
          hiddenSize,
          gates: Object.fromEntries(
            gatePlanes(direction.cell).map(({ name, plane }) => [name, inTime(unpadRows(planeOf(gates, direction, plane), hiddenSize))]),
          ),
          hidden: stateRow(direction.states),
          ...(direction.cells && { cells: stateRow(direction.cells) }),
        };
      }),
      output: unpadRows(every(logits, { batch, row, skipped: 0, steps: outputSteps }, columns), spec.output.classes),
      ...(alignment && encoder && { alignment: withoutPadding(rowOf(alignment, outputSteps), encoder.options.timeSteps) }),
    };
  });
}

const tensorsOf = ({ gates, states, cells }: RecurrentLayer): Tensor[] => [gates, states, ...(cells ? [cells] : [])];

async function readTensors({ executor }: InferenceRun, tensors: readonly Tensor[], readBack: ReadBack): Promise<Map<Tensor, Float32Array>> {
  const read = await readBack(tensors.map((tensor) => ({ buffer: executor.bufferOf(tensor), size: tensor.bytes })));
  return new Map(tensors.map((tensor, index) => [tensor, new Float32Array(read[index])]));
}

/** Time steps that the row is told to write: up to its first -1. */
function toldSteps({ target }: ForwardOptions, batch: number, row: number): number | undefined {
  if (!target) return undefined;
  let steps = 0;
  while (steps * batch < target.length && target[steps * batch + row] >= 0) steps++;
  return Math.max(1, steps);
}

interface Window {
  readonly batch: number;
  readonly row: number;
  /** Rows of time in front: the states begin with the initial one. */
  readonly skipped: number;
  readonly steps: number;
}

const rowValues = (values: Float32Array, { shape }: Tensor, window: Window): Float32Array => every(values, window, shape[shape.length - 1]);

/** [steps, columns] of [T, B, columns]. */
function every(values: Float32Array, { batch, row, skipped, steps }: Window, columns: number): Float32Array {
  const out = new Float32Array(steps * columns);
  for (let t = 0; t < steps; t++) {
    const from = ((t + skipped) * batch + row) * columns;
    out.set(values.subarray(from, from + columns), t * columns);
  }
  return out;
}

/** One plane [T, H] of gates [T, P·H], both padded. */
function planeOf(gates: Float32Array, { gates: { shape }, hiddenSize }: RecurrentLayer, plane: number): Float32Array {
  const columns = shape[2];
  const out = new Float32Array((gates.length / columns) * hiddenSize);
  for (let t = 0; t * columns < gates.length; t++) {
    const from = t * columns + plane * hiddenSize;
    out.set(gates.subarray(from, from + hiddenSize), t * hiddenSize);
  }
  return out;
}

/** The lines of [T, columns], the last first. */
function backwards(values: Float32Array, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  const steps = values.length / columns;
  for (let t = 0; t < steps; t++) out.set(values.subarray(t * columns, (t + 1) * columns), (steps - 1 - t) * columns);
  return out;
}
