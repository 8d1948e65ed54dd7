// @ts-check
/** The rows of the table of results, and how the README's table is made of what was measured. */

/**
 * @typedef {{ name: string, seed: number, seconds: number, date: string, last: { steps: number, validationLoss: number | null,
 *   metric: { name: string, value: number, count: number, baselines: Record<string, number> } } }} Result
 * @typedef {readonly Result[]} Results
 */

/** What is trained: the name of a row, and what `retrograde train` is told. */
export const resultRows = [
  { name: 'text', args: ['text'] },
  { name: 'melody', args: ['melody'] },
  { name: 'prices', args: ['prices'] },
  { name: 'captions', args: ['captions'] },
  { name: 'captions-two', args: ['captions-two'] },
  { name: 'sentiment', args: ['sentiment'] },
  { name: 'tagging', args: ['tagging'] },
  { name: 'denoise', args: ['denoise'] },
  { name: 'dates', args: ['dates'] },
  { name: 'french', args: ['french'] },
  { name: 'chat', args: ['chat'] },
  { name: 'adding lstm', args: ['adding', '--cell', 'lstm'] },
  { name: 'adding gru', args: ['adding', '--cell', 'gru'] },
  { name: 'adding rnn-tanh', args: ['adding', '--cell', 'rnn-tanh'] },
  { name: 'digits', args: ['digits'] },
  { name: 'reverse', args: ['reverse'] },
];

/**
 * In the order of the rows, then of the seeds.
 *
 * @param {Results} results
 * @param {Result} result
 * @returns {Results}
 */
export function addResult(results, result) {
  const rank = (/** @type {Result} */ { name }) => resultRows.findIndex((row) => row.name === name);
  const others = results.filter(({ name, seed }) => name !== result.name || seed !== result.seed);
  return [...others, result].sort((left, right) => rank(left) - rank(right) || left.seed - right.seed);
}

const asShare = new Set(['accuracy', 'exact match']);

/**
 * @param {string} metric
 * @param {number} value
 */
const format = (metric, value) => (asShare.has(metric) ? `${(100 * value).toFixed(1)} %` : String(Number(value.toPrecision(3))));

/**
 * A row per task, its seeds beside each other.
 *
 * @param {Results} results
 * @returns {string}
 */
export function tableOf(results) {
  const lines = [
    '| task | metric on held-out examples | result, seed by seed | baselines | steps | seconds |',
    '|---|---|---|---|---|---|',
  ];
  for (const { name } of resultRows) {
    const runs = results.filter((result) => result.name === name);
    if (runs.length === 0) continue;
    const { metric, steps } = runs[0].last;
    const values = runs.map(({ last }) => format(metric.name, last.metric.value)).join(', ');
    const baselines = Object.entries(metric.baselines).map(([other, value]) => `${other} ${format(metric.name, value)}`);
    const seconds = runs.map((run) => run.seconds).join(', ');
    lines.push(`| ${name} | ${metric.name} (${metric.count}) | ${values} | ${baselines.join(', ')} | ${steps} | ${seconds} |`);
  }
  return lines.join('\n');
}

const begin = '<!-- made by npm run results -->';
const end = '<!-- end of results -->';

/**
 * The README with what lies between its two marks replaced.
 *
 * @param {string} text
 * @param {string} table
 * @returns {string}
 */
export const withTable = (text, table) => withBetween(text, begin, end, table);

/**
 * The text with what lies between two marks of its own replaced.
 *
 * @param {string} text
 * @param {string} from
 * @param {string} to
 * @param {string} content
 * @returns {string}
 */
export function withBetween(text, from, to, content) {
  const first = text.indexOf(from);
  const last = text.indexOf(to, first);
  if (first < 0 || last < first) throw new Error(`the text must have the marks ${from} and ${to} in this order`);
  return `${text.slice(0, first + from.length)}\n${content}\n${text.slice(last)}`;
}
