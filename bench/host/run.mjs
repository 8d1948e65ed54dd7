// One run: bundle, then size by size all peers in turn, rows out.
import { appendFileSync } from 'node:fs';
import os from 'node:os';
import { agrees, compareLosses, lossTolerance } from './agreement.mjs';
import { bundle } from './bundle.mjs';
import { contest, openSession } from './contest.mjs';
import { table } from './table.mjs';

const describeMachine = () =>
  `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.availableParallelism()} threads, Node ${process.version}`;

async function runCeiling({ host, threads }) {
  const failures = await bundle(['ceiling']);
  if (failures.size > 0) throw new Error(failures.get('ceiling'));
  const session = await openSession(host, { threads, library: 'ceiling' });
  try {
    return { host, ceiling: await session.call('runCeiling', []) };
  } finally {
    await session.close();
  }
}

/**
 * Runs what the options ask for and prints it.
 *
 * @returns {Promise<boolean>} false when losses disagree or Retrograde itself failed
 */
export async function run(options) {
  const emit = (row) => {
    const json = JSON.stringify(row);
    if (options.json || options.ceiling) console.log(json);
    if (options.out) appendFileSync(options.out, `${json}\n`);
  };
  if (options.ceiling) {
    emit(await runCeiling(options));
    return true;
  }
  const buildFailures = await bundle(options.peers.map(({ library }) => library));
  const comparable = (name) => options.peers.find(({ peer }) => peer === name).losses;
  const rows = [];
  for (const size of options.sizes) {
    const measured = compareLosses(await contest(size, options, buildFailures), comparable);
    for (const row of measured) emit(row);
    rows.push(...measured);
  }
  if (!options.json) {
    const adapters = [...new Set(rows.map(({ adapter }) => adapter).filter(Boolean))];
    console.log(`${describeMachine()}; ${options.host}; adapter ${adapters.join(', ') || 'none'}\n\n${table(rows)}`);
  }
  for (const { peer, size, cell, lossGap } of rows.filter((row) => !agrees(row))) {
    console.error(`losses must agree within ${lossTolerance}, got ${lossGap} from ${peer} at ${size} ${cell}`);
  }
  return rows.every((row) => agrees(row) && !(row.peer === 'retrograde' && row.error));
}
