// @ts-check
/**
 * `npm run results -- --seeds 1,2,3 [--tasks dates,chat]`: trains every built-in task as `retrograde train TASK --seed N` does, one after the other, and keeps the
 * last line of each in docs/results.json, where a run that is there already is not repeated. Then the README's table is made from that file.
 * `--table` makes the table alone.
 */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addResult, resultRows, tableOf, withTable } from './results-table.mjs';

const repository = path.join(import.meta.dirname, '..');
const file = path.join(repository, 'docs/results.json');
const readme = path.join(repository, 'README.md');

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1' }, tasks: { type: 'string' }, table: { type: 'boolean', default: false } },
});

/** @returns {import('./results-table.mjs').Results} */
const read = () => JSON.parse(readFileSync(file, 'utf8'));

if (!values.table) {
  const seeds = values.seeds.split(',').map(Number);
  const wanted = values.tasks?.split(',');
  for (const row of resultRows.filter(({ name }) => !wanted || wanted.includes(name))) {
    for (const seed of seeds) {
      if (read().some((result) => result.name === row.name && result.seed === seed)) continue;
      const started = performance.now();
      const line = await lastLine(['train', ...row.args, '--seed', String(seed), '--json']);
      const seconds = Math.round((performance.now() - started) / 1000);
      const results = addResult(read(), {
        name: row.name,
        seed,
        seconds,
        date: new Date().toISOString().slice(0, 10),
        last: JSON.parse(line),
      });
      writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
      console.log(`${row.name}, seed ${seed}: ${seconds} s, ${line.slice(0, 300)}`);
    }
  }
}
writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), tableOf(read())));

/**
 * The last line that a command prints.
 *
 * @param {readonly string[]} args
 * @returns {Promise<string>}
 */
function lastLine(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(repository, 'bin/retrograde.js'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const line = text.trim().split('\n').at(-1) ?? '';
      if (code === 0 && line.startsWith('{"done":true')) resolve(line);
      else
        reject(
          new Error(
            `retrograde ${args.join(' ')} must end with its figures, got exit code ${code} and ${JSON.stringify(line.slice(0, 200))}`,
          ),
        );
    });
  });
}
