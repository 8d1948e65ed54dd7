/** The end of a training step: clip, optimizer, schedule, forward copies and metrics, on the parameters of a small model. */
import { NO_TENSOR } from '../../shaders/common/clip.ts';
import { METRICS, METRICS_ELEMENTS } from '../../shaders/common/metrics.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { momentsOf, type UpdateOptions, update } from '../../shaders/update.ts';
import { chunkTable, forwardCopies, type ParameterLayout, planLayout } from '../plan/layout.ts';
import { normPieces } from '../plan/norm-pieces.ts';
import { sharingWorkgroup } from '../plan/strategy.ts';
import { type UpdateState, update as updateTwin } from '../reference/update.ts';
import { type ModelOptions, modelSpec } from '../spec/model.ts';
import { type OptimizerOptions, type OptimizerSpec, optimizerSpec } from '../spec/optimizer.ts';
import { parameterTable } from '../spec/parameters.ts';
import { learningRateFactor, type ScheduleOptions, scheduleSpec } from '../spec/schedule.ts';
import { caseNumbers, controlWords } from './case-buffers.ts';
import { profiles } from './in-use.ts';
import type { HostBuffers, KernelCase, Outputs } from './kernel-case.ts';
import { decodeMetrics, encodeNorm, notFinite, writePartial } from './norm-cases.ts';
import { exact, ofLargest, perElement } from './tolerance.ts';

export interface UpdateCase {
  readonly optimizer: OptimizerOptions;
  readonly schedule?: ScheduleOptions;
  /** Bounds of the gradient's norm, of the norm of each parameter's gradient, and of its values. */
  readonly norm?: number;
  readonly tensorNorm?: number;
  readonly value?: number;
  /** Bounds inside of the reverse sweep, and the largest that they met. */
  readonly stepValue?: readonly [bound: number, met: number];
  readonly stepNorm?: readonly [bound: number, met: number];
  /** Updates applied before; default 5. */
  readonly applied?: number;
  /** Of the gradients; default 1. */
  readonly scale?: number;
  /** A gradient is NaN. */
  readonly isBroken?: boolean;
  readonly pieces?: number;
  /** Whether a gradient that is not finite ends all updates, and whether there was one before. */
  readonly halts?: boolean;
  readonly halted?: boolean;
  /** Default true; false where the forward copies lie in f16. */
  readonly copies?: boolean;
  readonly hiddenSize?: number;
}

/** Every kind of forward copy: none (embedding), transposed (matrices), straight (biases). */
const layoutOf = (hiddenSize: number): ParameterLayout => {
  const model: ModelOptions = {
    input: { kind: 'tokens', vocabulary: 6, embedding: 3 },
    recurrent: { cell: 'lstm', hiddenSize },
    output: { kind: 'softmax', classes: 5 },
  };
  return planLayout(parameterTable(modelSpec(model)));
};

const slots = { slot: 4, previousSlot: 2 };
const loss = { sum: 12, scale: 0.25 };
/** 1 + index of the parameter that ended all updates before. */
const haltedBy = 2;
/** Counts before the update. */
const before = { skipped: 7, value: 3, tensor: 4, global: 5, stepValue: 6, stepNorm: 8 };

const tolerances = {
  change: ofLargest(1e-4, 'a change is seen as the difference of two parameters of up to 1 in f32, each rounded to 6e-8', 1e-3),
  moments: ofLargest(1e-6, 'a few f32 operations'),
  measured: perElement(1e-5, 1e-12, 'a few f32 operations, and the exp of a schedule'),
  copies: exact,
};
const cosine = 'WGSL allows cos an absolute error of 2^-11';
const cosineTolerances = { ...tolerances, change: ofLargest(1e-3, cosine), measured: perElement(1e-3, 1e-12, cosine) };

