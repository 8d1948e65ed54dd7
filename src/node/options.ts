/** Options of the command line as data: one table gives what is parsed, what is refused, the types of the values and the usage text. */
import { parseArgs } from 'node:util';
import { InputError } from '../index.ts';
import {
  nearestWord,
  requireFraction,
  requireInteger,
  requireNonNegative,
  requireOneOf,
  requirePositive,
  requireSeed,
} from '../spec/validation.ts';

interface Shared {
  /** Half a sentence for the usage text. */
  readonly help: string;
  /** Where the value goes in `{ model: ModelOptions, train: TrainOptions }`, dots between keys. */
  readonly paths?: readonly string[];
}

export type Option =
  | (Shared & { readonly kind: 'flag'; readonly negatable?: boolean })
  | (Shared & { readonly kind: 'text'; readonly placeholder: string })
  | (Shared & { readonly kind: 'word'; readonly words: readonly string[] })
  | (Shared & { readonly kind: 'integer'; readonly least: number })
  | (Shared & { readonly kind: 'number'; readonly range: 'positive' | 'non-negative' | 'fraction' })
  | (Shared & { readonly kind: 'seed' })
  /** One width, or one per layer. */
  | (Shared & { readonly kind: 'sizes' });

/** Options by their name without the two dashes, in the order of the usage text. */
export type OptionTable = Readonly<Record<string, Option>>;

type ValueOf<Entry extends Option> = Entry extends { readonly kind: 'flag' }
  ? boolean
  : Entry extends { readonly kind: 'integer' | 'number' | 'seed' }
    ? number
    : Entry extends { readonly kind: 'sizes' }
      ? number | readonly number[]
      : Entry extends { readonly words: readonly (infer Word)[] }
        ? Word
        : string;

/** What was given, by option name; absent means the default. */
export type OptionValues<Table extends OptionTable> = { readonly [Name in keyof Table]?: ValueOf<Table[Name]> };

export interface Parsed<Table extends OptionTable> {
  readonly values: OptionValues<Table>;
  readonly positionals: readonly string[];
}

/**
 * Reads arguments by a table.
 *
 * @param command what messages call the command
 * @throws InputError for an unknown option (it names the nearest), a missing value, or one that the table refuses.
 */
export function parseOptions<Table extends OptionTable>(command: string, table: Table, args: readonly string[]): Parsed<Table> {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { kind }]) => [name, { type: kind === 'flag' ? ('boolean' as const) : ('string' as const) }]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowNegative: true, allowPositionals: true });
  const values: Record<string, unknown> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    const negated = rawName === `--no-${name}`;
    const refused = negated && !(option?.kind === 'flag' && option.negatable);
    if (!option || refused || !rawName.startsWith('--')) {
      throw new InputError(
        `${command} has no option ${rawName}, did you mean --${nearestWord(rawName.replace(/^-+/, ''), Object.keys(table))}?`,
      );
    }
    if (option.kind === 'flag') {
      if (value !== undefined) throw new InputError(`${rawName} must stand alone, got the value '${value}'`);
      values[name] = !negated;
    } else {
      const isForgotten = value === undefined || (!token.inlineValue && value.startsWith('--'));
      if (isForgotten) throw new InputError(`${rawName} must have a value, ${placeholderOf(option)}, got ${value ?? 'nothing'}`);
      values[name] = parseValue(rawName, option, value);
    }
  }
  return { values: values as OptionValues<Table>, positionals };
}

function parseValue(name: string, option: Exclude<Option, { kind: 'flag' }>, text: string): unknown {
  switch (option.kind) {
    case 'text':
      return text;
    case 'word':
      return requireOneOf(name, text, option.words);
    case 'integer':
      return requireInteger(name, numberOf(text), option.least);
    case 'seed':
      return requireSeed(name, numberOf(text));
    case 'number':
      return { positive: requirePositive, 'non-negative': requireNonNegative, fraction: requireFraction }[option.range](
        name,
        numberOf(text),
      );
    case 'sizes': {
      const sizes = text.split(',').map((size) => requireInteger(name, numberOf(size)));
      return sizes.length === 1 ? sizes[0] : sizes;
    }
  }
}

/** The number that a text says in full, else the text itself, which every check refuses and shows. */
function numberOf(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** What stands for the value in the usage text. */
export function placeholderOf(option: Option): string {
  switch (option.kind) {
    case 'flag':
      return '';
    case 'text':
      return option.placeholder;
    case 'word':
      return option.words.join('|');
    case 'sizes':
      return 'N or N,N,...';
    case 'number':
      return 'X';
    default:
      return 'N';
  }
}
