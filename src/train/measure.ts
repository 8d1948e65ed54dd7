/** How well a model does on examples: its loss and its metric, from whole batches of outputs. */
import type { CodedBatch, Coder, Prediction } from '../data/coders/coder.ts';
import type { SeriesCoder } from '../data/coders/series.ts';
import type { ExampleKind, ExampleOf } from '../data/examples.ts';
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';
import { forecast } from './forecast.ts';
import { lossOf } from './loss-of-outputs.ts';
import type { Model } from './model.ts';

export interface MeasureOptions {
  /** Examples at a time; default 64, or all of them where they are fewer. */
  readonly batch?: number;
  /** Whether predictions are made and measured; default true. */
  readonly metric?: boolean;
}

export interface Measurement {
  /** Per counted target: nats, or squared error of the normalised values. */
  readonly loss: number;
  readonly metric?: { readonly name: Coder['metric']['name']; readonly better: 'higher' | 'lower'; readonly value: number };
  /** Examples measured. */
  readonly count: number;
  /** One per example, none without the metric. */
  readonly predictions: readonly Prediction[];
}

/**
 * Measures examples that a coder fits the model to.
 *
 * @throws InputError if there are none, or if the coder refuses one.
 */
export async function measure<Kind extends ExampleKind>(
  model: Model,
  coder: Coder<Kind>,
  examples: readonly ExampleOf<Kind>[],
  options: MeasureOptions = {},
): Promise<Measurement> {
  const { batch = Math.min(64, examples.length), metric: wantsMetric = true } = options;
  if (examples.length === 0) throw new InputError('measure must have at least one example, got none');
  requireInteger('batch', batch);
  const predictions: Prediction[] = [];
  let sum = 0;
  let counted = 0;
  for (let first = 0; first < examples.length; first += batch) {
    const part = examples.slice(first, first + batch);
    // a last batch that is not full repeats its last example, so that one plan serves all
    const full = [...part, ...new Array<ExampleOf<Kind>>(batch - part.length).fill(part[part.length - 1])];
    const coded = coder.encode(full);
    const { input, lengths, target } = coded;
    const told = model.spec.decoder ? { target: target as Int32Array } : {};
    const { output } = await model.forward({ input, lengths, batch, ...told });
    const { loss, count } = lossOf(model.spec, output, coded, { batch, rows: part.length });
    sum += loss * count;
    counted += count;
    if (wantsMetric) predictions.push(...(await predict(model, coder, full, coded, output)).slice(0, part.length));
  }
  const { name, better } = coder.metric;
  return {
    loss: sum / counted,
    ...(wantsMetric && { metric: { name, better, value: coder.measure(examples, predictions) } }),
    count: examples.length,
    predictions,
  };
}

async function predict<Kind extends ExampleKind>(
  model: Model,
  coder: Coder<Kind>,
  examples: readonly ExampleOf<Kind>[],
  { input, lengths }: CodedBatch,
  output: Float32Array,
): Promise<readonly Prediction[]> {
  if (coder.kind === 'series') {
    const series = examples as readonly ExampleOf<'series'>[];
    return coder.predictions(await forecast(model, coder as unknown as SeriesCoder, series), examples);
  }
  if (!model.spec.decoder) return coder.predictions(output, examples);
  const { ids } = await model.decode({ input, lengths, batch: examples.length, length: coder.timeSteps });
  return coder.predictions(ids, examples);
}
