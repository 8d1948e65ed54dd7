/** One training step of a whole model on the GPU, up to its gradients, beside the same model made of Float64 twins. */
import { lossSum } from '../../shaders/loss-sum.ts';
import { createExecutor } from '../gpu/executor.ts';
import { createLedger, type Ledger, TENSOR_USAGE } from '../gpu/ledger.ts';
import { readBuffers } from '../gpu/readback.ts';
import { createPlanBuilder } from '../plan/builder.ts';
import { CONTROL } from '../plan/host-tables.ts';
import { forwardCopies, pack, unpack } from '../plan/layout.ts';
import { createPlan, type Plan } from '../plan/plan.ts';
import type { AdapterProfile } from '../plan/profile.ts';
import { dispatchesOf } from '../plan/step.ts';
import { type Tensor, tensor } from '../plan/tensor.ts';
import { planTraining } from '../plan/training.ts';
import { backwardChain, forwardChain } from '../reference/chain.ts';
import { type Chain, createChain, gradientScale } from '../reference/chain-buffers.ts';
import type { ChainOptions } from '../reference/chain-layout.ts';
import { ignoredTarget } from '../reference/options.ts';
import { type Cell, modelSpec } from '../spec/model.ts';
import { trainSpec } from '../spec/train.ts';
import { type Batch, controlOf, writeBatch } from '../train/batches.ts';
import { padRows } from '../train/rows.ts';
import { compare, type Deviation, type Tolerance } from './tolerance.ts';

export interface TwinModel {
  readonly cell: Cell;
  readonly reset?: 'before';
  readonly bias: 'both' | 'input' | 'none';
  readonly layers: number;
  /** Units of each layer, and numbers per input. */
  readonly width: number;
  readonly batch: number;
  readonly timeSteps: number;
  /** Default false. */
  readonly bidirectional?: boolean;
  /** Whether rows end early: every length from T down to 1, over and over; default false. */
  readonly lengths?: boolean;
  /** Default 0. With two directions the widths must need no padding: which noise a unit gets follows from where it lies. */
  readonly dropout?: number;
  /** Within each layer, default 0; of both the same is true as of `dropout`. */
  readonly recurrentDropout?: number;
  readonly zoneout?: number;
  readonly zoneoutCell?: number;
  /** Default false. */
  readonly layerNorm?: boolean;
}

export interface StepResult {
  /** Mean over the targets that count. */
  readonly loss: number;
  readonly gradients: ReadonlyMap<string, ArrayLike<number>>;
}

export interface EngineStep extends StepResult {
  /** Names of the kernels that made it. */
  readonly kernels: readonly string[];
}

const classes = 5;

/** The model in twins: random parameters, inputs, targets (one of which does not count) and initial states, all of them f32 numbers. */
export function createTwin(model: TwinModel, parameterScale = 0.5): Chain {
  const { cell, reset, bias, layers, width, batch, timeSteps, bidirectional, lengths, layerNorm } = model;
  const { dropout, recurrentDropout, zoneout, zoneoutCell } = model;
  const options: ChainOptions = {
    cell,
    reset: reset ?? 'after',
    bias,
    batch,
    timeSteps,
    layers,
    units: width,
    padding: 1,
    input: { kind: 'vectors', size: width, vocabulary: 4 },
    loss: 'softmax',
    classes,
    labelSmoothing: 0,
    bidirectional,
    dropout,
    recurrentDropout,
    zoneout,
    zoneoutCell,
    layerNorm,
    lengths: lengths ? Array.from({ length: batch }, (_, row) => timeSteps - (row % timeSteps)) : undefined,
  };
  const chain = createChain(options, 1 + layers + width + batch);
  const { parameters, input, control } = chain.buffers;
  control[CONTROL.seed] = 1 + width;
  parameters.set(Float32Array.from(parameters, (value) => parameterScale * value));
  const initial = [...chain.layers, ...chain.reverse].flatMap(({ states, cells }) => [states, cells]);
  for (const values of [input, ...initial]) values.set(Float32Array.from(values));
  return chain;
}

/** Loss and gradients by parameter name, as the engine scales them: the mean over the targets that count. */
export function runTwin(chain: Chain): StepResult {
  const count = targetsOf(chain).reduce((sum, target) => sum + (target < 0 ? 0 : 1), 0);
  const loss = forwardChain(chain) / gradientScale / count;
  backwardChain(chain);
  const { gradients } = chain.buffers;
  const entries = [...chain.parameters.values()].map(({ name, offset, rows, columns }): [string, ArrayLike<number>] => [
    name,
    Array.from(gradients.subarray(offset, offset + rows * columns), (gradient) => gradient / gradientScale / count),
  ]);
  return { loss, gradients: new Map(entries) };
}

/** Class of each position, -1 where it does not count. */
export const targetsOf = ({ buffers }: Chain): Int32Array => Int32Array.from(buffers.targets, (id) => (id === ignoredTarget ? -1 : id));

