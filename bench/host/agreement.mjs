// Speed means nothing unless all train the same: losses are held against ours (or the first peer's) step by step.

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

/** Whether a row passes: no gap is known, or it is within the tolerance. A loss that is not a number gives a gap of NaN, which fails. */
export const agrees = ({ lossGap }) => lossGap == null || lossGap <= lossTolerance;
