// One run: bundle, then size by size all peers in turn, rows out.
import { appendFileSync } from 'node:fs';
import { disagreement } from './agreement.mjs';
import { bundle } from './bundle.mjs';
import { openSession } from './contest.mjs';
import { describeMachine, measureSizes } from './measure.mjs';
import { wasTried } from './sweep.mjs';
import { table } from './table.mjs';

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
 * @returns {Promise<boolean>} false when losses or outputs disagree or Retrograde itself failed
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
  const rows = [];
  for await (const measured of measureSizes(options, buildFailures)) {
    for (const row of measured) emit(row);
    rows.push(...measured);
  }
  if (!options.json) {
    const adapters = [...new Set(rows.map(({ adapter }) => adapter).filter(Boolean))];
    console.log(`${describeMachine()}; ${options.host}; adapter ${adapters.join(', ') || 'none'}\n\n${table(rows)}`);
  }
  const wrong = rows.map(disagreement).filter(Boolean);
  for (const sentence of wrong) console.error(sentence);
  return wrong.length === 0 && !rows.some((row) => row.peer === 'retrograde' && row.error && wasTried(row));
}
