import {
  defaultProfile,
  type ModelSpec,
  type PlanDescription,
  parameterCount,
  parameterTable,
  planTraining,
  type TrainSpec,
} from '../../index.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { examplesTable } from '../example-job.ts';
import { planJob } from '../plan-job.ts';
import { formatCount } from '../progress.ts';
import { fileTable } from '../read-source.ts';
import { modelTable, trainTable } from '../spec-options.ts';
import { writeJson } from '../terminal.ts';
import { runTable } from '../text-run.ts';

type Kernel = 'sequence' | 'step' | 'mixed';

export const planCommand = defineCommand({
  name: 'plan',
  summary: 'Prints what one training step will do: dispatches, operations, bytes. Needs no GPU; planned for a software adapter.',
  operands: ['<task | file>'],
  sections: [
    ['Model', modelTable],
    ['Training', trainTable],
    ['Data', { ...runTable, ...examplesTable, ...fileTable, ...jsonTable }],
  ],
  async run(values, [name], terminal) {
    const { model, train, kernel: chosen } = await planJob(name, values);
    const { plan } = planTraining(model, train, { ...defaultProfile, kernel: chosen });
    const description = plan.describe();
    const { dispatches, dispatchesChunked } = description;
    const flop = Math.round(description.flop);
    const kernel = kernelOf(description);
    const dispatchFormula = formulaOf(kernel, model, train);
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
      });
      return 0;
    }
    terminal.out(
      `${plan.print()}\n\n` +
        `${kernel} kernel, ${layers} ${layers === 1 ? 'layer' : 'layers'}, ${timeSteps} time steps, ${formatCount(parameters)} parameters\n` +
        `${formatCount(dispatches)} dispatches per training step${dispatchFormula ? ` (at most ${dispatchFormula})` : ''}, ` +
        `${formatCount(dispatchesChunked)} after the work budget has cut the long ones\n` +
        `${formatCount(flop / 1e6)} million floating-point operations, ${formatCount(bytes)} bytes\n`,
    );
    return 0;
  },
});

function kernelOf({ kernels }: PlanDescription): Kernel {
  const isSequence = kernels.some((kernel) => /sequence-forward/.test(kernel));
  const isStep = kernels.some((kernel) => /step-forward|gates-forward/.test(kernel));
  return isSequence && isStep ? 'mixed' : isSequence ? 'sequence' : 'step';
}

/** The most dispatches of a training step before chunking, L layers and T time steps; undefined where no single formula holds. */
function formulaOf(kernel: Kernel, model: ModelSpec, { timeSteps: T, accumulate }: TrainSpec): string | undefined {
  if (kernel === 'mixed' || accumulate > 1 || !isPlain(model)) return undefined;
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