export function updateCase({
  schedule,
  norm,
  tensorNorm,
  value,
  stepValue,
  stepNorm,
  applied = 5,
  scale = 1,
  isBroken = false,
  pieces = 1,
  halts = false,
  halted = false,
  copies = true,
  hiddenSize = 5,
  ...rest
}: UpdateCase): KernelCase {
  const layout = layoutOf(hiddenSize);
  const optimizer = optimizerSpec({ learningRate: 0.01, ...rest.optimizer } as OptimizerOptions);
  const chosen = scheduleSpec(schedule);
  const chunks = chunkTable(layout);
  const { elements } = layout;
  const normRows = normPieces(layout, 3);
  const workgroups = normRows.length / 4;
  const broken = 2;
  const stepClip = { value: stepValue !== undefined, norm: stepNorm !== undefined };
  const kernel = update({
    optimizer,
    schedule: chosen,
    globalNorm: norm !== undefined,
    tensorNorm: tensorNorm !== undefined,
    valueClip: value !== undefined,
    timeStepClip: stepClip,
    elements,
    partials: workgroups,
    chunks: chunks.length / 8,
    copies,
    halts,
    // a software adapter's and a GPU's
    workgroupSize: sharingWorkgroup(profiles[pieces > 1 ? 1 : 0]),
  });
  const words = [
    wordsOf(rest.optimizer),
    schedule ? wordsOf(schedule) : '',
    norm ? `norm <= ${norm}` : '',
    tensorNorm ? `norms <= ${tensorNorm}` : '',
    value ? `values <= ${value}` : '',
    stepValue ? `values of states <= ${stepValue[0]}, met ${stepValue[1]}` : '',
    stepNorm ? `norms of states <= ${stepNorm[0]}, met ${stepNorm[1]}` : '',
    isBroken ? 'NaN' : '',
    halts ? 'halting' : '',
    halted ? 'halted' : '',
    copies ? '' : 'without copies',
  ];
  return {
    kernel,
    label: `${words.filter(Boolean).join('; ')}, ${elements} elements, gradients of ${scale}, after ${applied} updates, ${pieces} pieces`,
    tolerance: chosen.kind === 'cosine' ? cosineTolerances : tolerances,
    make() {
      const buffers = updateBuffers();
      return {
        buffers,
        calls: [{}],
        pieces,
        expected() {
          const state = stateOf(buffers);
          const factor = learningRateFactor(chosen, applied);
          const tensors = layout.packed.map(({ rows, columns }) => rows * columns);
          const { gradientNorm, skipped, clips } = updateTwin(
            {
              optimizer: optimizer as OptimizerSpec,
              valueClip: value,
              tensorNorm,
              tensors,
              globalNorm: norm,
              halted,
              learningRateFactor: factor,
            },
            state,
          );
          const valueNorm = clips.value.norm * clips.value.factor;
          const tensorEffect = tensorNorm === undefined ? [0, 1] : [clips.tensorNorm.norm, clips.tensorNorm.factor];
          const globalEffect = [clips.globalNorm.norm, clips.globalNorm.factor];
          const rate = optimizer.learningRate * factor;
          const measured = [
            loss.sum * loss.scale,
            gradientNorm,
            valueNorm,
            ...tensorEffect,
            ...globalEffect,
            rate,
            ...[stepValue, stepNorm].flatMap((clip) => (clip ? [clip[1]] : [])),
          ];
          const acted = (kind: keyof typeof clips): number => (!skipped && clips[kind].acted ? 1 : 0);
          const exceeded = ([bound, met]: readonly [number, number]): number => (!skipped && met > bound ? 1 : 0);
          const moments = [...state.moments[0], ...state.moments[1]].slice(0, momentsOf(optimizer.kind) * elements);
          return {
            change: state.parameters.map((parameter, i) => parameter - buffers.parameters[i]),
            moments,
            counts: Uint32Array.of(
              applied + (skipped ? 0 : 1),
              before.skipped + (skipped ? 1 : 0),
              halted ? haltedBy : isBroken ? broken + 1 : 0,
              before.value + acted('value'),
              before.tensor + acted('tensorNorm'),
              before.global + acted('globalNorm'),
              ...(stepValue ? [before.stepValue + exceeded(stepValue)] : []),
              ...(stepNorm ? [before.stepNorm + exceeded(stepNorm)] : []),
            ),
            // what a skipped update would have been scaled by says nothing
            measured: isBroken ? [measured[0]] : measured,
            copies: new Float64Array(copies ? layout.weightElements : 0),
          };
        },
        actual: (left) => actualOutputs(buffers, left),
      };
    },
  };

  function updateBuffers(): HostBuffers {
    const numbers = caseNumbers(53 + elements);
    const parameters = numbers.signed(elements);
    const gradients = numbers.signed(elements, scale);
    const partials = new Uint32Array(4 * (workgroups + 1)).fill(77);
    for (let w = 0; w < workgroups; w++) {
      const [first, end, tensor] = normRows.subarray(4 * w);
      const part = gradients.subarray(4 * first, 4 * end);
      const clippedPart = part.map((gradient) => Math.min(Math.max(gradient, -(value ?? Infinity)), value ?? Infinity));
      const raw = isBroken && tensor === broken ? { exponent: notFinite, sum: 1 } : encodeNorm(part);
      const isClipped = clippedPart.some((gradient, i) => gradient !== part[i]);
      writePartial(partials, w, tensor, { raw, clipped: encodeNorm(clippedPart), isClipped });
    }
    new Float32Array(partials.buffer).set([loss.sum, stepValue?.[1] ?? 0, stepNorm?.[1] ?? 0], 4 * workgroups);
    partials[4 * workgroups + 3] = NO_TENSOR;
    if (isBroken) gradients[layout.packed[broken].offset + 1] = Number.NaN;
    const metrics = new Uint32Array(6 * METRICS_ELEMENTS).fill(77);
    metrics[slots.previousSlot * METRICS_ELEMENTS + METRICS.applied] = applied;
    metrics[slots.previousSlot * METRICS_ELEMENTS + METRICS.skipped] = before.skipped;
    metrics[slots.previousSlot * METRICS_ELEMENTS + METRICS.notFinite] = halted ? haltedBy : 0;
    metrics[slots.previousSlot * METRICS_ELEMENTS + METRICS.valueClipped] = before.value;
    metrics[slots.previousSlot * METRICS_ELEMENTS + METRICS.tensorClipped] = before.tensor;
    metrics[slots.previousSlot * METRICS_ELEMENTS + METRICS.globalClipped] = before.global;
    metrics[slots.previousSlot * METRICS_ELEMENTS + METRICS.stepValueClipped] = before.stepValue;
    metrics[slots.previousSlot * METRICS_ELEMENTS + METRICS.stepNormClipped] = before.stepNorm;
    return {
      control: controlWords(
        0,
        {
          lossScale: loss.scale,
          learningRate: optimizer.learningRate,
          clipNorm: norm ?? 77,
          clipValue: value ?? 77,
          clipTensorNorm: tensorNorm ?? 77,
          clipStepValue: stepValue?.[0] ?? 77,
          clipStepNorm: stepNorm?.[0] ?? 77,
        },
        slots,
      ),
      chunks,
      partials,
      parameters,
      gradients,
      // squares are averaged in the second moment, and in RMSProp's only one
      moments: numbers
        .between(2 * elements, 0.01, 1)
        .subarray(0, momentsOf(optimizer.kind) * elements)
        .slice(),
      weights: forwardCopies(layout, parameters),
      metrics,
    };
  }

  function stateOf({ parameters, gradients, moments }: HostBuffers): UpdateState {
    const first = Float64Array.from({ length: elements }, (_, i) => moments[i] ?? 0);
    const second = Float64Array.from({ length: elements }, (_, i) => moments[elements + i] ?? 0);
    return {
      parameters: Float64Array.from(parameters),
      gradients: Float64Array.from(gradients),
      moments: [first, second],
      appliedSteps: applied,
    };
  }

  function actualOutputs(before: HostBuffers, left: HostBuffers): Outputs {
    const { counts, measured } = decodeMetrics(left.metrics, slots.slot, stepClip);
    const copies = forwardCopies(layout, left.parameters as Float32Array);
    return {
      change: Float64Array.from(left.parameters, (parameter, i) => parameter - before.parameters[i]),
      moments: left.moments ?? [],
      counts,
      measured: isBroken ? [measured[0]] : measured,
      copies: Float64Array.from(left.weights ?? [], (weight, i) => weight - copies[i]),
    };
  }
}

const wordsOf = (options: object): string =>
  Object.entries(options)
    .map(([name, value]) => (name === 'kind' ? value : `${name} ${value}`))
    .join(' ');

/** A case of a plan's kernel: its optimizer, schedule and clips, on the parameters of a small model. */
export function updateCaseOf({ options }: Kernel): KernelCase {
  const { optimizer, schedule, globalNorm, tensorNorm, valueClip, timeStepClip, copies, halts } = options as UpdateOptions;
  return updateCase({
    optimizer: optimizer as OptimizerOptions,
    schedule: schedule as ScheduleOptions,
    ...(globalNorm && { norm: 1 }),
    ...(tensorNorm && { tensorNorm: 3 }),
    ...(valueClip && { value: 0.5 }),
    ...(timeStepClip?.value && { stepValue: [0.5, 0.75] as const }),
    ...(timeStepClip?.norm && { stepNorm: [1, 2] as const }),
    copies,
    halts,
  });
}
