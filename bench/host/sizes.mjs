// Sizes are written batch x timeSteps x hiddenSize. Two tasks:
//   A  character model, many-to-many: one-hot input of 64 tokens, recurrent layer, softmax over 64. Written 16x32x64 or A-16x32x64.
//   B  sequence classification, many-to-one: 8 real features, recurrent layer, softmax over 2. Written B-32x64x64.
import { UsageError } from './usage-error.mjs';

const taskShapes = { A: { I: 64, O: 64 }, B: { I: 8, O: 2 } };

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
 * @returns {{ size: string, workload: { task: 'A' | 'B', B: number, T: number, I: number, H: number, O: number } }} size without 'A-'
 * @throws {UsageError} when it is not three positive integers
 */
export function parseSize(text) {
  const match = /^(?:([AB])-)?([1-9]\d*)x([1-9]\d*)x([1-9]\d*)$/.exec(text);
  if (!match) throw new UsageError(`--sizes must be BATCHxTIMESTEPSxHIDDEN such as 16x32x64 or B-32x64x64, got ${text}`);
  const task = match[1] ?? 'A';
  const [B, T, H] = match.slice(2).map(Number);
  return { size: `${task === 'A' ? '' : `${task}-`}${B}x${T}x${H}`, workload: { task, B, T, H, ...taskShapes[task] } };
}
