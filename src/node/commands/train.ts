import { createModel, createTrainer, InputError, load, parameterCount, parameterTable, type Trainer } from '../../index.ts';
import { readCheckpoint, writeCheckpoint } from '../checkpoint-file.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { examplesTable } from '../example-job.ts';
import { requireWritable } from '../files.ts';
import type { Finish, Job } from '../job.ts';
import { chooseKernel } from '../kernel-choice.ts';
import { modelTable } from '../model-options.ts';
import { adapterName, openDevice, tellReplaced } from '../open-device.ts';
import { planJob } from '../plan-job.ts';
import { formatCount } from '../progress.ts';
import { fileTable } from '../read-source.ts';
import { createReporter } from '../reporter.ts';
import { samplingTable } from '../sampling.ts';
import { listenForStop } from '../stop.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { runTable } from '../text-run.ts';
import { timeNormsPlot } from '../time-norms-plot.ts';
import { trainLoop } from '../train-loop.ts';
import { trainTable } from '../train-options.ts';
import { scaleOnFirstBatch } from '../unit-variance.ts';

const outcomeTable = {
  'unit-variance': {
    kind: 'flag',
    help: 'before the first step scales the input weights of every layer until its pre-activations have variance 1 on the first batch (LSUV)',
  },
  'validate-every': {
    kind: 'integer',
    least: 1,
    help: 'steps between two measurements of the held-out part; default 100, more for a long one',
  },
  patience: {
    kind: 'integer',
    least: 1,
    help: 'measurements without improvement after which to stop; the best parameters are put back at the end',
  },
  out: { kind: 'text', placeholder: 'FILE', help: 'where the checkpoint goes: model.safetensors' },
  resume: { kind: 'text', placeholder: 'FILE', help: 'goes on with the run of a checkpoint, up to --steps' },
  ...jsonTable,
} as const;

/** What the shell calls a program whose reader has left. */
const CLOSED = 141;

export const trainCommand = defineCommand({
  name: 'train',
  summary: 'Trains a recurrent network on a built-in task, a text or a file of examples, every step of it on the GPU.',
  operands: ['<task | file>'],
  sections: [
    ['Model', modelTable],
    ['Training', trainTable],
    ['Data', { ...runTable, ...examplesTable, ...fileTable }],
    ['Text that is written at the end', samplingTable],
    ['Run', outcomeTable],
  ],
  async run(values, [name], terminal) {
    const { resume, out, patience, json = false } = values;
    const resumed = resume === undefined ? undefined : await readCheckpoint(resume);
    const job = await planJob(name, values, resumed);
    if (patience !== undefined && !job.measure)
      throw new InputError(`--patience must have a held-out part to watch, got --validation ${values.validation ?? 0}`);
    if (out !== undefined) await requireWritable(out);

    if (resumed && values['unit-variance'])
      throw new InputError('--unit-variance must be asked of a new run, got --resume, whose parameters are trained');

    const device = await openDevice(terminal);
    const tell = (sentence: string): void => terminal.err(`${sentence}\n`);
    const onReplaced = tellReplaced(terminal);
    const loaded = resumed && (await load(device, resumed.bytes, { name: resumed.name, onReplaced }));
    const model =
      loaded?.model ?? createModel(device, job.model, { ...job.engine, ...(await chooseKernel(device, job, tell)), onReplaced });
    if (job.vocabulary) model.vocabulary = job.vocabulary;
    const trainer = createTrainer(model, job.train);
    await loaded?.restore(trainer);
    await trainer.ready();
    const scaled = values['unit-variance'] ? [await scaleOnFirstBatch(model, job)] : [];

    for (const note of [...job.notes, ...scaled]) terminal.err(`${note}\n`);
    if (!json) terminal.out(`${headerOf(job, trainer, device)}\n`);
    const stop = listenForStop();
    const reporter = createReporter(terminal, { json, steps: job.steps });
    reporter.start(trainer.steps);
    const { batches, steps, measure } = job;
    const run = { steps, batches, ...(measure && { measure: () => measure(model, trainer) }) };
    const { loss, evaluation } = await trainLoop(trainer, run, {
      every: values['validate-every'] ?? job.interval,
      patience,
      signal: AbortSignal.any([stop.signal, terminal.closed]),
      reporter,
    });
    reporter.end();
    const seen = trainer.timeNorms.history.at(-1);
    if (seen && !json) terminal.out(`\n${timeNormsPlot(seen, terminal.columns)}\n`);
    if (out !== undefined) await writeCheckpoint(out, model, trainer, job.metadata);
    if (stop.exitCode !== undefined) {
      terminal.err(`Stopped after step ${trainer.steps}${out === undefined ? '; without --out nothing was kept' : `; wrote ${out}`}.\n`);
      return stop.exitCode;
    }
    stop.dispose();
    if (terminal.closed.aborted) return CLOSED;
    report(terminal, { json, steps: trainer.steps, loss, finish: await job.finish(model, evaluation), out });
    return 0;
  },
});

function headerOf({ model, header }: Job, trainer: Trainer, device: GPUDevice): string {
  const { cell, hiddenSize } = model.recurrent;
  const { dispatchesChunked } = trainer.plan.describe();
  return [
    `${cell} ${hiddenSize.join(', ')}: ${formatCount(parameterCount(parameterTable(model)))} parameters, ${dispatchesChunked} dispatches per step on ${adapterName(device.adapterInfo)}`,
    header,
  ].join('\n');
}

interface Outcome {
  readonly json: boolean;
  readonly steps: number;
  readonly loss: number;
  readonly finish: Finish;
  readonly out: string | undefined;
}

function report(terminal: Terminal, { json, steps, loss, finish, out }: Outcome): void {
  const { fields, sentence, sample } = finish;
  if (json) {
    writeJson(terminal, { done: true, steps, loss, ...fields, sample });
    return;
  }
  if (sentence !== undefined) terminal.out(`held out: ${sentence}\n`);
  if (out !== undefined) terminal.out(`wrote ${out}\n`);
  terminal.out(`\n${sample}\n`);
}
