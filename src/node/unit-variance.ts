/** `train --unit-variance`: the first batch of a job, on which its model's input weights are scaled. */
import type { Batch, Model, RunSource } from '../index.ts';
import { InputError, scaleToUnitVariance } from '../index.ts';
import type { Job } from './job.ts';

/** Scales the model as a new run of the job begins; what it did, in a sentence. */
export async function scaleOnFirstBatch(model: Model, { train, batches }: Job): Promise<string> {
  const rows = train.batch * train.accumulate;
  const { input, lengths } = await firstOf(batches(0));
  const layers = await scaleToUnitVariance(model, { input, batch: rows, ...(lengths && { lengths }) });
  const scaled = layers.map(
    ({ name, before, factor }) => `${name} times ${factor.toPrecision(3)} (variance ${before.toPrecision(3)} before)`,
  );
  return `input weights scaled to pre-activations of variance 1: ${scaled.join(', ')}`;
}

/** Inputs [T, B] of the first step. */
async function firstOf(source: RunSource): Promise<Pick<Batch, 'input' | 'lengths'>> {
  if ('kind' in source && source.kind === 'token-stream') {
    const { tokens, batch, timeSteps } = source;
    const { starts } = source.window(0);
    return {
      input: Int32Array.from({ length: timeSteps * batch }, (_, place) => tokens[starts[place % batch] + Math.floor(place / batch)]),
    };
  }
  for await (const batch of source as Iterable<Batch> | AsyncIterable<Batch>) return batch;
  throw new InputError('unit variance must have a first batch to measure, got none');
}
