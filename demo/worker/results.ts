/** What a network makes of one example, as data that can be drawn; one function per kind of example. */
import type { Example, ExampleOf, Image } from '../../src/data/examples.ts';
import { vocabularyFromJSON } from '../../src/data/vocabulary.ts';
import { type Coder, forecast, InputError, type Model, type SeriesCoder, type Vocabulary } from '../../src/index.ts';
import type { Query, Result } from '../protocol.ts';

export interface Results {
  /** @param known how many values of a series the network is given; default: all but the horizon */
  show(model: Model, example: Example, known?: number): Promise<Result>;
  /** @throws InputError for what this network cannot read */
  answer(model: Model, query: Query): Promise<Result>;
}

/** What a coder says of itself in a checkpoint, as far as results need it. */
interface Written {
  readonly labels?: readonly string[];
  readonly vocabulary?: Parameters<typeof vocabularyFromJSON>[0];
  readonly source?: Parameters<typeof vocabularyFromJSON>[0];
  readonly target?: Parameters<typeof vocabularyFromJSON>[0];
  readonly valueScale?: { readonly mean: number; readonly deviation: number };
}

export function createResults(coder: Coder): Results {
  const written = JSON.parse(JSON.stringify(coder)) as Written;
  const vocabularyOf = (json: unknown): Vocabulary | undefined => (json === undefined ? undefined : vocabularyFromJSON(json));
  const reads = vocabularyOf(written.vocabulary) ?? vocabularyOf(written.source);
  const writes = vocabularyOf(written.target);
  const labels = written.labels ?? [];

  /** Outputs [prefixes, V] after 1, 2, ... time steps of an input, the last one whole. */
  async function readOn(model: Model, example: Example): Promise<number[][]> {
    const { input, lengths } = coder.encode([example as never]);
    const length = lengths?.[0] ?? 1;
    const rows = coder.timeSteps;
    const size = input.length / rows;
    const repeated = input instanceof Int32Array ? new Int32Array(rows * rows) : new Float32Array(rows * rows * size);
    for (let t = 0; t < rows; t++)
      for (let row = 0; row < rows; row++) repeated.set(input.subarray(t * size, (t + 1) * size), (t * rows + row) * size);
    const ends = Uint32Array.from({ length: rows }, (_, row) => Math.min(row + 1, length));
    const { output } = await model.forward({ input: repeated, lengths: ends, batch: rows });
    const classes = output.length / rows;
    return Array.from({ length }, (_, row) => [...output.subarray(row * classes, (row + 1) * classes)]);
  }

  async function readLabel(model: Model, example: Example): Promise<{ probabilities: number[][]; label: string }> {
    const probabilities = (await readOn(model, example)).map(softmax);
    const last = probabilities[probabilities.length - 1];
    return { probabilities, label: labels[last.indexOf(Math.max(...last))] };
  }

  async function outputOf(model: Model, example: Example): Promise<unknown> {
    const { input, lengths } = coder.encode([example as never]);
    const { output } = await model.forward({ input, lengths, batch: 1 });
    return coder.predictions(output, [example as never])[0];
  }

  async function decode(model: Model, example: Example) {
    const { input, lengths } = coder.encode([example as never]);
    return model.decode({ input, lengths, batch: 1, length: coder.timeSteps });
  }

  async function pairOf(model: Model, example: ExampleOf<'text-pair'>): Promise<Result> {
    const { ids, alignment } = await decode(model, example);
    if (!reads || !writes) throw new Error('a coder of pairs must have two vocabularies, got fewer');
    const end = ids.findIndex((id) => id <= 0);
    const target = [...ids.subarray(0, end < 0 ? ids.length : end)].map((id) => writes.symbols[id]);
    const source = [...reads.encode(example.source)].map((id) => reads.symbols[id]);
    const sources = coder.sourceSteps ?? source.length;
    return {
      kind: 'pair',
      source,
      target,
      separator: writes.kind === 'char' ? '' : ' ',
      ...(example.target !== '' && { truth: example.target }),
      ...(alignment && { alignment: target.map((_, t) => [...alignment.subarray(t * sources, t * sources + source.length)]) }),
    };
  }

  async function show(model: Model, example: Example, known?: number): Promise<Result> {
    switch (example.kind) {
      case 'labeled-text': {
        const tokens = reads ? [...reads.encode(example.text)].map((id) => reads.symbols[id]) : [];
        return { kind: 'label', tokens, labels, ...(await readLabel(model, example)), ...truthOf(example.label) };
      }
      case 'labeled-sequence':
        return {
          kind: 'sequence-label',
          sequence: example.sequence,
          labels,
          ...(await readLabel(model, example)),
          ...truthOf(example.label),
        };
      case 'valued-sequence': {
        const { mean, deviation } = written.valueScale ?? { mean: 0, deviation: 1 };
        const values = (await readOn(model, example)).map(([value]) => mean + deviation * value);
        return { kind: 'value', sequence: example.sequence, values, value: values[values.length - 1], truth: example.value };
      }
      case 'tagged-sentence': {
        const tags = (await outputOf(model, example)) as readonly string[];
        return { kind: 'tags', tokens: example.tokens, tags, ...(example.tags.length > 0 && { truth: example.tags }) };
      }
      case 'signal-pair': {
        const output = (await outputOf(model, example)) as readonly number[];
        return { kind: 'signal', input: example.input, output, truth: example.target };
      }
      case 'text-pair':
        return pairOf(model, example);
      case 'captioned-image': {
        const { ids } = await decode(model, example);
        const caption = String(coder.predictions(ids, [example as never])[0]);
        return { kind: 'caption', image: example.image, caption, ...truthOf(example.caption) };
      }
      case 'series': {
        const series = coder as unknown as SeriesCoder;
        const { values } = example;
        const at = known ?? values.length - series.horizon;
        if (!(at >= 1 && at <= values.length)) throw new InputError(`a forecast must begin after 1 to ${values.length} values, got ${at}`);
        const context = values.slice(0, at);
        // the coder counts with a horizon behind what is known; what stands there is not read
        const behind = new Array<number>(series.horizon).fill(values[at - 1]);
        const foretold = [...(await forecast(model, series, [{ ...example, values: [...context, ...behind] }]))];
        return { kind: 'forecast', context, foretold, ...(at < values.length && { truth: values.slice(at) }) };
      }
    }
  }

  async function answer(model: Model, query: Query): Promise<Result> {
    switch (coder.kind) {
      case 'labeled-text':
        return withoutTruth(await show(model, { kind: 'labeled-text', text: sentenceOf(query), label: labels[0] }));
      case 'text-pair':
        return withoutTruth(await show(model, { kind: 'text-pair', source: sentenceOf(query), target: '' }));
      case 'tagged-sentence': {
        const tokens = sentenceOf(query).trim().split(/\s+/);
        const tags = tokens.map(() => (JSON.parse(JSON.stringify(coder)) as { tags: string[] }).tags[0]);
        return withoutTruth(await show(model, { kind: 'tagged-sentence', tokens, tags }));
      }
      case 'captioned-image':
        return withoutTruth(await show(model, { kind: 'captioned-image', image: imageOf(query), caption: '' }));
      case 'series': {
        if (query.kind !== 'series') throw new InputError(`a network that forecasts must be given a series, got a ${query.kind}`);
        const { horizon } = coder as unknown as SeriesCoder;
        const last = query.values[query.values.length - 1];
        const values = [...query.values, ...new Array<number>(horizon).fill(last)];
        return withoutTruth(await show(model, { kind: 'series', values }));
      }
      default:
        throw new InputError(`a network of examples of kind ${coder.kind} answers to examples only, got a ${query.kind}`);
    }
  }

  return { show, answer };
}

const truthOf = (truth: string): { readonly truth?: string } => (truth === '' ? {} : { truth });

function withoutTruth(result: Result): Result {
  if (!('truth' in result)) return result;
  const { truth: _, ...rest } = result;
  return rest as Result;
}

function sentenceOf(query: Query): string {
  if (query.kind === 'sentence' && query.text.trim() !== '') return query.text;
  throw new InputError(`a network that reads text must be given a sentence, got ${query.kind === 'sentence' ? 'none' : `a ${query.kind}`}`);
}

function imageOf(query: Query): Image {
  if (query.kind === 'image') return query.image;
  throw new InputError(`a network that describes pictures must be given one, got a ${query.kind}`);
}

function softmax(logits: readonly number[]): number[] {
  const most = Math.max(...logits);
  const shares = logits.map((logit) => Math.exp(logit - most));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}
