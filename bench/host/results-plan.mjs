// What docs/performance.md and the README show, as options of `npm run bench`, and which rows of the file of results belong to it.
import { readOptions } from './options.mjs';
import { sweepAxes } from './sweep.mjs';

const five = '16x32x64,16x64x64,16x128x64,32x64x128,64x64x256';
const besideJax = ['--peers', 'retrograde,jaxjs-webgpu,jaxjs-wasm'];

/** Each part with the command lines that measure it, in the order in which they run. */
export const parts = {
  training: [
    ['--sizes', `${five},B-32x64x64`],
    ['--sizes', 'char-rnn', ...besideJax],
  ],
  cells: [['--sizes', five, '--cells', 'gru,rnn-tanh', ...besideJax]],
  inference: [['--inference', '--sizes', `${five},B-32x64x64`, '--steps', '100']],
  ...Object.fromEntries(sweepAxes.map((axis) => [axis, [['--sweep', axis, '--steps', '20', '--cap', '60']]])),
};

const keyOf = ({ peer, work, size, cell }) => [peer, work, size, cell].join();

/** The rows of a file of JSON lines, by what they are of; a later row replaces an earlier one. */
export const rowsByKey = (text) =>
  new Map(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .map((row) => [keyOf(row), row]),
  );

/** The rows that are known of a size, in the order of the peers; undefined when one is missing, for then all are measured, in turn. */
export function knownRows(rows, { size, cell, workload }, peers) {
  const found = peers.map(({ peer }) => rows.get(keyOf({ peer, work: workload.work, size, cell })));
  return found.every(Boolean) ? found : undefined;
}

/** The options of each command line of a part, `more` arguments at their end. */
export const optionsOf = (part, more = []) => parts[part].map((args) => readOptions([...args, ...more]));

/** Whether a part is shown as a plot. */
export const isSweep = (part) => sweepAxes.includes(part);

/** All rows of a part that are known, size by size in the order of the part; a size that lacks one is left out, and one size of a sweep makes no line. */
export function rowsOfPart(rows, part) {
  const known = optionsOf(part).flatMap(({ sizes, peers }) => sizes.map((size) => knownRows(rows, size, peers)).filter(Boolean));
  return isSweep(part) && known.length < 2 ? [] : known.flat();
}
