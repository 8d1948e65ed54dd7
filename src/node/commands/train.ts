import {
  createModel,
  createTrainer,
  type Evaluation,
  generate,
  InputError,
  load,
  type Model,
  parameterCount,
  parameterTable,
  type Trainer,
} from '../../index.ts';
import { readCheckpoint, writeCheckpoint } from '../checkpoint-file.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { requireWritable } from '../files.ts';
import { adapterName, openDevice } from '../open-device.ts';
import { formatCount } from '../progress.ts';
import { createReporter } from '../reporter.ts';
import { type Sampling, samplingOf, samplingTable } from '../sampling.ts';
import { modelTable, trainTable } from '../spec-options.ts';
import { listenForStop } from '../stop.ts';
import { type Terminal, writeJson } from '../terminal.ts';
import { baselinesOf, planRun, runTable, type TextRun } from '../text-run.ts';
import { naming, readSource } from '../text-source.ts';
import { trainOnText, validationInterval } from '../train-on-text.ts';

const outcomeTable = {
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
  summary: 'Trains a recurrent network to continue a text, character by character, every step of it on the GPU.',
  operands: ['<task | file.txt>'],
  sections: [
    ['Model', modelTable],
    ['Training', trainTable],
    ['Text', runTable],
    ['Sample at the end', samplingTable],
    ['Run', outcomeTable],
  ],
  async run(values, [name], terminal) {
    const { resume, out, patience, json = false } = values;
    const resumed = resume === undefined ? undefined : await readCheckpoint(resume);
    const run = planRun(await readSource(name), values, resumed);
    if (patience !== undefined && !run.heldOut)
      throw new InputError(`--patience must have a held-out part to watch, got --validation ${run.record.validation}`);
    const sampling = samplingOf({ ...values, seed: run.train.seed });
    naming('--prompt', () => run.vocabulary.encode(sampling.prompt ?? ''));
    if (out !== undefined) await requireWritable(out);

    const device = await openDevice(terminal);
    const { kernel } = run.record;
    const loaded = resumed && (await load(device, resumed.bytes, { name: resumed.name, kernel }));
    const model = loaded?.model ?? createModel(device, run.model, { kernel });
    model.vocabulary = run.vocabulary;
    const trainer = createTrainer(model, { ...run.train, kernel });
    await loaded?.restore(trainer);
    await trainer.ready();

    if (!json) terminal.out(`${headerOf(name, run, trainer, device)}\n`);
    const stop = listenForStop();
    const reporter = createReporter(terminal, { json, steps: run.steps });
    reporter.start(trainer.steps);
    const every = values['validate-every'] ?? validationInterval(run.heldOut);
    const { loss, evaluation } = await trainOnText(trainer, run, {
      every,
      patience,
      signal: AbortSignal.any([stop.signal, terminal.closed]),
      reporter,
    });
    reporter.end();
    if (out !== undefined) await writeCheckpoint(out, model, trainer, run.record);
    if (stop.exitCode !== undefined) {
      terminal.err(`Stopped after step ${trainer.steps}${out === undefined ? '; without --out nothing was kept' : `; wrote ${out}`}.\n`);
      return stop.exitCode;
    }
    stop.dispose();
    if (terminal.closed.aborted) return CLOSED;
    await report(terminal, { json, run, model, trainer, loss, evaluation, sampling, out });
    return 0;
  },
});

function headerOf(name: string, { model, train, parts }: TextRun, trainer: Trainer, device: GPUDevice): string {
  const { cell, hiddenSize } = model.recurrent;
  const { dispatchesChunked } = trainer.plan.describe();
  return [
    `${cell} ${hiddenSize.join(', ')}: ${formatCount(parameterCount(parameterTable(model)))} parameters, ${dispatchesChunked} dispatches per step on ${adapterName(device.adapterInfo)}`,
    `${name}: ${formatCount(parts.train.length)} characters to learn from, ${formatCount(parts.validation.length)} held out; batch ${train.batch}, ${train.timeSteps} time steps`,
  ].join('\n');
}

interface Outcome {
  readonly json: boolean;
  readonly run: TextRun;
  readonly model: Model;
  readonly trainer: Trainer;
  readonly loss: number;
  readonly evaluation: Evaluation | undefined;
  readonly sampling: Sampling;
  readonly out: string | undefined;
}

async function report(terminal: Terminal, { json, run, model, trainer, loss, evaluation, sampling, out }: Outcome): Promise<void> {
  const sample = await generate(model, sampling);
  const baselines = evaluation && baselinesOf(run.parts, run.vocabulary.size);
  if (json) {
    const measured = evaluation && {
      validationLoss: evaluation.loss,
      perplexity: evaluation.perplexity,
      bitsPerCharacter: evaluation.bitsPerCharacter,
      metric: { name: 'bits per character', value: evaluation.bitsPerCharacter, count: evaluation.count, baselines },
    };
    writeJson(terminal, { done: true, steps: trainer.steps, loss, ...(measured ?? { validationLoss: null, metric: null }), sample });
    return;
  }
  if (evaluation && baselines) {
    terminal.out(
      `held-out part: loss ${evaluation.loss.toFixed(4)} nats per character, perplexity ${evaluation.perplexity.toFixed(2)}, ` +
        `${evaluation.bitsPerCharacter.toFixed(3)} bits per character (unigram ${baselines.unigram.toFixed(3)}, trigram ${baselines.trigram.toFixed(3)})\n`,
    );
  }
  if (out !== undefined) terminal.out(`wrote ${out}\n`);
  terminal.out(`\n${sample}\n`);
}
