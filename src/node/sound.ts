/** Sound at another rate, by wave-resampler; the one file that knows it. */
import resampler from 'wave-resampler';

/** The same sound with `to` samples per second instead of `from`: windowed sinc, with a low-pass so that nothing above half the lower rate folds back. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  return Float32Array.from(resampler.resample(samples, from, to, { method: 'sinc' }));
}
