// Sizes one after the other, all peers of each in turn, as finished rows.
import os from 'node:os';
import { compareLosses, compareOutputs } from './agreement.mjs';
import { contest } from './contest.mjs';
import { capOf, endOfLine } from './sweep.mjs';

/** What the rows were measured on, besides the adapter that each has. */
export const describeMachine = () =>
  `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.availableParallelism()} threads, Node ${process.version}`;

/**
 * Measures size by size. In a sweep a peer that failed or became too slow is not tried again, and its rows say why.
 *
 * @param options of the command line; `sizes` may name peers of their own
 * @param {Map<string, string>} buildFailures per library
 * @yields {object[]} the rows of a size, in the order of the peers
 */
export async function* measureSizes(options, buildFailures) {
  const ended = new Map();
  const lineOf = ({ axis, cell, workload }, { peer }) => [axis, cell, workload.work, peer].join();
  for (const size of options.sizes) {
    const peers = size.peers ?? options.peers;
    const entries = peers
      .filter((entry) => !ended.has(lineOf(size, entry)))
      .map((entry) => ({ ...entry, capSeconds: capOf(entry, size, options) }));
    const measured = await contest(size, { ...options, ...size, peers: entries }, buildFailures);
    const comparable = (name) => entries.find(({ peer }) => peer === name).losses;
    const rows = new Map(compareOutputs(compareLosses(measured, comparable)).map((row) => [row.peer, row]));
    const signature = { date: new Date().toISOString().slice(0, 10), machine: describeMachine() };
    yield peers.map((entry) => {
      const line = lineOf(size, entry);
      const head = { peer: entry.peer, work: size.workload.work, size: size.size, cell: size.cell, host: options.host };
      const row = rows.get(entry.peer) ?? { ...head, error: ended.get(line) };
      const reason = size.axis && endOfLine(row, capOf(entry, size, options));
      if (reason) ended.set(line, reason);
      return { ...row, ...signature };
    });
  }
}
