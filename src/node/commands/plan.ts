import {
  capacityOf,
  defaultProfile,
  describeChoice,
  type FasterKernel,
  fasterKernel,
  type ModelSpec,
  type Plan,
  parameterCount,
  parameterTable,
  planTraining,
  profileOf,
  type TrainSpec,
} from '../../index.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { examplesTable } from '../example-job.ts';
import { modelTable } from '../model-options.ts';
import { adapterName, openDevice } from '../open-device.ts';
import { planJob } from '../plan-job.ts';
import { formatCount } from '../progress.ts';
import { fileTable } from '../read-source.ts';
import { writeJson } from '../terminal.ts';
import { runTable } from '../text-run.ts';
import { trainTable } from '../train-options.ts';

type Kernel = 'sequence' | 'step' | 'wavefront' | 'mixed';

const deviceTable = {
  device: { kind: 'flag', help: "plans for this machine's adapter, with the recurrent kernels that are faster on it" },
  ...jsonTable,
} as const;

export const planCommand = defineCommand({
  name: 'plan',
  summary:
    'Prints what one training step will do: dispatches, operations, bytes. Needs no GPU: planned for a software adapter, unless --device asks for this one.',
  operands: ['<task | file>'],
  sections: [
    ['Model', modelTable],
    ['Training', trainTable],
    ['Data', { ...runTable, ...examplesTable, ...fileTable }],
    ['Adapter', deviceTable],
  ],
  async run(values, [name], terminal) {
    const { model, train, engine } = await planJob(name, values);
    const { kernel: wanted, weights } = engine;
    const device = values.device ? await openDevice(terminal) : undefined;
    const choice: FasterKernel = device ? await fasterKernel(device, model, train, engine) : engine;
    const known = device ? profileOf(device) : defaultProfile;
    const { kernel: chosen, products, flopPerMillisecond = known.flopPerMillisecond } = choice;
    const profile = { ...known, kernel: chosen, products, weights, flopPerMillisecond };
    const { plan } = planTraining(model, train, profile);
    const capacity = capacityOf(model, train, profile);
    const description = plan.describe();
    const { dispatches, dispatchesChunked } = description;
    const flop = Math.round(description.flop);
    const kernel = kernelOf(plan);
    const dispatchFormula = weights === 'f32' ? formulaOf(kernel, model, train) : undefined; // f16 has one more, which packs them
    const { layers } = model.recurrent;
    const { timeSteps } = train;
    const bytes = description.bytes + description.givenBytes;
    const parameters = parameterCount(parameterTable(model));
    if (values.json) {
      writeJson(terminal, {
        kernel,
        layers,
        timeSteps,
        dispatches,
        dispatchesChunked,
        flop,
        bytes,
        parameters,
        ...(dispatchFormula && { dispatchFormula }),
        mostTimeSteps: capacity.timeSteps,
        bytesPerTimeStep: capacity.bytesPerTimeStep,
        ...(device && {
          adapter: adapterName(device.adapterInfo),
          measured: choice.timed,
          measuredProducts: choice.timedProducts,
          flopPerMillisecond,
        }),
      });
      return 0;
    }
    terminal.out(
      `${plan.print()}\n\n` +
        `${kernel} kernel, ${layers} ${layers === 1 ? 'layer' : 'layers'}, ${timeSteps} time steps, ${formatCount(parameters)} parameters\n` +
        `${formatCount(dispatches)} dispatches per training step${dispatchFormula ? ` (at most ${dispatchFormula})` : ''}, ` +
        `${formatCount(dispatchesChunked)} after the work budget has cut the long ones\n` +
        `${formatCount(flop / 1e6)} million floating-point operations, ${formatCount(bytes)} bytes\n` +
        `${formatCount(capacity.bytesPerTimeStep / train.batch)} bytes per token of context; the adapter binds at most ${formatCount(capacity.timeSteps)} time steps (${capacity.tensor})\n` +
        (device
          ? `${adapterName(device.adapterInfo)}\n${wanted === 'auto' || choice.timedProducts ? `${describeChoice(choice)}\n` : ''}`
          : ''),
    );
    return 0;
  },
});

function kernelOf(plan: Plan): Kernel {
  const { kernels } = plan.describe();
  // directions beside each other have equal kernels
  const mixes = (step: Plan['steps'][number]): boolean =>
    step.kind === 'dispatch' && new Set(step.parts?.map((part) => part.kernel.code)).size > 1;
  if (plan.steps.some(mixes)) return 'wavefront';
  const isSequence = kernels.some((kernel) => /sequence-forward/.test(kernel));
  const isStep = kernels.some((kernel) => /step-forward|gates-forward/.test(kernel));
  return isSequence && isStep ? 'mixed' : isSequence ? 'sequence' : 'step';
}

/** The most dispatches of a training step before chunking, L layers and T time steps; undefined where no single formula holds. */
function formulaOf(kernel: Kernel, model: ModelSpec, { timeSteps: T, accumulate, recompute = T }: TrainSpec): string | undefined {
  if (kernel === 'mixed' || kernel === 'wavefront' || accumulate > 1 || recompute < T || !isPlain(model)) return undefined;
  const { layers: L, reset, recurrentDropout } = model.recurrent;
  // the operand of the first step
  const masks = recurrentDropout > 0 ? 1 : 0;
  if (kernel === 'sequence') return `5L + 8 = ${5 * L + 8}`;
  const [steps, others] = reset === 'before' ? [4, 4 + masks] : [2, 3 + masks];
  return `L(${steps}T + ${others}) + 8 = ${L * (steps * T + others) + 8}`;
}

/** One network in one direction that reads tokens one-hot and writes a token each: what the formulas count. */
const isPlain = ({ recurrent, input, architecture }: ModelSpec): boolean =>
  architecture === 'many-to-many' &&
  !recurrent.bidirectional &&
  !recurrent.layerNorm &&
  recurrent.dropout === 0 &&
  input.kind === 'tokens' &&
  input.embedding === 0;
