/** A command of the command line: its options as data, and what it does with their values. */
import { InputError } from '../index.ts';
import { type OptionTable, type OptionValues, parseOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { type UsageSection, usageOf } from './usage.ts';

/** One command as the dispatcher sees it. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  usage(): string;
  /** Resolves to the exit code. */
  execute(args: readonly string[], terminal: Terminal): Promise<number>;
}

type Merged<Tables> = (Tables extends unknown ? (table: Tables) => void : never) extends (table: infer Table) => void ? Table : never;
type TableOf<Sections extends readonly UsageSection[]> = Merged<Sections[number][1]> & OptionTable;

interface CommandDescription<Sections extends readonly UsageSection[]> {
  readonly name: string;
  /** Half a sentence for the list of commands, and the beginning of the usage text. */
  readonly summary: string;
  /** What stands for the words that are no options, such as `<task | file.txt>`; one word each. */
  readonly operands: readonly string[];
  readonly sections: Sections;
  run(values: OptionValues<TableOf<Sections>>, operands: readonly string[], terminal: Terminal): Promise<number>;
}

/** Makes a command of its description: arguments are parsed and counted before `run` is called. */
export function defineCommand<const Sections extends readonly UsageSection[]>(description: CommandDescription<Sections>): Command {
  const { name, summary, operands, sections } = description;
  const table = Object.assign({}, ...sections.map(([, options]) => options)) as TableOf<Sections>;
  const synopsis = [name, ...operands, '[options]'].join(' ');
  return {
    name,
    summary,
    usage: () => usageOf({ synopsis, summary, sections }),
    async execute(args, terminal) {
      const { values, positionals } = parseOptions(name, table, args);
      if (positionals.length !== operands.length) {
        const wants = operands.length === 0 ? 'no file or task' : operands.join(' and ');
        throw new InputError(`${name} must be given ${wants}, got ${positionals.length === 0 ? 'nothing' : positionals.join(' ')}`);
      }
      return description.run(values, positionals, terminal);
    },
  };
}

export const jsonTable = { json: { kind: 'flag', help: 'one JSON object per line on stdout' } } as const satisfies OptionTable;
