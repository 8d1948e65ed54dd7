/** What always says the mean of `train` reaches on `heldOut`: its mean squared error. Not a number if either is empty. */
export function meanPredictor(train: readonly number[], heldOut: readonly number[]): number {
  const mean = train.reduce((sum, value) => sum + value, 0) / train.length;
  return heldOut.reduce((sum, value) => sum + (value - mean) ** 2, 0) / heldOut.length;
}
