/**
 * Linear regression in one pass over the examples: what the linear baselines are fitted by. The normal equations are summed up in
 * Float64 and solved by Cholesky's factorisation, so that memory follows the number of features and not the number of examples.
 */
import { InputError } from '../spec/input-error.ts';
import { requireInteger, requireNonNegative } from '../spec/validation.ts';

/** Sums up examples; an intercept is one more feature that is always 1. */
export interface LeastSquares {
  /** One example: [features] numbers and what they should give. */
  add(features: ArrayLike<number>, target: number): void;
  /**
   * The weights [features] that minimise Σ (target - w·features)² + ridge·n·Σ s_j w_j², where s_j is the mean square of feature j, so that
   * the ridge has no unit.
   *
   * @param ridge default 1e-9, which moves no weight visibly but keeps features that depend on one another solvable
   * @throws InputError if nothing was added, or if the equations cannot be solved.
   */
  solve(ridge?: number): Float64Array;
}

/** @throws InputError unless size, the number of features, is a positive integer. */
export function createLeastSquares(size: number): LeastSquares {
  requireInteger('features', size);
  /** [size, size] Σ x xᵀ, its lower triangle. */
  const squares = new Float64Array(size * size);
  /** [size] Σ x·target. */
  const products = new Float64Array(size);
  let count = 0;
  return {
    add(features, target) {
      if (features.length !== size) throw new InputError(`an example must have ${size} features, got ${features.length}`);
      for (let row = 0; row < size; row++) {
        const value = features[row];
        if (value === 0) continue;
        products[row] += value * target;
        const start = row * size;
        for (let column = 0; column <= row; column++) squares[start + column] += value * features[column];
      }
      count++;
    },
    solve(ridge = 1e-9) {
      requireNonNegative('ridge', ridge);
      if (count === 0) throw new InputError('least squares wants at least one example, got none');
      const matrix = squares.slice();
      for (let row = 0; row < size; row++) matrix[row * size + row] *= 1 + ridge;
      return solveCholesky(matrix, products);
    },
  };
}

/**
 * Solves A x = b for a symmetric positive definite A [n, n], of which the lower triangle is read: A = L Lᵀ, then L y = b and Lᵀ x = y.
 * A feature that is zero in every example (its whole row is) gets the weight 0.
 *
 * @throws InputError if A is not positive definite.
 */
export function solveCholesky(matrix: Float64Array, target: Float64Array): Float64Array {
  const size = target.length;
  const lower = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row * size + column];
      for (let inner = 0; inner < column; inner++) sum -= lower[row * size + inner] * lower[column * size + inner];
      if (row === column) {
        if (matrix[row * size + row] === 0) lower[row * size + row] = 1;
        else if (sum > 0) lower[row * size + row] = Math.sqrt(sum);
        else
          throw new InputError(`least squares wants features that do not depend on one another, got feature ${row} from those before it`);
      } else {
        lower[row * size + column] = sum / lower[column * size + column];
      }
    }
  }
  const solution = target.slice();
  for (let row = 0; row < size; row++) {
    for (let inner = 0; inner < row; inner++) solution[row] -= lower[row * size + inner] * solution[inner];
    solution[row] /= lower[row * size + row];
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let inner = row + 1; inner < size; inner++) solution[row] -= lower[inner * size + row] * solution[inner];
    solution[row] /= lower[row * size + row];
  }
  return solution;
}

/** w·x. */
export function dot(weights: ArrayLike<number>, features: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index++) sum += weights[index] * features[index];
  return sum;
}
