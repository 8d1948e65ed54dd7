/** Frequencies of a noisy wave by two customary means, in cycles per sample. */

/** How often the wave crosses its own mean, half of it, per step. Noise crosses too, so it wants to be fitted. */
export function crossingFrequency(wave: readonly number[]): number {
  const mean = wave.reduce((sum, value) => sum + value, 0) / wave.length;
  let crossings = 0;
  for (let t = 1; t < wave.length; t++) if (wave[t] >= mean !== wave[t - 1] >= mean) crossings++;
  return crossings / 2 / (wave.length - 1);
}

/**
 * The frequency, of `steps` even ones between `lowest` and `highest`, at which the wave's spectrum |Σ x_t e^{-2πift}|² is largest. With many steps it
 * is the most likely frequency of one sine in white noise, but for the few samples' leakage (Rife and Boorstyn 1974).
 */
export function spectralPeak(
  wave: readonly number[],
  { lowest, highest, steps }: { readonly lowest: number; readonly highest: number; readonly steps: number },
): number {
  let best = lowest;
  let most = -1;
  for (let step = 0; step < steps; step++) {
    const frequency = lowest + ((highest - lowest) * step) / (steps - 1);
    let real = 0;
    let imaginary = 0;
    for (const [t, value] of wave.entries()) {
      real += value * Math.cos(2 * Math.PI * frequency * t);
      imaginary += value * Math.sin(2 * Math.PI * frequency * t);
    }
    const power = real * real + imaginary * imaginary;
    if (power > most) {
      most = power;
      best = frequency;
    }
  }
  return best;
}
