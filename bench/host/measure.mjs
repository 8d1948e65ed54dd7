// Sizes one after the other, all peers of each in turn, as finished rows.
import os from 'node:os';
import { compareLosses, compareOutputs } from './agreement.mjs';
import { contest, workOf } from './contest.mjs';
import { capOf, endOfLine } from './sweep.mjs';

/** What the rows were measured on, besides the adapter that each has. */
export const describeMachine = () =>
  `${os.cpus()[0]?.model ?? 'unknown processor'}, ${os.availableParallelism()} threads, Node ${process.version}`;

/**
 * Measures size by size, but for those of which `options.known` has the rows. In a sweep a peer that failed or became too slow is not tried again, and its rows say why.
 *
 * @param options of the command line; `known(size)`: finished rows in the order of the peers, or undefined
 * @param {Map<string, string>} buildFailures per library
 * @yields {object[]} the rows of a size, in the order of the peers
 */
export async function* measureSizes(options, buildFailures) {
  const ended = new Map();
  const lineOf = ({ axis, cell, workload }, { peer }) => [axis, cell, workload.work, peer].join();
  for (const size of options.sizes) {
    const { peers } = options;
    const noteEnds = (rows) => {
      if (!size.axis) return;
      rows.forEach((row, index) => {
        const reason = endOfLine(row, capOf(peers[index], size, options));
        if (reason) ended.set(lineOf(size, peers[index]), reason);
      });
    };
    const known = options.known?.(size);
    if (known) {
      noteEnds(known);
      continue;
    }
    const entries = peers
      .filter((entry) => !ended.has(lineOf(size, entry)))
      .map((entry) => ({ ...entry, capSeconds: capOf(entry, size, options) }));
    const measured = await contest(size, { ...options, ...size, peers: entries }, buildFailures);
    const comparable = (name) => entries.find(({ peer }) => peer === name).losses;
    const rows = new Map(compareOutputs(compareLosses(measured, comparable)).map((row) => [row.peer, row]));
    const signature = { date: new Date().toISOString().slice(0, 10), machine: describeMachine() };
    const finished = peers.map((entry) => {
      const head = { peer: entry.peer, work: workOf(entry, size.workload), size: size.size, cell: size.cell, host: options.host };
      const row = rows.get(entry.peer) ?? { ...head, error: ended.get(lineOf(size, entry)) };
      return { ...row, ...signature };
    });
    noteEnds(finished);
    yield finished;
  }
}