/** The same step by the plan that the engine makes for this profile, but for its last phase: norm and update have cases of their own. */
export async function runEngine(device: GPUDevice, chain: Chain, profile: AdapterProfile): Promise<EngineStep> {
  const { cell, reset, bias, batch, timeSteps, layers, units, bidirectional, lengths, layerNorm } = chain.options;
  const { dropout, recurrentDropout, zoneout, zoneoutCell } = chain.options;
  const noise = { dropout, recurrentDropout, zoneout, zoneoutCell, layerNorm };
  const spec = modelSpec({
    input: { kind: 'vectors', size: units },
    recurrent: { cell: cell as Cell, hiddenSize: units, layers, bias, bidirectional, ...noise, ...(reset === 'before' ? { reset } : {}) },
    output: { kind: 'softmax', classes },
  });
  const train = trainSpec({ batch, timeSteps, lengths: lengths !== undefined });
  const training = planTraining(spec, train, profile);
  const { layout, tensors } = training;
  const { plan, sums } = withoutUpdate(training.plan, training.control);
  const ledger = createLedger(device);
  try {
    const flat = pack(layout, parametersOf(chain));
    const gradients = filled(ledger, 'gradients', new Float32Array(tensors.gradients.elements));
    const executor = await createExecutor(
      device,
      plan,
      new Map([
        ['parameters', filled(ledger, 'parameters', flat)],
        ['weights', filled(ledger, 'weights', forwardCopies(layout, flat))],
        ['gradients', gradients],
      ]),
    );
    try {
      const examples: Batch = { input: Float32Array.from(chain.buffers.input), target: targetsOf(chain), lengths };
      const window = writeBatch(spec, train, training, executor, undefined, examples);
      const control = controlOf(spec, train, window, { step: 1, slot: 0, previousSlot: 1, learningRate: 0 });
      control[CONTROL.seed] = chain.buffers.control[CONTROL.seed];
      executor.write(training.control, control);
      training.wiring.stack.layers.forEach(({ directions }, layer) => {
        directions.forEach(({ states, cells, isReversed }) => {
          const twin = (isReversed ? chain.reverse : chain.layers)[layer];
          const first = (values: ArrayLike<number>): Float32Array<ArrayBuffer> =>
            padRows(Float32Array.from(values).subarray(0, batch * units), units);
          executor.write(states, first(twin.states));
          if (cells) executor.write(cells, first(twin.cells));
        });
      });
      const encoder = device.createCommandEncoder({ label: 'twin model' });
      executor.encode(encoder);
      device.queue.submit([encoder.finish()]);
      const [sum, bytes] = await readBuffers(device, [
        { buffer: executor.bufferOf(sums), size: sums.bytes },
        { buffer: gradients, size: tensors.gradients.bytes },
      ]);
      return {
        loss: new Float32Array(sum)[0] / window.targetCount,
        gradients: unpack(layout, new Float32Array(bytes)),
        kernels: [...new Set(dispatchesOf(plan.steps).map(({ kernel }) => kernel.name))],
      };
    } finally {
      executor.destroy();
    }
  } finally {
    ledger.destroyAll();
  }
}

/** The plan up to the gradients, and the sum of its losses. */
function withoutUpdate({ name, profile, steps }: Plan, control: Tensor): { plan: Plan; sums: Tensor } {
  const norm = dispatchesOf(steps).find(({ kernel }) => kernel.name === 'gradient-norm');
  const losses = norm?.tensors.find((used) => used.name === 'losses');
  if (!losses) throw new Error(`plan ${name} must sum its losses in its norm, got none`);
  const sums = tensor('sums', ['W'], [1], 'kept');
  const builder = createPlanBuilder(profile);
  builder.dispatch('loss', 'loss sum', lossSum({ rows: losses.elements }), { control, losses, sums });
  const kept = steps.filter((step) => step.kind !== 'dispatch' || step.phase !== 'update');
  return { plan: createPlan(`${name} without update`, profile, [...kept, ...builder.steps]), sums };
}

function filled(ledger: Ledger, label: string, values: Float32Array<ArrayBuffer>): GPUBuffer {
  const buffer = ledger.create(label, values.byteLength, TENSOR_USAGE);
  ledger.device.queue.writeBuffer(buffer, 0, values);
  return buffer;
}

/** By PyTorch name. */
export const parametersOf = ({ parameters, buffers }: Chain): Map<string, Float32Array> =>
  new Map(
    [...parameters.values()].map(({ name, offset, rows, columns }) => [
      name,
      Float32Array.from(buffers.parameters.subarray(offset, offset + rows * columns)),
    ]),
  );

/** Loss and every gradient tensor, each within the tolerance. */
export function compareSteps(engine: StepResult, twin: StepResult, tolerance: Tolerance): readonly Deviation[] {
  return [
    compare('loss', [engine.loss], [twin.loss], tolerance),
    ...[...twin.gradients].map(([name, expected]) => compare(name, engine.gradients.get(name) ?? [], expected, tolerance)),
  ];
}
