/** A text in its symbols and what it is called. */
export interface LabeledSymbols {
  readonly symbols: readonly string[];
  readonly label: string;
}

/** A text as counts of features: which and how often. */
interface Counts {
  readonly features: Int32Array;
  readonly counts: Float64Array;
}

interface Weights {
  /** [labels * features], label by label. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

const iterations = 400;

/**
 * What logistic regression on counts of one and two neighbouring symbols reaches: each weighs for or against a label wherever it stands, so
 * that only order beyond neighbours is hidden from it.
 *
 * Multinomial, the mean cross entropy plus L2 / 2 times the squared weights (biases are free), minimised over all of `train` at once by
 * 400 steps of Nesterov's accelerated gradient from zero, each as long as the curvature safely allows: no randomness, and nothing to fit
 * but the weights. Features that `train` has only once are left in; those it lacks count nothing.
 *
 * @param l2 default 1 / the number of training texts, as a standard normal prior on the weights
 * @returns accuracy on `heldOut`, 0 to 1; 0 if either list is empty.
 */
export function logisticRegression(
  train: readonly LabeledSymbols[],
  heldOut: readonly LabeledSymbols[],
  l2: number = 1 / train.length,
): number {
  if (train.length === 0 || heldOut.length === 0) return 0;
  const labels = [...new Set(train.map(({ label }) => label))];
  const ids = new Map<string, number>();
  for (const { symbols } of train) for (const gram of gramsOf(symbols)) if (!ids.has(gram)) ids.set(gram, ids.size);
  const rows = train.map(({ symbols }) => countFeatures(symbols, ids));
  const targets = train.map(({ label }) => labels.indexOf(label));
  const fitted = minimise(rows, targets, labels.length, ids.size, l2);
  const right = heldOut.filter(({ symbols, label }) => {
    const scores = scoresOf(countFeatures(symbols, ids), fitted, ids.size);
    return labels[scores.indexOf(Math.max(...scores))] === label;
  });
  return right.length / heldOut.length;
}

/** Nesterov's method with momentum k / (k + 3) (Su, Boyd and Candès 2016). */
function minimise(rows: readonly Counts[], targets: readonly number[], labels: number, features: number, l2: number): Weights {
  const step = 1 / (curvature(rows, features) + l2);
  const current = emptyWeights(labels, features);
  const ahead = emptyWeights(labels, features);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const gradient = gradientAt(ahead, rows, targets, features, l2);
    const momentum = iteration / (iteration + 3);
    for (const part of ['weights', 'biases'] as const) {
      for (let index = 0; index < current[part].length; index++) {
        const before = current[part][index];
        current[part][index] = ahead[part][index] - step * gradient[part][index];
        ahead[part][index] = current[part][index] + momentum * (current[part][index] - before);
      }
    }
  }
  return current;
}

function emptyWeights(labels: number, features: number): Weights {
  return { weights: new Float64Array(labels * features), biases: new Float64Array(labels) };
}

/** Of the mean cross entropy and the penalty. */
function gradientAt(at: Weights, rows: readonly Counts[], targets: readonly number[], features: number, l2: number): Weights {
  const weights = at.weights.map((weight) => l2 * weight);
  const biases = new Float64Array(at.biases.length);
  for (const [index, row] of rows.entries()) {
    const { features: ids, counts } = row;
    const probabilities = softmax(scoresOf(row, at, features));
    for (let label = 0; label < biases.length; label++) {
      const error = (probabilities[label] - (label === targets[index] ? 1 : 0)) / rows.length;
      biases[label] += error;
      for (let k = 0; k < ids.length; k++) weights[label * features + ids[k]] += error * counts[k];
    }
  }
  return { weights, biases };
}

/**
 * An upper bound of the curvature of the mean cross entropy: half (the most that softmax bends, Böhning 1992) the largest eigenvalue of
 * X^T X / n, by the power method with a margin; a column of ones stands for the bias.
 */
function curvature(rows: readonly Counts[], features: number): number {
  let vector = new Float64Array(features + 1).fill(1 / Math.sqrt(features + 1));
  let eigenvalue = 0;
  for (let round = 0; round < 30; round++) {
    const next = new Float64Array(features + 1);
    for (const row of rows) {
      let product = vector[features];
      for (let k = 0; k < row.features.length; k++) product += row.counts[k] * vector[row.features[k]];
      for (let k = 0; k < row.features.length; k++) next[row.features[k]] += (product * row.counts[k]) / rows.length;
      next[features] += product / rows.length;
    }
    eigenvalue = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    vector = next.map((value) => value / eigenvalue);
  }
  return 0.5 * 1.1 * eigenvalue;
}

function scoresOf({ features: ids, counts }: Counts, { weights, biases }: Weights, features: number): Float64Array {
  const scores = biases.slice();
  for (let label = 0; label < scores.length; label++) {
    const row = label * features;
    for (let k = 0; k < ids.length; k++) scores[label] += weights[row + ids[k]] * counts[k];
  }
  return scores;
}

/** In place. */
function softmax(scores: Float64Array): Float64Array {
  const highest = Math.max(...scores);
  let sum = 0;
  for (let label = 0; label < scores.length; label++) {
    scores[label] = Math.exp(scores[label] - highest);
    sum += scores[label];
  }
  for (let label = 0; label < scores.length; label++) scores[label] /= sum;
  return scores;
}

/** The symbols and the pairs of neighbours; a pair is kept apart from a symbol by what no symbol holds. */
function gramsOf(symbols: readonly string[]): string[] {
  return [...symbols, ...symbols.slice(1).map((symbol, index) => `${symbols[index]}\u0000${symbol}`)];
}

function countFeatures(symbols: readonly string[], ids: ReadonlyMap<string, number>): Counts {
  const found = new Map<number, number>();
  for (const gram of gramsOf(symbols)) {
    const id = ids.get(gram);
    if (id !== undefined) found.set(id, (found.get(id) ?? 0) + 1);
  }
  return { features: Int32Array.from(found.keys()), counts: Float64Array.from(found.values()) };
}
