import { scaledSquares } from './gradient-norm.ts';

/** L2 norm of all parameters, and of what an update changed. */
export function updateNorms(parameters: ArrayLike<number>, changes: ArrayLike<number>): readonly [number, number] {
  const norm = (values: ArrayLike<number>): number => {
    const { scale, squares } = scaledSquares(values);
    return scale * Math.sqrt(squares);
  };
  return [norm(parameters), norm(changes)];
}
