// Speed means nothing unless all do the same: losses of training are held against ours (or the first peer's) step by step, outputs of inference one by one.

/** Largest difference in nats that passes. Sums run in another order in every library; the losses themselves are about 4. */
export const lossTolerance = 1e-3;

/**
 * Adds `lossGap` to each row: the largest difference of its first 20 losses to the reference, or of the first loss only where the
 * peer runs the same forward pass but another training step; null for the reference itself and where nothing is comparable.
 *
 * @param {object[]} rows of one size
 * @param {(peer: string) => 'all' | 'first' | 'none'} comparable
 */
export function compareLosses(rows, comparable) {
  const trained = rows.filter((row) => row.losses?.length > 0 && comparable(row.peer) === 'all');
  const reference = trained.find((row) => row.peer === 'retrograde') ?? trained[0];
  return rows.map((row) => ({ ...row, lossGap: gap(row, reference, comparable(row.peer)) }));
}

function gap(row, reference, comparable) {
  if (!reference || !(row.losses?.length > 0) || comparable === 'none') return null;
  if (row === reference) return row.losses.every(Number.isFinite) ? null : Number.NaN;
  const n = comparable === 'first' ? 1 : Math.min(row.losses.length, reference.losses.length);
  const differences = row.losses.slice(0, n).map((loss, i) => Math.abs(loss - reference.losses[i]));
  return Math.max(...differences); // NaN stays NaN
}

/** Largest difference of two logits that passes; they are between about -5 and 5. */
export const outputTolerance = 1e-4;

/**
 * Takes `outputs` off each row and adds `outputGap` instead: the largest difference to those of the reference, Retrograde or the first row that has some;
 * null for the reference and for rows without outputs. Streams are compared over the steps that both have taken.
 *
 * @param {object[]} rows of one size
 */
export function compareOutputs(rows) {
  const reference = rows.find(({ peer, outputs }) => peer === 'retrograde' && outputs) ?? rows.find(({ outputs }) => outputs);
  return rows.map((row) => {
    const { outputs, ...others } = row;
    return outputs ? { ...others, outputGap: row === reference ? selfGap(outputs) : outputGap(row, reference) } : others;
  });
}

const selfGap = (outputs) => (outputs.every(Number.isFinite) ? null : Number.NaN);

function outputGap({ work, outputs }, reference) {
  const n = Math.min(outputs.length, reference.outputs.length);
  if (n === 0 || (work === 'sequences' && outputs.length !== reference.outputs.length)) return Number.NaN;
  let gap = 0;
  for (let i = 0; i < n; i++) gap = Math.max(gap, Math.abs(outputs[i] - reference.outputs[i])); // NaN stays NaN
  return gap;
}

/** What is wrong with a row, in a sentence, or undefined. A loss or an output that is not a number gives a gap of NaN, which fails. */
export function disagreement({ peer, size, cell, lossGap, outputGap }) {
  const where = `from ${peer} at ${size} ${cell}`;
  if (!isWithin(lossGap, lossTolerance)) return `losses must agree within ${lossTolerance}, got ${lossGap} ${where}`;
  if (!isWithin(outputGap, outputTolerance)) return `outputs must agree within ${outputTolerance}, got ${outputGap} ${where}`;
}

const isWithin = (gap, tolerance) => gap == null || gap <= tolerance;
