import { type Option, type OptionTable, placeholderOf } from './options.ts';

/** A title and the options below it. */
export type UsageSection = readonly [title: string, options: OptionTable];

const LINE = 118;
const INDENT = 28;

/** The usage text of one command. */
export function usageOf(command: {
  readonly synopsis: string;
  readonly summary: string;
  readonly sections: readonly UsageSection[];
}): string {
  const parts = command.sections.map(([title, options]) => `\n${title}:\n${Object.entries(options).map(usageLine).join('\n')}`);
  return `retrograde ${command.synopsis}\n\n${wrap(command.summary, 0)}\n${parts.join('\n')}\n`;
}

function usageLine([name, option]: readonly [string, Option]): string {
  const negatable = option.kind === 'flag' && option.negatable;
  const flag = `  --${negatable ? `[no-]${name}` : name} ${placeholderOf(option)}`.trimEnd();
  const help = wrap(option.help, INDENT);
  return flag.length < INDENT - 1 ? flag.padEnd(INDENT) + help : `${flag}\n${' '.repeat(INDENT)}${help}`;
}

/** Breaks at spaces; every line but the first begins with `indent` spaces. */
function wrap(text: string, indent: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last && indent + last.length + 1 + word.length > LINE) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
