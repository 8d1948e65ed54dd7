import type { CheckpointFile } from './checkpoint-file.ts';
import { type ExampleValues, planExampleJob } from './example-job.ts';
import type { Job } from './job.ts';
import type { OptionValues } from './options.ts';
import { type FileValues, readSource } from './read-source.ts';
import { samplingOf, type samplingTable } from './sampling.ts';
import { planTextJob } from './text-job.ts';
import type { TextValues } from './text-run.ts';

export type JobValues = TextValues & ExampleValues & FileValues & OptionValues<typeof samplingTable>;

/**
 * The run over a task, a file or a folder that the options ask for; with a checkpoint the rest of its run.
 *
 * @throws InputError for data that cannot be read, options that are not possible, and data that are not the checkpoint's.
 */
export async function planJob(name: string, values: JobValues, resumed?: CheckpointFile): Promise<Job> {
  const validation = values.validation ?? resumed?.run?.validation;
  const source = await readSource(name, { ...values, ...(validation !== undefined && { validation }) }, resumed?.coder);
  return source.kind === 'text'
    ? planTextJob(source, values, (seed) => samplingOf({ ...values, seed }), resumed)
    : planExampleJob(source, values, resumed);
}
