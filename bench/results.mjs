// `npm run bench:results`: measures what docs/performance.md and the README show, size by size, into docs/bench/results.jsonl, where a size that is there with
// all its peers is not measured again; then makes tables and plots from that file.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installDependencies } from './host/install.mjs';
import { knownRows, optionsOf, parts, rowsByKey } from './host/results-plan.mjs';
import { performanceText, readmeText, sweepPlots } from './host/results-text.mjs';

const usage = `npm run bench:results -- [options]

  --only A,B     ${Object.keys(parts).join(', ')} (all)
  --sizes A,B    only these of their sizes
  --steps N      timed steps wanted per peer, instead of 30, 100 for inference and 20 for sweeps
  --anew         measure again what the file has
  --tables       measure nothing
  --file FILE    (docs/bench/results.jsonl); the documents show what the file has
  --help         this text`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(parts).join() },
    sizes: { type: 'string' },
    steps: { type: 'string' },
    anew: { type: 'boolean', default: false },
    tables: { type: 'boolean', default: false },
    file: { type: 'string', default: 'docs/bench/results.jsonl' },
    help: { type: 'boolean', default: false },
  },
});

const repository = path.join(import.meta.dirname, '..');
const file = path.resolve(repository, values.file);
const only = values.only.split(',');
const unknown = only.find((part) => !Object.hasOwn(parts, part));

// else the browser would close first, and its rows would say so
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

if (values.help) console.log(usage);
else if (unknown) {
  console.error(`--only must be of ${Object.keys(parts).join(', ')}, got ${unknown}`);
  process.exitCode = 2;
} else {
  if (!values.tables) await measure();
  makeDocuments();
}

function readRows() {
  return rowsByKey(existsSync(file) ? readFileSync(file, 'utf8') : '');
}

async function measure() {
  installDependencies();
  // only now: they import what npm has just installed
  const { bundle } = await import('./host/bundle.mjs');
  const { measureSizes } = await import('./host/measure.mjs');
  const { disagreement } = await import('./host/agreement.mjs');
  const wanted = only.flatMap((part) => optionsOf(part, values.steps ? ['--steps', values.steps] : []));
  const failures = await bundle(wanted.flatMap(({ peers }) => peers.map(({ library }) => library)));
  const chosen = values.sizes?.split(',');
  mkdirSync(path.dirname(file), { recursive: true });
  for (const options of wanted) {
    const sizes = options.sizes.filter(({ size }) => !chosen || chosen.includes(size));
    const known = (size) => (values.anew ? undefined : knownRows(readRows(), size, options.peers));
    for await (const rows of measureSizes({ ...options, sizes, known }, failures)) {
      appendFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      for (const row of rows) console.log(`${row.work} ${row.size} ${row.cell} ${row.peer}: ${row.error ?? `${row.ms.toFixed(1)} ms`}`);
      for (const sentence of rows.map(disagreement).filter(Boolean)) {
        console.error(sentence);
        process.exitCode = 1;
      }
    }
  }
}

function makeDocuments() {
  const rows = readRows();
  const docs = path.join(repository, 'docs');
  rewrite(path.join(docs, 'performance.md'), (text) => performanceText(text, rows));
  rewrite(path.join(repository, 'README.md'), (text) => readmeText(text, rows));
  return writePlots(docs, sweepPlots(rows));
}

function rewrite(document, change) {
  writeFileSync(document, change(readFileSync(document, 'utf8')));
}

async function writePlots(docs, plots) {
  if (plots.length === 0) return;
  const { svgPlot } = await import('../dist/src/experiments/svg-plot.js'); // of the library as it was built
  for (const { file: name, plot } of plots) {
    mkdirSync(path.dirname(path.join(docs, name)), { recursive: true });
    writeFileSync(path.join(docs, name), svgPlot(plot));
  }
}
