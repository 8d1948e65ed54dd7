// One training of Retrograde through its public API: the numbers that it starts from, which PyTorch gets too, and its step.
import {
  type Batch,
  createModel,
  createTrainer,
  type DispatchTime,
  describeChoice,
  fasterKernel,
  type TrainOptions,
} from '../../../src/index.ts';
import { makeData } from '../../src/data.ts';
import { toTimeMajor } from '../../src/peers/time-major.ts';
import { BETA1, BETA2, type Cell, CLIP, EPS, LR } from '../../src/workload.ts';
import { modelOf, type Size } from './size.ts';
import type { Steps } from './timing.ts';

export const optimizer = { learningRate: LR, beta1: BETA1, beta2: BETA2, epsilon: EPS, clip: CLIP } as const;

export interface Training extends Steps {
  readonly batch: Batch;
  /** What was measured to choose the kernels, before the first step and its time. */
  readonly choice: string;
  /** By their PyTorch names, before the first step. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Of one step. */
  readonly dispatches: number;
  /** Of the GPU, model and trainer. */
  readonly bytes: number;
  /** Milliseconds of each kernel of a step by timestamps, the slowest first; undefined where the adapter has none. */
  kernels(): Promise<KernelTime[] | undefined>;
  destroy(): void;
}

export interface KernelTime {
  readonly kernel: string;
  readonly ms: number;
  readonly dispatches: number;
}

export async function createTraining(device: GPUDevice, size: Size, cell: Cell): Promise<Training> {
  const modelOptions = modelOf(size, cell);
  const trainOptions: TrainOptions = {
    batch: size.batch,
    timeSteps: size.timeSteps,
    lengths: false,
    loss: { reduction: 'sum' },
    clip: { globalNorm: CLIP },
    optimizer: { kind: 'adam', learningRate: LR, beta1: BETA1, beta2: BETA2, epsilon: EPS },
  };
  // as `retrograde train` does
  const choice = await fasterKernel(device, modelOptions, trainOptions);
  const { kernel, products, flopPerMillisecond } = choice;
  // the whole table of kernels was checked before
  const model = createModel(device, modelOptions, { kernel, products, flopPerMillisecond, selfTest: false });
  const parameters = await model.parameters.read();
  const trainer = createTrainer(model, trainOptions);
  const batch = makeBatch(size, cell);
  return {
    batch,
    choice: describeChoice(choice),
    parameters,
    get dispatches() {
      return trainer.dispatches / trainer.steps;
    },
    get bytes() {
      return trainer.bytes;
    },
    step: async () => (await trainer.step(batch)).loss,
    submit: () => trainer.submit(batch),
    idle: () => trainer.idle(),
    async kernels() {
      if (!device.features.has('timestamp-query')) return undefined;
      return byKernel(await trainer.profile(batch));
    },
    destroy() {
      trainer.destroy();
      model.destroy();
    },
  };
}

/** Sums the dispatches of each kernel; the slowest kernel first. */
export function byKernel(times: readonly Pick<DispatchTime, 'kernel' | 'milliseconds'>[]): KernelTime[] {
  const sums = new Map<string, { ms: number; dispatches: number }>();
  for (const { kernel, milliseconds } of times) {
    const { ms, dispatches } = sums.get(kernel) ?? { ms: 0, dispatches: 0 };
    sums.set(kernel, { ms: ms + milliseconds, dispatches: dispatches + 1 });
  }
  return [...sums].map(([kernel, sum]) => ({ kernel, ...sum })).sort((a, b) => b.ms - a.ms);
}

/** Input [T, B] or [T, B, I] and targets [T, B] of a size, the same in every run. */
export function makeBatch({ input, batch: B, timeSteps: T, inputSize, hiddenSize: H, classes: O }: Size, cell: Cell): Batch {
  const workload = { work: 'train', cell, B, T, E: 0, L: 1, H, O } as const;
  const tokens = { ...workload, task: 'A', I: O } as const;
  const vectors = { ...workload, task: 'B', I: inputSize } as const;
  const { x, y } = makeData(tokens);
  return {
    input: input === 'tokens' ? toTimeMajor(x, B, T, 1) : toTimeMajor(makeData(vectors).x, B, T, inputSize),
    target: toTimeMajor(y, B, T, 1),
  };
}
