/** A run over a text as `train` sees it. */
import { generate, type TokenStream, type Trainer } from '../index.ts';
import { type CheckpointFile, engineOfRun } from './checkpoint-file.ts';
import type { HeldOutLoss, Job } from './job.ts';
import { formatCount } from './progress.ts';
import type { Sampling } from './sampling.ts';
import { baselinesOf, planRun, type TextRun, type TextValues, unitOf } from './text-run.ts';
import { naming, type TextSource } from './text-source.ts';

const COMMON_INTERVAL = 100;
/** One measured window costs about a third of a step: at this many steps per window it takes a tenth of the time. */
const STEPS_PER_WINDOW = 3;

/** Steps between two measurements unless told: 100, or more in hundreds where the held-out part is long. */
export function validationInterval(heldOut: TokenStream | undefined): number {
  const windows = heldOut?.windowsPerEpoch ?? 0;
  return COMMON_INTERVAL * Math.max(1, Math.ceil((windows * STEPS_PER_WINDOW) / COMMON_INTERVAL));
}

/** @throws InputError as planRun, and for a prompt that the vocabulary cannot write. */
export function planTextJob(source: TextSource, values: TextValues, sampling: (seed: number) => Sampling, resumed?: CheckpointFile): Job {
  const run = planRun(source, values, resumed);
  const { model, train, parts, heldOut, vocabulary, steps, record, stream } = run;
  const sample = sampling(train.seed);
  naming('--prompt', () => vocabulary.encode(sample.prompt ?? '', { unknown: 'error' }));
  const unit = unitOf(vocabulary);
  return {
    model,
    train,
    steps,
    engine: engineOfRun(values, resumed),
    vocabulary,
    metadata: { run: JSON.stringify(record) },
    header: `${source.name}: ${formatCount(parts.train.length)} ${unit} to learn from, ${formatCount(parts.validation.length)} held out; batch ${train.batch}, ${train.timeSteps} time steps`,
    notes: [],
    interval: validationInterval(heldOut),
    batches: () => stream,
    ...(heldOut && { measure: (_, trainer: Trainer) => measureText(trainer, run, heldOut) }),
    async finish(trained, measured) {
      const text = await generate(trained, sample);
      const result = measured as TextLoss | undefined;
      if (!result) return { fields: { validationLoss: null, metric: null }, sample: text };
      const baselines = baselinesOf(parts, vocabulary.size);
      return { ...describeTextLoss(result, run, baselines), sample: text };
    },
  };
}

/** What is said about a measured text. */
export interface TextLoss extends HeldOutLoss {
  readonly perplexity: number;
  readonly bitsPerToken: number;
  readonly bitsPerCharacter: number;
  /** Tokens. */
  readonly count: number;
}

export async function measureText(trainer: Trainer, { vocabulary }: Pick<TextRun, 'vocabulary'>, heldOut: TokenStream): Promise<TextLoss> {
  const { loss, perplexity, bitsPerCharacter: bitsPerToken, count } = await trainer.evaluate(heldOut);
  // the first token is read and not foretold
  const characters = vocabulary.kind === 'char' ? count : [...vocabulary.decode(heldOut.tokens.subarray(1))].length;
  return { loss, perplexity, bitsPerToken, bitsPerCharacter: (bitsPerToken * count) / characters, count };
}

/** Fields of a JSON line, and a sentence. */
export function describeTextLoss(
  { loss, perplexity, bitsPerToken, bitsPerCharacter, count }: TextLoss,
  { vocabulary }: Pick<TextRun, 'vocabulary'>,
  baselines?: { readonly unigram: number; readonly trigram: number },
) {
  const token = { char: 'character', word: 'word', bpe: 'token' }[vocabulary.kind];
  const compared = baselines ? ` (unigram ${baselines.unigram.toFixed(3)}, trigram ${baselines.trigram.toFixed(3)})` : '';
  return {
    fields: {
      validationLoss: loss,
      perplexity,
      bitsPerCharacter,
      metric: { name: `bits per ${token}`, value: bitsPerToken, count, ...(baselines && { baselines }) },
    },
    sentence:
      `loss ${loss.toFixed(4)} nats per ${token}, perplexity ${perplexity.toFixed(2)}, ${bitsPerToken.toFixed(3)} bits per ${token}${compared}` +
      (vocabulary.kind === 'char' ? '' : `, ${bitsPerCharacter.toFixed(3)} bits per character`),
  };
}
