// Sizes are written batch x timeSteps x hiddenSize. Tasks:
//   A  character model, many-to-many: one-hot input of 64 tokens, recurrent layer, softmax over 64. Written 16x32x64 or A-16x32x64.
//   B  sequence classification, many-to-one: 8 real features, recurrent layer, softmax over 2. Written B-32x64x64.
// and one size with a name: char-rnn, jax-js's own character model of two layers over an embedding.
import { UsageError } from './usage-error.mjs';

const taskShapes = { A: { I: 64, O: 64 }, B: { I: 8, O: 2 } };
/** A step of char-rnn is 42 GFLOP, so by default no peer has less than its `capSeconds` there. */
const named = { 'char-rnn': { capSeconds: 300, workload: { task: 'A', B: 128, T: 16, I: 65, E: 128, L: 2, H: 512, O: 65 } } };

export const cells = ['lstm', 'gru', 'rnn-tanh'];

/**
 * Reads one cell.
 *
 * @param {string} text for example 'gru'
 * @throws {UsageError} when it is none
 */
export function parseCell(text) {
  if (!cells.includes(text)) throw new UsageError(`--cells must be of ${cells.join(', ')}, got ${text}`);
  return text;
}

/** The sizes of a run without --sizes. */
export const defaultSizes = ['16x16x64', '16x32x64', '16x64x64', '16x128x64', '32x64x128', '64x64x256', 'B-32x64x64'];

/**
 * Reads one size.
 *
 * @param {string} text for example '16x32x64'
 * @returns {{ size: string, capSeconds?: number, workload: { task: 'A' | 'B', B: number, T: number, I: number, E: number, L: number, H: number, O: number } }} size without 'A-'
 * @throws {UsageError} when it is neither three positive integers nor a name
 */
export function parseSize(text) {
  if (Object.hasOwn(named, text)) return { size: text, ...named[text] };
  const match = /^(?:([AB])-)?([1-9]\d*)x([1-9]\d*)x([1-9]\d*)$/.exec(text);
  if (!match) {
    throw new UsageError(
      `--sizes must be BATCHxTIMESTEPSxHIDDEN such as 16x32x64 or B-32x64x64, or ${Object.keys(named).join(', ')}, got ${text}`,
    );
  }
  const task = match[1] ?? 'A';
  const [B, T, H] = match.slice(2).map(Number);
  return { size: `${task === 'A' ? '' : `${task}-`}${B}x${T}x${H}`, workload: { task, B, T, E: 0, L: 1, H, ...taskShapes[task] } };
}

/** Time steps of input that a stream goes round in. */
const streamSteps = 64;

/** What is measured for inference at a size: whole sequences, and a stream of one row, whose size says so. */
export function inferenceSizes({ size, cell, workload }) {
  const prefix = size.match(/^B-/) ?? '';
  const streamSize = Object.hasOwn(named, size) ? `${size} 1x1` : `${prefix}1x1x${workload.H}`;
  return [
    { size, cell, workload: { ...workload, work: 'sequences' } },
    { size: streamSize, cell, workload: { ...workload, work: 'stream', B: 1, T: streamSteps } },
  ];
}
